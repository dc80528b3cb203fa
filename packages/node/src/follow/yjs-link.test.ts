import { slotOf } from '@understudy/cluster'
import { LiveDocuments, encodeValue } from '@understudy/document'
import { sessionKey } from '@understudy/session'
import { SessionStore } from '@understudy/store'
import type { StoredSession } from '@understudy/store'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { ByteSocket } from '../byte-socket.js'
import { YjsLink } from './yjs-link.js'

const KEY = sessionKey('visitor')
/** What a new provider sends first: sync step 1 with an empty state vector. */
const STEP_1 = Uint8Array.of(0, 0, 1, 0)

/** A socket that keeps what is sent, and how it was closed. */
class FakeSocket implements ByteSocket {
  buffered = 0
  readonly sentBytes = 0
  readonly receivedBytes = 0
  readonly sent: Uint8Array[] = []
  readonly closes: number[] = []
  message: ByteSocket['message'] = () => {}
  closed: ByteSocket['closed'] = () => {}
  send = (message: Uint8Array): void => void this.sent.push(message)
  close = (code: number): void => void this.closes.push(code)
  terminate = (): void => {}
}

function stored(): { store: SessionStore; session: StoredSession } {
  const live = new LiveDocuments({ limit: 10 })
  const store = new SessionStore({ mode: 'benchmark', live, deathRetention: 1, slotOf })
  store.beginReign(slotOf(KEY), { epoch: 1, nonce: 1 })
  return { store, session: store.create(KEY, { createdAt: 0, stamp: 1 }, 0) }
}

/** What a stock client makes of the messages. */
function applied(messages: readonly Uint8Array[]): unknown {
  const doc = new Y.Doc()
  // Short messages: type, step and length are a byte each.
  for (const message of messages) if (message[1] !== 0) Y.applyUpdate(doc, message.subarray(3))
  return doc.getArray('attributes').toJSON()
}

describe('a link to a stock Yjs client', () => {
  it('sends nothing before it is asked, then what there is, then what changes, and no empty updates [NOD-35]', () => {
    const { store, session } = stored()
    const socket = new FakeSocket()
    const link = new YjsLink(socket, session)
    store.apply(KEY, [{ op: 'set', name: 'n', value: encodeValue(1) }], 0)
    link.changed(session)
    expect(socket.sent).toEqual([])
    socket.message(STEP_1)
    expect(applied(socket.sent)).toEqual([['n', 1]])
    const before = socket.sent.length
    link.changed(session)
    expect(socket.sent).toHaveLength(before)
    store.apply(KEY, [{ op: 'set', name: 'n', value: encodeValue(2) }], 0)
    link.changed(session)
    expect(socket.sent).toHaveLength(before + 1)
    expect(applied(socket.sent)).toEqual([['n', 2]])
  })

  it('answers a client of an empty session, which then considers itself synced [NOD-35]', () => {
    const socket = new FakeSocket()
    void new YjsLink(socket, stored().session)
    socket.message(STEP_1)
    expect(socket.sent[0]?.subarray(0, 2)).toEqual(Uint8Array.of(0, 1))
    expect(applied(socket.sent)).toEqual([])
  })

  it('is cut off when the client does not read, with a code after which y-websocket comes back [NOD-36]', () => {
    const { session } = stored()
    const socket = new FakeSocket()
    const link = new YjsLink(socket, session)
    socket.message(STEP_1)
    const before = socket.sent.length
    socket.buffered = 5 * 1024 * 1024
    link.changed(session)
    socket.message(STEP_1)
    expect(socket.sent).toHaveLength(before)
    expect(socket.closes).toEqual([4508, 4508])
  })

  it('is ended by what is not a message of y-protocols [NOD-36]', () => {
    const { session } = stored()
    for (const damaged of [[], [0], [0, 0], [0, 0, 5, 1], [0, 0, 9, 255, 255, 255, 255, 255, 255, 255, 255, 255]]) {
      const socket = new FakeSocket()
      void new YjsLink(socket, session)
      socket.message(Uint8Array.from(damaged))
      expect(socket.closes, damaged.join()).toEqual([1007])
    }
  })
})
