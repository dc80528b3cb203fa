/**
 * `/yjs/<session key in hex>`: a stock y-websocket provider follows a session, read-only. Whatever it sends that would
 * change a document is dropped unread. y-protocols/PROTOCOL.md describes the messages: 0 sync (0 step 1, 1 step 2,
 * 2 update), 1 awareness, 2 auth, 3 query awareness.
 *
 * The two documents of a session travel as updates of one: their writers never coincide. When a session starts a new
 * generation, the follower gets the new document and the deletion of all that the old one held, so that its own goes on.
 */
import { covers, decodeStateVector, encodeStateVector } from '@understudy/document'
import type { StateVector } from '@understudy/document'
import type { StoredSession } from '@understudy/store'
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import type { ByteSocket } from '../byte-socket.js'
import type { Follower } from '../clients/followers.js'
import { deletionOf } from './deletion.js'

const SYNC = 0
const STEP_1 = 0
const STEP_2 = 1
const UPDATE = 2
/** An update that holds nothing: no structs, no deletions. */
const NOTHING = Uint8Array.of(0, 0)
/** Bytes that may wait to leave the process before a follower is cut off; its provider then comes back and catches up. */
const SLOW_FOLLOWER = 4 * 1024 * 1024

/** One stock Yjs client that follows one session. */
export class YjsLink implements Follower {
  readonly #socket: ByteSocket
  #stored: StoredSession
  #attributes: StateVector = new Map()
  #frozen: StateVector = new Map()
  #generation: number | undefined
  #leave: (stored: StoredSession) => void = () => {}

  /** @param stored the session, alive */
  constructor(socket: ByteSocket, stored: StoredSession) {
    this.#socket = socket
    this.#stored = stored
    socket.message = (bytes) => this.#receive(bytes)
    socket.closed = () => this.#leave(this.#stored)
  }

  /** Begins to follow. `leave` is called when the follower is gone, with what it followed. */
  follow(leave: (stored: StoredSession) => void): void {
    this.#leave = leave
    // Asking for its state is what makes a provider that only listens consider itself synced both ways.
    this.#send(STEP_1, encodeStateVector(new Map()))
  }

  /** The session changed: what is new goes out. */
  changed(stored: StoredSession): void {
    if (stored.death !== undefined) return this.#ended()
    // Before its step 1 nothing is known of the follower, and nothing is sent.
    if (this.#generation === undefined) return undefined
    if (this.#socket.buffered > SLOW_FOLLOWER) return this.#tooSlow()
    for (const update of this.#news(stored)) this.#send(UPDATE, update)
    return undefined
  }

  moved(stored: StoredSession): void {
    this.#stored = stored
  }

  #receive(bytes: Uint8Array): void {
    const stored = this.#stored
    let vector: StateVector | undefined
    try {
      const decoder = createDecoder(bytes)
      if (readVarUint(decoder) === SYNC && readVarUint(decoder) === STEP_1) vector = decodeStateVector(readVarUint8Array(decoder))
    } catch {
      return this.#socket.close(1007, 'not a message of y-protocols')
    }
    if (vector === undefined) return undefined
    if (stored.death !== undefined) return this.#ended()
    if (stored.session === undefined) return this.#socket.close(4504, 'this node lacks the session just now; come back for it')
    // Asking again and again without reading the answers must not fill the memory.
    if (this.#socket.buffered > SLOW_FOLLOWER) return this.#tooSlow()
    this.#attributes = vector
    this.#frozen = vector
    this.#generation = undefined
    const [first, ...rest] = this.#news(stored)
    this.#send(STEP_2, first ?? NOTHING)
    for (const update of rest) this.#send(UPDATE, update)
    return undefined
  }

  #ended(): void {
    this.#socket.close(4404, 'the session has ended')
  }

  /** 4500 and above: y-websocket comes back after that. */
  #tooSlow(): void {
    this.#socket.close(4508, 'too slow; come back and catch up')
  }

  /** Updates that bring the follower from what it has to what is. */
  #news({ session }: StoredSession): Uint8Array[] {
    if (session === undefined) return []
    const updates: Uint8Array[] = []
    const [attributes, frozen] = [session.attributes.vector(), session.frozen.vector()]
    if (!covers(this.#attributes, attributes)) updates.push(session.attributes.deltaSince(this.#attributes))
    if (!covers(this.#frozen, frozen)) updates.push(session.frozen.deltaSince(this.#frozen))
    if (this.#generation !== session.generation) updates.push(deletionOf(this.#attributes, [attributes, frozen]))
    this.#attributes = attributes
    this.#frozen = frozen
    this.#generation = session.generation
    return updates
  }

  #send(step: number, payload: Uint8Array): void {
    const encoder = createEncoder()
    writeVarUint(encoder, SYNC)
    writeVarUint(encoder, step)
    writeVarUint8Array(encoder, payload)
    this.#socket.send(toUint8Array(encoder))
  }
}
