/** One who looks at a node over `/inspect`, as a browser does, and keeps what it is told. */
import { dialWebSocket } from '@understudy/node'
import type { ByteSocket, Node } from '@understudy/node'
import { decodeInspectDownFrame, encodeInspectUpFrame, INSPECT_VERSIONS } from '@understudy/protocol/inspect'
import type { InspectDownFrame, InspectHello, InspectRequest, InspectWelcome } from '@understudy/protocol/inspect'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.js'

/** A request without its number. */
export type Question = InspectRequest extends infer R ? (R extends InspectRequest ? Omit<R, 'request'> : never) : never

type Type = InspectDownFrame['type']
type Frame<T extends Type> = Extract<InspectDownFrame, { readonly type: T }>

/** One who looks. */
export class Looker {
  readonly socket: ByteSocket
  /** All frames so far, oldest first. */
  readonly frames: InspectDownFrame[] = []
  isClosed = false
  #request = 0

  private constructor(socket: ByteSocket) {
    this.socket = socket
    socket.message = (bytes) => void this.frames.push(decodeInspectDownFrame(bytes))
    socket.closed = () => {
      this.isClosed = true
    }
    onTestFinished(() => socket.terminate())
  }

  /** Connects, without a word. Rejects with what the node refuses it by. */
  static async dial({ url }: Pick<Node, 'url'>, token?: string): Promise<Looker> {
    return new Looker(await dialWebSocket(`${url}/inspect`, token === undefined ? {} : { authorization: `Bearer ${token}` }))
  }

  /** Connects and greets. */
  static async at(node: Pick<Node, 'url'>, token?: string, as: InspectHello['as'] = 'person'): Promise<Looker> {
    const looker = await Looker.dial(node, token)
    looker.send(encodeInspectUpFrame({ type: 'hello', ...INSPECT_VERSIONS, name: 'test', as }))
    await looker.next('welcome')
    return looker
  }

  /** What the node said first. */
  get welcome(): InspectWelcome {
    const frame = this.of('welcome')[0]
    if (frame === undefined) throw new Error('the node has not welcomed anybody yet')
    return frame
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void {
    this.socket.send(bytes)
  }

  /** Sends text or JSON, whatever it says. */
  say(frame: unknown): void {
    this.send(new TextEncoder().encode(typeof frame === 'string' ? frame : JSON.stringify(frame)))
  }

  /** Asks, and waits for the answer, `failed` included. */
  async ask(question: Question): Promise<InspectDownFrame> {
    const request = this.demand(question)
    return eventually(`"${question.type}" is answered (${JSON.stringify(this.frames.at(-1))?.slice(0, 300)})`, () => this.frames.find((frame) => 'request' in frame && frame.request === request))
  }

  /** Asks for something that must be answered like this. */
  async get<T extends Type>(type: T, question: Question): Promise<Frame<T>> {
    const answer = await this.ask(question)
    if (!isOf(answer, type)) throw new Error(`"${question.type}" was answered with ${JSON.stringify(answer).slice(0, 500)}`)
    return answer
  }

  /** Asks and does not wait. @returns the number of the request */
  demand(question: Question): number {
    this.send(encodeInspectUpFrame({ ...question, request: ++this.#request }))
    return this.#request
  }

  /** Frames of a type so far. */
  of<T extends Type>(type: T): Frame<T>[] {
    return this.frames.filter((frame): frame is Frame<T> => frame.type === type)
  }

  /** The first frame of a type that fits, past or to come. */
  next<T extends Type>(type: T, fits: (frame: Frame<T>) => boolean = () => true): Promise<Frame<T>> {
    return eventually(`a frame "${type}" fits`, () => this.of(type).find(fits))
  }
}

function isOf<T extends Type>(frame: InspectDownFrame, type: T): frame is Frame<T> {
  return frame.type === type
}
