/**
 * One connection to a peer: frames on one side, bytes on the other, and the greeting before anything else.
 *
 *            hello / welcome                   bye, error, silence, closed
 *   greeting ────────────────► open ───────────────────────────────────► closed
 *     └──────────── anything else, too late, refused ───────────────────────┘
 */
import { PeerDecoder, PeerEncoder } from '@understudy/protocol'
import type { Hello, PeerFrame, Welcome } from '@understudy/protocol'
import type { ByteSocket } from '../byte-socket.js'
import type { Environment } from '../environment.js'
import { Heartbeat } from './heartbeat.js'
import type { Pace } from './heartbeat.js'

/** ms within which a peer must have greeted. */
const GREETING_TIME = 5_000
/** ms within which a challenged peer must be heard. */
const CHALLENGE_TIME = 1_000

/** What the owner of a link hears. `frame` may throw: the link then ends with that error's code. */
export interface PeerLinkEvents {
  greeted(link: PeerLink, greeting: Hello | Welcome): void
  frame(link: PeerLink, frame: PeerFrame): void
  closed(link: PeerLink, reason: LinkEnd): void
}

/** Why a link ended. */
export interface LinkEnd {
  readonly code: string
  readonly message: string
}

/** One connection to one peer. */
export class PeerLink {
  readonly dialled: boolean
  readonly #socket: ByteSocket
  readonly #events: PeerLinkEvents
  readonly #encoder: PeerEncoder
  readonly #decoder = new PeerDecoder()
  readonly #heartbeat: Heartbeat
  readonly #environment: Environment
  #challenged = false
  #framesSent = 0
  #framesReceived = 0
  readonly #cancelGreeting: () => void
  #state: 'greeting' | 'open' | 'closed' = 'greeting'
  #end: LinkEnd = { code: 'CLOSED', message: 'the connection was closed' }

  constructor(socket: ByteSocket, dialled: boolean, environment: Environment, events: PeerLinkEvents) {
    this.dialled = dialled
    this.#socket = socket
    this.#events = events
    this.#environment = environment
    this.#encoder = new PeerEncoder()
    this.#heartbeat = new Heartbeat(
      environment,
      (time) => this.#ping(time),
      () => this.#drop('SILENT', 'nothing was heard for too long'),
    )
    this.#cancelGreeting = environment.after(GREETING_TIME, () => this.close('GREETING_LATE', 'no greeting came in time'))
    socket.message = (bytes) => this.#receive(bytes)
    socket.closed = () => this.#closed()
  }

  /** Whether frames may be sent. */
  get open(): boolean {
    return this.#state === 'open'
  }

  /** Bytes sent and received, everything above TCP. */
  get traffic(): { readonly sent: number; readonly received: number } {
    return { sent: this.#socket.sentBytes, received: this.#socket.receivedBytes }
  }

  /** ms of the last ping's round trip. */
  get roundTrip(): number | undefined {
    return this.#heartbeat.roundTrip
  }

  /** When the latest ping that was answered had been sent, ms since 1970. */
  get answeredAt(): number {
    return this.#heartbeat.answeredAt
  }

  /** Both have greeted; from now on frames flow. */
  accept(pace: Pace): void {
    this.#cancelGreeting()
    this.#state = 'open'
    this.#heartbeat.start(pace)
  }

  /** Asks for a sign of life. */
  ping(): void {
    this.#ping(this.#environment.now())
  }

  /** Sends a frame; nothing happens on a link that is gone. */
  send(frame: PeerFrame): void {
    if (this.#state === 'closed') return
    this.#socket.send(this.#encoder.encode(frame))
    this.#framesSent++
  }

  /** Drops the link unless the peer is heard soon: somebody else claims to be that peer. */
  challenge(): void {
    if (this.#challenged || this.#state !== 'open') return
    this.#challenged = true
    this.ping()
    this.#environment.after(CHALLENGE_TIME, () => this.#challenged && this.#drop('SILENT', 'it did not answer when another node came with its name'))
  }

  /** Ends the link and tells the peer why. */
  close(code: string, message: string): void {
    if (this.#state === 'closed') return
    this.#end = { code, message }
    this.send({ type: 'bye', code, message })
    this.#socket.close(code === 'SHUTDOWN' ? 1001 : 1008, code)
    this.#closed()
  }

  /** A ping counts: what nobody waits for could otherwise be lost without a trace. */
  #ping(time: number): void {
    if (this.#state === 'open') this.send({ type: 'ping', time, frames: this.#framesSent })
  }

  #drop(code: string, message: string): void {
    this.#end = { code, message }
    this.#socket.terminate()
    this.#closed()
  }

  #receive(bytes: Uint8Array): void {
    if (this.#state === 'closed') return
    this.#heartbeat.heard()
    this.#challenged = false
    try {
      const frame = this.#decoder.decode(bytes)
      this.#dispatch(frame)
      this.#framesReceived++
    } catch (error) {
      // Whatever a frame breaks, it ends this link with its code, and nothing else.
      const { code, message } = error instanceof Error ? { code: codeOf(error), message: error.message } : { code: 'INTERNAL', message: String(error) }
      this.close(code, message)
    }
  }

  #dispatch(frame: PeerFrame): void {
    switch (frame.type) {
      case 'ping':
        if (frame.frames !== this.#framesReceived) return this.close('FRAME_LOST', `${frame.frames} frames were sent and ${this.#framesReceived} came`)
        this.#heartbeat.beat()
        return this.send({ type: 'pong', time: frame.time })
      case 'pong':
        return this.#heartbeat.answered(frame.time)
      case 'bye':
        this.#end = { code: frame.code, message: frame.message }
        return this.#socket.close(1000, 'bye')
      case 'hello':
      case 'welcome':
        if (this.#state !== 'greeting' || (frame.type === 'hello') === this.dialled) return this.close('GREETING_TWICE', 'a greeting came out of turn')
        return this.#events.greeted(this, frame)
      default:
        if (this.#state !== 'open') return this.close('NOT_GREETED', `a frame "${frame.type}" came before the greeting`)
        return this.#events.frame(this, frame)
    }
  }

  #closed(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancelGreeting()
    this.#heartbeat.stop()
    this.#events.closed(this, this.#end)
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'INTERNAL'
}
