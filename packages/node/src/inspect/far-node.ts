/**
 * Another node's `/inspect`, asked on behalf of one inspector of this one: browsers connect to one node only, and that
 * node asks the others, with the peer secret. The link is opened when it is first needed and ends with the inspector.
 *
 *   idle ── needed ──► dialling ── socket ──► greeting ── welcome ──► open
 *     ▲                    │ failed              │ closed              │ closed, silent
 *     └──── (redialled while something is watched) ◄──────────────────┘
 */
import { decodeInspectDownFrame, encodeInspectUpFrame, INSPECT_VERSIONS, ProtocolError } from '@understudy/protocol/inspect'
import type { InspectDownFrame, InspectRequest } from '@understudy/protocol/inspect'
import type { ByteSocket, Dial } from '../byte-socket.js'
import type { Environment } from '../environment.js'
import { InspectFailure } from './inspect-failure.js'

/** ms for an answer, and for one that takes looking through all sessions. */
const ANSWER_TIME = 5_000
const QUERY_TIME = 60_000
/** ms between attempts to reach the node while something of it is watched. */
const REDIAL = 1_000
/** ms between signs of life that are asked for. */
const PING = 2_000

/** A request without its number. */
export type FarRequest = InspectRequest extends infer R ? (R extends InspectRequest ? Omit<R, 'request'> : never) : never

/** A request that begins something, to be asked anew on every link. */
export type FarWatch = Extract<FarRequest, { type: 'watchCluster' | 'watchFlow' | 'watchSession' }>

/** An answer. */
export type FarAnswer = Extract<InspectDownFrame, { readonly request?: number | undefined }>

/** What a far node needs. */
export interface FarNodeOptions {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly dial: Dial
  readonly environment: Environment
  /** Hears of what is watched. */
  readonly pushed: (name: string, frame: InspectDownFrame) => void
  /** The link is lost, or did not come about. */
  readonly lost: (name: string, why: string) => void
}

interface Waiting {
  readonly resolve: (answer: FarAnswer) => void
  readonly reject: (error: InspectFailure) => void
  readonly cancel: () => void
}

/** One other node, for one inspector. */
export class FarNode {
  readonly #options: FarNodeOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #watches = new Map<string, FarWatch>()
  #link: Promise<ByteSocket> | undefined
  #socket: ByteSocket | undefined
  #cancelRedial: () => void = () => {}
  #stopPings: () => void = () => {}
  #answered = true
  #request = 0
  #closed = false

  constructor(options: FarNodeOptions) {
    this.#options = options
  }

  /**
   * Asks the node.
   *
   * @throws InspectFailure NODE_SILENT when it does not answer; whatever it answers with otherwise
   */
  async ask(question: FarRequest): Promise<FarAnswer> {
    this.#link ??= this.#open()
    const socket = await this.#link
    const request = ++this.#request
    return new Promise<FarAnswer>((resolve, reject) => {
      const patience = question.type === 'query' ? QUERY_TIME : ANSWER_TIME
      const cancel = this.#options.environment.after(patience, () => this.#settle(request)?.reject(this.#silent('it did not answer in time')))
      this.#waiting.set(request, { resolve, reject, cancel })
      socket.send(encodeInspectUpFrame({ ...question, request }))
    })
  }

