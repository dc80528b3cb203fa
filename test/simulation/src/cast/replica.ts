/** What a node holds of a session, read as any Yjs program would read it: through the door for stock Yjs clients. */
import { readEntries } from '@understudy/client'
import type { Value } from '@understudy/client'
import type { ByteSocket, DoorsOptions } from '@understudy/node'
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import * as Y from 'yjs'

/** One replica. */
export interface Replica {
  readonly attributes: ReadonlyMap<string, unknown>
  /** The entries that have a value, as text, by root and name: counters and sets consist of several. */
  readonly entries: ReadonlyMap<string, string>
  /** Whether Yjs waits for something that will never come. */
  readonly isPending: boolean
  /** Bytes of the whole document, frozen part included. */
  readonly size: number
}

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

function replicaOf(updates: readonly Uint8Array[]): Replica {
  const doc = new Y.Doc({ guid: '' })
  for (const update of updates) Y.applyUpdate(doc, update)
  const attributes = new Map<string, unknown>()
  const entries = new Map<string, string>()
  for (const root of ['attributes', 'frozen']) {
    const held = doc.getArray<[string, Value?]>(root).toArray()
    for (const [name, value] of held) {
      if (value === undefined) entries.delete(`${root} ${name}`)
      else entries.set(`${root} ${name}`, JSON.stringify(value))
    }
    for (const [name, value] of Object.entries(readEntries(held))) attributes.set(name, value)
  }
  const isPending = doc.store.pendingStructs !== null || doc.store.pendingDs !== null
  return { attributes, entries, isPending, size: Y.encodeStateAsUpdate(doc).length }
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
