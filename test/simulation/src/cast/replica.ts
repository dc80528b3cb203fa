/** What a node holds of a session, read as any Yjs program would read it: through the door for stock Yjs clients. */
import { readEntries } from '@understudy/client'
import type { Value } from '@understudy/client'
import type { ByteSocket, DoorsOptions } from '@understudy/node'
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import * as Y from 'yjs'

/** One replica. */
export class Replica {
  readonly attributes: ReadonlyMap<string, unknown>
  readonly #doc: Y.Doc

  constructor(updates: readonly Uint8Array[]) {
    const doc = new Y.Doc({ guid: '' })
    for (const update of updates) Y.applyUpdate(doc, update)
    this.#doc = doc
    this.attributes = new Map(ROOTS.flatMap((root) => Object.entries(readEntries(this.#held(root)))))
  }

  /** The entries that have a value, as text, by root and name: counters and sets consist of several. */
  get entries(): ReadonlyMap<string, string> {
    const entries = new Map<string, string>()
    for (const root of ROOTS) {
      for (const [name, value] of this.#held(root)) {
        if (value === undefined) entries.delete(`${root} ${name}`)
        else entries.set(`${root} ${name}`, JSON.stringify(value))
      }
    }
    return entries
  }

  /** Whether Yjs waits for something that will never come. */
  get isPending(): boolean {
    const { pendingStructs, pendingDs } = this.#doc.store
    return pendingStructs !== null || pendingDs !== null
  }

  /** Bytes of the whole document, frozen part included. */
  get size(): number {
    return Y.encodeStateAsUpdate(this.#doc).length
  }

  #held(root: string): [string, Value?][] {
    return this.#doc.getArray<[string, Value?]>(root).toArray()
  }
}

/** The arrays of a session's document. */
const ROOTS = ['attributes', 'frozen'] as const

/** Replicas kept at most. */
const KEPT = 64

/** The latest replicas, by the updates that they consist of: most nodes hold the same, and most have not changed since. */
const kept = new Map<string, Replica>()

/** Reads a session of a node; `dead` if it has ended, undefined if the node has never heard of it. */
export function readReplica(leads: DoorsOptions, key: string): Replica | 'dead' | undefined {
  const entrance = leads.follow(key)
  const refusal = entrance?.refuse?.()
  if (entrance === undefined || refusal?.status === 404) return undefined
  if (refusal !== undefined) return 'dead'
  const updates: Uint8Array[] = []
  const socket = listeningSocket((message) => {
    const decoder = createDecoder(message)
    // y-protocols: 0 is sync; of its steps 1 asks for our state vector, 1 and 2 bring updates.
    if (readVarUint(decoder) === 0 && readVarUint(decoder) > 0) updates.push(readVarUint8Array(decoder))
  })
  entrance.enter(socket, { ok: true, role: 'read', name: 'judge' })
  socket.message(firstStep())
  socket.closed()
  return replicaOf(updates)
}

/** Yjs reads the same bytes once. */
function replicaOf(updates: readonly Uint8Array[]): Replica {
  const text = updates.map((update) => `${update.length} ${Buffer.from(update.buffer, update.byteOffset, update.length).toString('latin1')}`).join('')
  const known = kept.get(text)
  if (known !== undefined) return known
  const replica = new Replica(updates)
  for (const oldest of kept.keys()) if (kept.size >= KEPT) kept.delete(oldest)
  kept.set(text, replica)
  return replica
}

/** Sync step 1 of one who has nothing. */
function firstStep(): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, 0)
  writeVarUint(encoder, 0)
  writeVarUint8Array(encoder, Uint8Array.of(0))
  return toUint8Array(encoder)
}

/** A connection of which the other side is a function. */
function listeningSocket(receive: (message: Uint8Array) => void): ByteSocket {
  return {
    buffered: 0,
    sentBytes: 0,
    receivedBytes: 0,
    send: receive,
    close: () => {},
    terminate: () => {},
    message: () => {},
    closed: () => {},
  }
}
