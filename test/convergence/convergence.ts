/** What must be true of a cluster that has come to rest. */
import * as Y from 'yjs'
import { expect } from 'vitest'
import { slotOf } from '@understudy/cluster'
import type { Value } from '@understudy/document'
import { readEntries } from '@understudy/session'
import type { Session } from '@understudy/session'
import type { StoredSession } from '@understudy/store'
import { stateOf } from './model.js'
import { KEYS } from './play.js'
import type { Play } from './play.js'

/** All replicas are equal, nothing waits, and the primary has what the model has. */
export function expectConverged(play: Play): void {
  const { cluster, model } = play
  const { primary } = cluster
  expect(cluster.failures).toEqual([])
  for (const key of KEYS) {
    const own = primary.store.find(key)
    if (!play.forked) {
      expect(stateOf(own)).toBe(model.state(key))
      expect(own?.session?.lastAccess).toBe(model.lastAccess(key))
    }
    for (const { node } of cluster.backups) expectEqual(node.store.find(key), own, play)
    if (own?.session !== undefined) expectReadable(own.session)
  }
  for (const slot of new Set(KEYS.map(slotOf))) {
    const own = primary.store.slot(slot)
    for (const { node } of cluster.backups) {
      const { digest, epoch, sequence, size } = node.store.slot(slot)
      expect({ digest, epoch, sequence, count: size }).toEqual({
        digest: own.digest,
        epoch: own.epoch,
        sequence: own.sequence,
        count: own.size,
      })
    }
  }
  for (const peer of primary.peers.values()) {
    expect(peer.primarySide.idle).toBe(true)
    expect(peer.primarySide.waiting).toBe(0)
    expect(peer.primarySide.inFlight).toBe(0)
  }
}

function expectEqual(replica: StoredSession | undefined, own: StoredSession | undefined, { forked, lossy }: Play): void {
  expect(replica?.death === undefined).toBe(own?.death === undefined)
  expect(replica?.session?.toJSON()).toEqual(own?.session?.toJSON())
  expect(replica?.session?.benchmark()).toEqual(own?.session?.benchmark())
  // Plain fields are no part of a digest: where two primaries made one session, each with its own terms, both stand.
  if (!forked) expect(replica?.session?.terms).toEqual(own?.session?.terms)
  if (lossy) return
  expect(replica?.session?.lastAccess).toEqual(own?.session?.lastAccess)
  expect(replica?.session?.operations).toEqual(own?.session?.operations)
}

/** Plain Yjs reads the session's whole state to the same values, and waits for nothing. */
function expectReadable(session: Session): void {
  const { attributes, frozen } = session.state()
  const doc = new Y.Doc({ guid: '' })
  for (const update of [attributes, frozen]) if (update !== undefined) Y.applyUpdate(doc, update)
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  const entries = (root: string): [string, Value?][] => doc.getArray<[string, Value?]>(root).toJSON()
  expect({ ...readEntries(entries('attributes')), ...readEntries(entries('frozen')) }).toEqual({ ...session.toJSON() })
}
