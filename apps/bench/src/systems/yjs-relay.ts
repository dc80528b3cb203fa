/**
 * A stock relay of y-protocols: the app holds a live document of each session, the relay another. It has no
 * acknowledgements; the app asks with sync step 1 after each update, whose answer comes after the update was applied.
 */
import { createDecoder, readVarString } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarString } from 'lib0/encoding'
import { WebSocket } from 'ws'
import { messageYjsSyncStep2, readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import { Doc } from 'yjs'
import { Child } from '../processes/child.js'
import { ATTRIBUTES, CHANGING, scattered, valueOf } from '../workload/attributes.js'
import { inFlight } from '../workload/in-flight.js'
import { Saves } from '../workload/saves.js'
import type { SystemKind } from './system.js'

/** The app's side of a relay. */
export class RelayedSessions {
  readonly #socket: WebSocket
  readonly #docs: readonly Doc[]
  readonly #asked = new Map<string, (() => void)[]>()

  private constructor(socket: WebSocket, docs: readonly Doc[]) {
    this.#socket = socket
    this.#docs = docs
    socket.on('message', (message: Buffer) => this.#receive(message))
    for (const [number, doc] of docs.entries()) {
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== this) this.#tell(nameOf(number), (encoder) => writeUpdate(encoder, update))
      })
    }
  }

  /** Connects with documents of its own. */
  static async open(url: string, docs: readonly Doc[]): Promise<RelayedSessions> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return new RelayedSessions(socket, docs)
  }

  /** Writes attributes; resolves when the relay has them. */
  save(number: number, attributes: readonly (readonly [string, string])[]): Promise<void> {
    const doc = this.#docs[number]
    if (doc === undefined) return Promise.resolve()
    doc.transact(() => {
      for (const [name, value] of attributes) doc.getMap('attributes').set(name, value)
    })
    return this.sync(number)
  }

  /** Asks for what this side lacks of a document; resolves when it has it. */
  sync(number: number): Promise<void> {
    const [doc, name] = [this.#docs[number], nameOf(number)]
    if (doc === undefined) return Promise.resolve()
    this.#tell(name, (encoder) => writeSyncStep1(encoder, doc))
    return new Promise((resolve) => {
      const asked = this.#asked.get(name)
      if (asked === undefined) this.#asked.set(name, [resolve])
      else asked.push(resolve)
    })
  }

  /** Disconnects. */
  close(): void {
    this.#socket.terminate()
  }

  #tell(name: string, write: (encoder: ReturnType<typeof createEncoder>) => void): void {
    const encoder = createEncoder()
    writeVarString(encoder, name)
    write(encoder)
    this.#socket.send(toUint8Array(encoder))
  }

  #receive(message: Buffer): void {
    const decoder = createDecoder(message)
    const name = readVarString(decoder)
    const doc = this.#docs[numberOf(name)]
    if (doc === undefined) return
    const type = readSyncMessage(decoder, createEncoder(), doc, this)
    if (type !== messageYjsSyncStep2) return
    const asked = this.#asked.get(name)
    asked?.shift()?.()
    if (asked?.length === 0) this.#asked.delete(name)
  }
}

function nameOf(session: number): string {
  return `session ${session}`
}

function numberOf(name: string): number {
  return Number(name.slice('session '.length))
}

/** See the file's header. */
export const yjsRelay: SystemKind = {
  name: 'y-protocols relay',
  processes: ['relay'],
  others: true,
  async start({ sessions, through }) {
    const child = await Child.start('yjs-relay.js')
    const docs = Array.from({ length: sessions }, () => new Doc({ guid: '' }))
    const live = await RelayedSessions.open((await through?.(child.url)) ?? child.url, docs)
    await inFlight(sessions, 64, (number) => live.save(number, ATTRIBUTES))
    return {
      saves: new Saves((number) => live.save(scattered(number, sessions), [[CHANGING, valueOf(number)]])),
      cpu: async () => ({ relay: (await child.figures())['cpu'] ?? 0 }),
      async close() {
        live.close()
        await child.close()
      },
    }
  },
}
