/** Sessions do not grow with the writes or the primaries they have seen, neither on the primary nor on a back-up. */
import { describe, expect, it } from 'vitest'
import { slotOf } from '@understudy/cluster'
import { LiveDocuments, encodeValue } from '@understudy/document'
import { sessionKey } from '@understudy/session'
import type { Operation } from '@understudy/session'
import { SessionStore } from '@understudy/store'
import type { StoredSession } from '@understudy/store'

const KEY = sessionKey('long-lived')
const NONCE = 77
const ATTRIBUTES = 10

function newStore(): SessionStore {
  return new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 10 }), deathRetention: 1e9, slotOf })
}

function write(i: number): Operation {
  return { op: 'set', name: `attribute ${i % ATTRIBUTES}`, value: encodeValue(`value ${i}`) }
}

/** Merges what the back-up lacks, from its own benchmark. */
function catchUp(
  primary: StoredSession | undefined,
  from: SessionStore,
  backup: SessionStore,
  epoch: number,
  nonce = NONCE,
): void {
  if (primary === undefined) throw new Error('the session is gone')
  const benchmark = backup.find(KEY)?.session?.benchmark()
  const { entry } = from.difference(primary, { benchmark, since: 0 })
  expect(backup.merge(entry, { epoch, nonce })).toBe('merged')
}

/** Encoded bytes of the session's documents, and what fresh ones with the same values would take. */
function sizes(store: SessionStore): { bytes: number; fresh: number } {
  const session = store.find(KEY)?.session
  if (session === undefined) throw new Error('the session is gone')
  const fresh = newStore()
  fresh.beginReign(slotOf(KEY), { epoch: 1, nonce: NONCE })
  fresh.create(KEY, session.terms, 0)
  fresh.apply(
    KEY,
    Object.entries(session.toJSON()).map(([name, value]) => ({ op: 'set', name, value: encodeValue(value) })),
    0,
  )
  const documents = [session.attributes, session.frozen]
  const bytes = documents.reduce((sum, document) => sum + document.encode().length, 0)
  return { bytes, fresh: fresh.find(KEY)?.session?.attributes.encode().length ?? 0 }
}

function expectSmall(primary: SessionStore, backup: SessionStore): void {
  for (const store of [primary, backup]) {
    const { bytes, fresh } = sizes(store)
    expect(bytes).toBeLessThanOrEqual(Math.max(4 * fresh, 4_096))
  }
  expect(backup.find(KEY)?.session?.toJSON()).toEqual(primary.find(KEY)?.session?.toJSON())
  expect(backup.find(KEY)?.fingerprint).toEqual(primary.find(KEY)?.fingerprint)
}

describe('a session of ten attributes', () => {
  it(
    'that took 1,000,000 writes in alternating order stays small on primary and back-up [SCN-19]',
    { timeout: 120_000 },
    () => {
      const [primary, backup] = [newStore(), newStore()]
      primary.beginReign(slotOf(KEY), { epoch: 1, nonce: NONCE })
      primary.create(KEY, { createdAt: 0, stamp: 1 }, 0)
      for (let i = 0; i < 1_000_000; i++) {
        const { stored } = primary.apply(KEY, [write(i)], i)
        if (i % 7 === 0) catchUp(stored, primary, backup, 1)
      }
      catchUp(primary.find(KEY), primary, backup, 1)
      expectSmall(primary, backup)
      const { bytes, fresh } = sizes(primary)
      process.stdout.write(`after 1,000,000 writes: ${bytes} B, fresh ${fresh} B\n`)
    },
  )

  it('that lived through 1,000 primaries stays small on primary and back-up [SCN-19]', () => {
    // Two nodes take turns: each was the back-up before it became primary, with a nonce of its own each time.
    const nodes = [newStore(), newStore()] as const
    const reigning = (epoch: number): SessionStore => nodes[epoch % 2 === 0 ? 0 : 1]
    for (let epoch = 1; epoch <= 1_000; epoch++) {
      const [store, other] = [reigning(epoch), reigning(epoch - 1)]
      other.endReign(slotOf(KEY))
      store.beginReign(slotOf(KEY), { epoch, nonce: epoch })
      if (epoch === 1) store.create(KEY, { createdAt: 0, stamp: 1 }, 0)
      for (let i = 0; i < 5; i++) store.apply(KEY, [write(epoch * 3 + i)], epoch)
      catchUp(store.find(KEY), store, other, epoch, epoch)
    }
    const [primary, backup] = [reigning(1_000), reigning(999)]
    expectSmall(primary, backup)
    const { bytes, fresh } = sizes(primary)
    process.stdout.write(`after 1,000 primaries: ${bytes} B, fresh ${fresh} B\n`)
  })
})
