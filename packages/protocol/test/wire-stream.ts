/** The stream by which the wire is measured: many sessions, one attribute changed at a time, made by Yjs itself. */

import * as Y from 'yjs'
import type { Deltas, SessionDeltaEntry, SessionKey } from '../src/index.js'
import { append } from './yjs-updates.js'

/** What a stream is made of. */
export interface StreamOptions {
  readonly sessions: number
  readonly rounds: number
  readonly entriesAFrame: number
  readonly startedAt: number
}

/** mulberry32: small, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function isKey(_text: string): _text is SessionKey {
  return true
}

/** A random session key. */
export function randomKey(random: () => number): SessionKey {
  const text = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')
  if (!isKey(text)) throw new Error('unreachable')
  return text
}

interface Written {
  readonly key: SessionKey
  readonly array: Y.Array<unknown[]>
  latest: Uint8Array
}

/** A session with ten attributes, some hundred items old, written by a writer with a 53-bit id. */
function session(random: () => number, writers: readonly number[]): Written {
  const doc = new Y.Doc({ guid: '' })
  const key = randomKey(random)
  doc.clientID = writers[Number.parseInt(key.slice(0, 2), 16)] ?? 0
  const array = doc.getArray<unknown[]>('attributes')
  array.push(Array.from({ length: 150 }, () => ['old', 1]))
  array.delete(0, 150)
  for (let name = 0; name < 10; name++) append(array, `attr${name}`, 'x'.repeat(20))
  const written = { key, array, latest: Y.encodeStateAsUpdate(doc) }
  doc.on('update', (update: Uint8Array) => (written.latest = update))
  return written
}

/** Frames of one stream, in order; at first each session's whole document, then one changed attribute at a time. */
export function* wireStream(options: StreamOptions, random: () => number): Generator<Deltas> {
  const big = () => 2 ** 52 + Math.floor(random() * 2 ** 52)
  const writers = Array.from({ length: 256 }, big)
  const clients = Array.from({ length: 200 }, () => ({ id: big(), counter: 5_000 }))
  const sessions = Array.from({ length: options.sessions }, () => session(random, writers))
  const total = options.sessions * options.rounds
  let entries: SessionDeltaEntry[] = []
  let time = options.startedAt
  let number = 0
  for (let count = 0; count < total; count++) {
    const { key, array, latest } = sessions[count % sessions.length] ?? session(random, writers)
    const first = count < sessions.length
    if (!first) array.doc?.transact(() => append(array, `attr${Math.floor(random() * 10)}`, 'y'.repeat(20)))
    const attributes = first ? latest : (sessions[count % sessions.length]?.latest ?? latest)
    const client = clients[Math.floor(random() * clients.length)] ?? { id: 0, counter: 0 }
    const operations = [{ client: client.id, counter: ++client.counter }]
    entries.push({ key, generation: 0, attributes, lastAccess: time - Math.floor(random() * 500), operations })
    if (entries.length < options.entriesAFrame && count < total - 1) continue
    yield { type: 'deltas', number: ++number, time, remaining: Math.min(100, total - count - 1), entries }
    entries = []
    time += 5
  }
}