  /** Watches until `unwatch`, over as many links as that takes. A former watch of the kind is over. */
  watch(watch: FarWatch): void {
    this.#watches.set(watch.type, watch)
    if (this.#socket === undefined) this.#begin()
    else this.#resume(watch)
  }

  /**
   * As `watch`, for what must be answered.
   *
   * @throws InspectFailure as `ask`; nothing is watched then
   */
  async watchAndAsk(watch: FarWatch): Promise<FarAnswer> {
    await (this.#link ??= this.#open())
    const answer = await this.ask(watch)
    this.#watches.set(watch.type, watch)
    return answer
  }

  /** Watches this no longer. */
  unwatch(type: FarWatch['type']): void {
    if (!this.#watches.delete(type) || this.#socket === undefined) return
    const what = type === 'watchCluster' ? 'cluster' : type === 'watchFlow' ? 'flow' : 'session'
    // Whether it is heard does not matter: what comes nevertheless is dropped.
    this.ask({ type: 'unwatch', what }).catch(() => undefined)
  }

  /** Nobody needs the node any more. */
  close(): void {
    this.#closed = true
    this.#cancelRedial()
    this.#socket?.close(1000, 'done')
    this.#end('nobody looks any more')
  }

  /** Opens the link for what is watched, now and again after it was lost. */
  #begin(): void {
    if (this.#link !== undefined) return
    this.#link = this.#open()
    this.#link.catch(() => undefined)
  }

  async #open(): Promise<ByteSocket> {
    const { url, headers, dial } = this.#options
    try {
      const socket = await dial(`${url.replace(/\/$/, '')}/inspect`, headers)
      try {
        await this.#greet(socket)
        if (this.#closed) throw new Error('nobody looks any more')
        this.#opened(socket)
        return socket
      } catch (error) {
        socket.terminate()
        throw error
      }
    } catch (error) {
      const why = error instanceof Error ? error.message || String(Reflect.get(error, 'code')) : String(error)
      this.#end(why)
      throw this.#silent(why)
    }
  }

  #greet(socket: ByteSocket): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.environment.after(ANSWER_TIME, () => socket.terminate())
      socket.closed = () => {
        cancel()
        reject(new Error('it closed the connection'))
      }
      socket.message = (bytes) => {
        const frame = decoded(bytes)
        if (frame?.type === 'welcome') {
          cancel()
          return resolve()
        }
        return reject(new Error(frame?.type === 'bye' ? `${frame.code}: ${frame.message}` : 'it did not answer with a welcome'))
      }
      socket.send(encodeInspectUpFrame({ type: 'hello', ...INSPECT_VERSIONS, name: 'node', as: 'node' }))
    })
  }

  #opened(socket: ByteSocket): void {
    const { environment } = this.#options
    this.#socket = socket
    socket.closed = () => this.#end('the connection was closed')
    socket.message = (bytes) => this.#receive(bytes)
    this.#answered = true
    this.#stopPings = environment.every(PING, () => {
      if (!this.#answered) return socket.terminate()
      this.#answered = false
      return socket.send(encodeInspectUpFrame({ type: 'ping', request: 0 }))
    })
    this.#link = Promise.resolve(socket)
    for (const watch of this.#watches.values()) this.#resume(watch)
  }

  /** Asks for what is watched. The answer is news. */
  #resume(watch: FarWatch): void {
    const { name, pushed, lost } = this.#options
    this.ask(watch).then(
      (answer) => {
        if (answer.type === 'session') pushed(name, { type: 'session', view: answer.view })
      },
      (error: unknown) => lost(name, error instanceof Error ? error.message : String(error)),
    )
  }

  #receive(bytes: Uint8Array): void {
    this.#answered = true
    const frame = decoded(bytes)
    // A node that says what this one does not understand is of no use here.
    if (frame === undefined) return this.#socket?.terminate()
    const waiting = 'request' in frame && frame.request !== undefined ? this.#settle(frame.request) : undefined
    if (waiting === undefined) return frame.type === 'bye' ? this.#end(`${frame.code}: ${frame.message}`) : this.#options.pushed(this.#options.name, frame)
    if (frame.type === 'failed') return waiting.reject(new InspectFailure(frame.code, frame.message, { node: this.#options.name }))
    return waiting.resolve(frame as FarAnswer)
  }

  #settle(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request)
    waiting?.cancel()
    this.#waiting.delete(request)
    return waiting
  }

  #end(why: string): void {
    const wasNeeded = this.#link !== undefined
    this.#link = undefined
    this.#socket = undefined
    this.#stopPings()
    for (const request of this.#waiting.keys()) this.#settle(request)?.reject(this.#silent(why))
    if (this.#closed || !wasNeeded) return
    this.#options.lost(this.#options.name, why)
    this.#cancelRedial()
    if (this.#watches.size > 0) this.#cancelRedial = this.#options.environment.after(REDIAL, () => this.#begin())
  }

  #silent(why: string): InspectFailure {
    return new InspectFailure('NODE_SILENT', `node "${this.#options.name}" does not answer: ${why}`.slice(0, 1_000), { node: this.#options.name })
  }
}

/** The frame; undefined for what is none of this version. */
function decoded(bytes: Uint8Array): InspectDownFrame | undefined {
  try {
    return decodeInspectDownFrame(bytes)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
