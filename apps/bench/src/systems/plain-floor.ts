/**
 * The plain floor: what saving costs with Yjs and ws alone, no more than it takes. A live Y.Doc with a Y.Map for each
 * session, one update a save against the last vector, sixteen in a frame at most, to another process, which applies and
 * acknowledges them. And two limits: the same where the other process leaves updates unopened, and ws without Yjs.
 */
import { Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs'
import { Child } from '../processes/child.js'
import { ATTRIBUTES, CHANGING, scattered, valueOf } from '../workload/attributes.js'
import { inFlight } from '../workload/in-flight.js'
import { Saves } from '../workload/saves.js'
import { FarLink } from './far-link.js'
import type { SystemKind } from './system.js'

/** Updates in a frame at most: then the other process begins while this one goes on. */
const MOST = 16

/** A session's live document. */
interface LiveSession {
  readonly doc: Doc
  vector: Uint8Array
}

/** Live documents of this process, whose updates go to another. */
class LiveSessions {
  readonly #link: FarLink
  readonly #sessions: readonly LiveSession[]
  #gathered: Buffer[] = []

  constructor(link: FarLink, count: number) {
    this.#link = link
    this.#sessions = Array.from({ length: count }, () => ({ doc: new Doc({ guid: '' }), vector: Uint8Array.of(0) }))
  }

  /** Writes attributes of a session; resolves when the far end has acknowledged them. */
  save(number: number, attributes: readonly (readonly [string, string])[]): Promise<void> {
    const session = this.#sessions[number]
    if (session === undefined) return Promise.resolve()
    const map = session.doc.getMap('attributes')
    session.doc.transact(() => {
      for (const [name, value] of attributes) map.set(name, value)
    })
    const update = encodeStateAsUpdate(session.doc, session.vector)
    session.vector = encodeStateVector(session.doc)
    this.#gather(number, update)
    return this.#link.acknowledged()
  }

  #gather(number: number, update: Uint8Array): void {
    const head = Buffer.allocUnsafe(8)
    head.writeUInt32LE(number, 0)
    head.writeUInt32LE(update.length, 4)
    if (this.#gathered.length === 0) process.nextTick(() => this.#send())
    this.#gathered.push(head, Buffer.from(update.buffer, update.byteOffset, update.byteLength))
    if (this.#gathered.length >= 2 * MOST) this.#send()
  }

  #send(): void {
    if (this.#gathered.length === 0) return
    this.#link.send(Buffer.concat(this.#gathered))
    this.#gathered = []
  }
}

const kind = (name: string, manner: 'apply' | 'store'): SystemKind => ({
  name,
  processes: [],
  others: true,
  async start({ sessions, through }) {
    const child = await Child.start('far-end.js', manner)
    const link = await FarLink.open((await through?.(child.url)) ?? child.url)
    const live = new LiveSessions(link, sessions)
    await inFlight(sessions, 64, (number) => live.save(number, ATTRIBUTES))
    return {
      saves: new Saves((number) => live.save(scattered(number, sessions), [[CHANGING, valueOf(number)]])),
      cpu: () => Promise.resolve({}),
      async close() {
        link.close()
        await child.close()
      },
    }
  },
})

/** See the file's header. */
export const plainFloor = kind('plain floor', 'apply')

/** The other process keeps the bytes of the latest update of each session, and does not look at them. */
export const unopened = kind('updates unopened', 'store')

/** ws alone: 30 bytes a save in a frame of their own, those of a turn in one piece, counted on the other side. */
export const wsAlone: SystemKind = {
  name: 'ws alone',
  processes: [],
  others: true,
  async start() {
    const child = await Child.start('far-end.js', 'count')
    const link = await FarLink.open(child.url)
    const message = Buffer.alloc(30, 'v')
    let isCorked = false
    const save = (): Promise<void> => {
      if (!isCorked) {
        isCorked = true
        link.cork()
        process.nextTick(() => (isCorked = false))
      }
      link.send(message)
      return link.acknowledged()
    }
    return {
      saves: new Saves(save),
      cpu: () => Promise.resolve({}),
      async close() {
        link.close()
        await child.close()
      },
    }
  },
}
