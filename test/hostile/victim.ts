/** A back-up that is attacked over its peer link: production code from the bytes to the replica, without a socket. */
import { slotOf } from '@understudy/cluster'
import { LiveDocuments, encodeValue } from '@understudy/document'
import { PEER_VERSIONS, PeerDecoder, PeerEncoder } from '@understudy/protocol'
import type { Hello, PeerFrame, SessionDeltaEntry, WholeSession } from '@understudy/protocol'
import { BackupSide } from '@understudy/replication'
import { sessionKey } from '@understudy/session'
import type { SessionKey } from '@understudy/session'
import { SessionStore } from '@understudy/store'
import { ReplicatedSessions } from '../../packages/node/src/sessions/replicated-sessions.js'

const NOW = 1_800_000_000_000
const NONCE = 77
/** The reign under which the genuine primary writes. */
export const REIGN = { epoch: 3, nonce: NONCE }

const HELLO: Hello = {
  type: 'hello', ...PEER_VERSIONS, name: 'primary', role: 'member', incarnation: 1, nonce: NONCE, mode: 'benchmark',
  url: 'ws://primary', time: NOW, slots: [],
}

/** Keys of the sessions that both nodes hold. */
export const KEYS: readonly SessionKey[] = Array.from({ length: 8 }, (_, i) => sessionKey(`session ${i}`))

/** A primary with a few sessions, which makes genuine frames. */
export class Primary {
  readonly store = newStore()

  constructor(reign = REIGN) {
    for (let slot = 0; slot < 256; slot++) this.store.beginReign(slot, reign)
    for (const key of KEYS) {
      this.store.create(key, { createdAt: NOW, stamp: 1, idleTimeout: 60_000 }, NOW)
      for (let i = 0; i < 4; i++) this.write(key, `name ${i}`, { nested: [i, 'text', null] })
      this.store.apply(key, [{ op: 'freeze', name: 'name 0' }], NOW)
    }
  }

  /** Sets one attribute. */
  write(key: SessionKey, name: string, value: unknown): void {
    this.store.apply(key, [{ op: 'set', name, value: encodeValue(value) }], NOW)
  }

  /** The whole session, as it travels to a back-up that holds nothing of it. */
  whole(key: SessionKey): WholeSession {
    const stored = this.store.find(key)
    const whole = stored && this.store.wholes.write(stored)
    if (whole === undefined) throw new Error('no such session, or of another shape')
    return { key, bytes: whole.bytes }
  }

  /** The delta that brings a holder of `held` to now; without it the whole session. */
  delta(key: SessionKey, held?: SessionStore): SessionDeltaEntry {
    const stored = this.store.find(key)
    if (stored === undefined) throw new Error('no such session')
    return this.store.difference(stored, { benchmark: held?.find(key)?.session?.benchmark(), since: 0 }).entry
  }
}

/** The back-up under attack. */
export class Victim {
  readonly store = newStore()
  #side = this.#newSide()

  /** Takes genuine deltas in, so that there is something to damage. */
  load(entries: readonly SessionDeltaEntry[]): void {
    this.receive({ type: 'deltas', number: 1, time: NOW, remaining: 0, entries })
  }

  /** A frame on a link of its own. Throws whatever ends the link. */
  receive(frame: PeerFrame): void {
    const encoder = new PeerEncoder()
    this.receiveBytes([encoder.encode(HELLO), encoder.encode(frame)])
  }

  /** Messages on a link of its own. Throws whatever ends the link. */
  receiveBytes(messages: readonly Uint8Array[]): void {
    const decoder = new PeerDecoder()
    this.#side = this.#newSide()
    for (const message of messages) this.#dispatch(decoder.decode(message))
  }

  /** Everything that is held, as bytes: equal before and after whatever was refused. */
  snapshot(): string {
    const parts: string[] = []
    for (const key of KEYS) {
      const stored = this.store.find(key)
      const state = stored?.session?.state()
      parts.push(hex(state?.attributes), hex(state?.frozen), JSON.stringify([state?.terms, state?.lastAccess, state?.operations, stored?.death]))
    }
    return parts.join('|')
  }

  #dispatch(frame: PeerFrame): void {
    if (frame.type === 'deltas') this.#side.merge(frame)
    else if (frame.type === 'reigns') this.#side.reigns(frame)
    else if (frame.type === 'marks') this.#side.marks(frame)
    else if (frame.type === 'ask') this.#side.ask(frame)
    else if (frame.type === 'compare') this.#side.compare(frame)
    else if (frame.type === 'want') Array.from(this.#side.want(frame))
  }

  #newSide(): BackupSide<NonNullable<ReturnType<SessionStore['find']>>> {
    const side = new BackupSide(new ReplicatedSessions(this.store, NONCE, Date.now), slotOf)
    side.reigns({ type: 'reigns', epochs: new Float64Array(256).fill(REIGN.epoch) })
    return side
  }
}

/** Genuine messages of a link: a greeting, then the frame. */
export function genuine(frame: PeerFrame): readonly [Uint8Array, Uint8Array] {
  const encoder = new PeerEncoder()
  return [encoder.encode(HELLO), encoder.encode(frame)]
}

/** A frame of these deltas, the first on its link. */
export function deltas(entries: readonly SessionDeltaEntry[], number = 1): PeerFrame {
  return { type: 'deltas', number, time: NOW, remaining: 0, entries }
}

/** A frame of these whole sessions, likewise. */
export function wholes(sessions: readonly WholeSession[]): PeerFrame {
  return { type: 'deltas', number: 1, time: NOW, remaining: 0, wholes: sessions, entries: [] }
}

function newStore(): SessionStore {
  return new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 16 }), deathRetention: 1e9, slotOf })
}

function hex(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('hex')
}
