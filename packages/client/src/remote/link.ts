/**
 * The link to one node: runs the state machine of link-state.ts on a real socket, with heartbeat and pauses.
 *
 * Invariants: a socket exists exactly in the phases connecting, greeting and open; what an earlier socket still says is
 * not heard; the owner gets `welcomed` once, then frames, then `lost` once, for each time that the link opened.
 */
import type { ClientDownFrame, ClientUpFrame, ClientWelcome } from '@understudy/protocol/client'
import {
  decodeClientDownMessage,
  encodeClientUpFrame,
  FrameBatch,
  MIN_BATCH_VERSION,
  MIN_PROTOCOL_VERSION,
  MIN_REFRESH_VERSION,
  PROTOCOL_VERSION,
} from '@understudy/protocol/client'
import type { Environment } from '../environment.js'
import type { Socket, SocketEnd } from '../socket.js'
import { UnderstudyError } from '../understudy-error.js'
import type { Backoff } from './backoff.js'
import { pauseBefore } from './backoff.js'
import type { LinkEvent, LinkState } from './link-state.js'
import { advance, FIRST_STATE } from './link-state.js'

/** What all links of a gateway share. */
export interface LinkSettings {
  /** The client's number, 53 bits, the same on every link. */
  readonly client: number
  /** What the node calls this client. */
  readonly name: string
  readonly token: string | undefined
  /** From the start until welcome, ms. */
  readonly handshakeTimeout: number
  readonly backoff: Backoff
}

/** Who uses a link. */
export interface LinkOwner {
  /** The link is open. */
  welcomed(link: Link, welcome: ClientWelcome): void
  /** A frame came on the open link. */
  received(link: Link, frame: ClientDownFrame): void
  /** The link is gone; `node` is set if it was open. */
  lost(link: Link, error: UnderstudyError, node: string | undefined): void
  /** The pause after a loss is over. */
  rested(link: Link): void
}

/** Between two looks at the link, ms. */
const HEARTBEAT = 1_000
/** Looks in a row without any frame after which the client asks whether the node is there. */
const PING_AFTER = 2
/** Looks in a row without any frame after which the link is given up. */
const LOST_AFTER = 5

/** A link to one node. */
export class Link {
  /** URL of the node's client link. */
  readonly address: string
  readonly #environment: Environment
  readonly #settings: LinkSettings
  readonly #owner: LinkOwner
  #state: LinkState = FIRST_STATE
  #socket: Socket | undefined
  #cancelTimer: () => void = () => undefined
  /** What goes out with the next message; absent towards nodes that take one frame a message. */
  #batch: FrameBatch<ClientUpFrame> | undefined
  /** What goes out behind it. */
  #last: (() => ClientUpFrame)[] = []
  #flushing = false
  #takesRefresh = false
  /** Looks since the last frame came. */
  #silence = 0

  constructor(address: string, environment: Environment, settings: LinkSettings, owner: LinkOwner) {
    this.address = address
    this.#environment = environment
    this.#settings = settings
    this.#owner = owner
  }

  /** The node's name while the link is open. */
  get node(): string | undefined {
    return this.#state.phase === 'open' ? this.#state.node : undefined
  }

  /** Whether frames can be sent. */
  get isOpen(): boolean {
    return this.#state.phase === 'open'
  }

  /** Whether the node answers `refresh`. */
  get takesRefresh(): boolean {
    return this.isOpen && this.#takesRefresh
  }

  /** Whether `start` would do anything. */
  get isResting(): boolean {
    return this.#state.phase === 'resting'
  }

  /** Opens the link, unless it is open, on its way, or in its pause. */
  start(): void {
    if (!this.#advance({ type: 'started' })) return
    const { token, handshakeTimeout } = this.#settings
    const seconds = handshakeTimeout / 1_000
    this.#setTimer(handshakeTimeout, () => this.fail('NOT_CONNECTED', `did not answer within ${seconds} s`))
    try {
      this.#socket = this.#openSocket(token)
    } catch (error) {
      // A URL that this platform refuses, as browsers do with ws:// on https:// pages.
      this.fail('NOT_CONNECTED', 'cannot be connected to from here', error)
    }
  }

  /**
   * Sends a frame on the open link, in one message with all others of the events at hand; ignored otherwise.
   * @throws ProtocolError when the frame cannot be encoded; nothing of it was sent
   */
  send(frame: ClientUpFrame): void {
    if (!this.isOpen) return
    if (this.#batch === undefined) return this.#socket?.send(encodeClientUpFrame(frame))
    this.#gather(this.#batch, frame)
    this.#flushSoon()
  }

  /** Sends a frame behind all others of the events at hand, made when they have been dealt with; on a link that takes `refresh`. */
  sendLast(frame: () => ClientUpFrame): void {
    if (!this.isOpen) return
    this.#last.push(frame)
    this.#flushSoon()
  }

  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    if (this.#environment.soon === undefined) this.#complete()
    else this.#environment.soon(() => this.#complete())
  }

  #complete(): void {
    const last = this.#last
    this.#last = []
    if (this.#batch !== undefined) for (const frame of last) this.#gather(this.#batch, frame())
    this.#flushing = false
    this.#flush()
  }

  #gather(batch: FrameBatch<ClientUpFrame>, frame: ClientUpFrame): void {
    if (batch.isFull) this.#flush()
    const isAlone = batch.isEmpty
    try {
      batch.add(frame)
    } catch (error) {
      if (isAlone) throw error
      // Too much together, perhaps, and not by itself.
      this.#flush()
      batch.add(frame)
    }
  }

  #flush(): void {
    if (this.#batch?.isEmpty === false) this.#socket?.send(this.#batch.take())
  }

  /** Gives the link up, because of what the node did or did not. */
  fail(code: 'NOT_CONNECTED' | 'LINK_BROKEN' | 'UNAUTHORIZED' | 'VERSION_MISMATCH', what: string, cause?: unknown): void {
    const hint = HINTS[code]
    this.#lose(new UnderstudyError(code, { message: `The node at ${this.address} ${what}. ${hint}`, cause }))
  }

  /** Closes for good; nobody is told. */
  close(): void {
    this.#cancelTimer()
    this.#flush()
    const socket = this.#socket
    this.#socket = undefined
    this.#state = FIRST_STATE
    socket?.close()
  }

  #openSocket(token: string | undefined): Socket {
    const socket: Socket = this.#environment.openSocket(
      { url: this.address, token },
      {
        opened: () => this.#socket === socket && this.#greet(),
        received: (bytes) => this.#socket === socket && this.#received(bytes),
        closed: (end) => this.#socket === socket && this.#closed(end),
      },
    )
    return socket
  }

  #greet(): void {
    if (!this.#advance({ type: 'socketOpened' })) return
    const { client, name } = this.#settings
    const versions = { version: PROTOCOL_VERSION, minVersion: MIN_PROTOCOL_VERSION }
    this.#socket?.send(encodeClientUpFrame({ type: 'hello', ...versions, client, name }))
  }

  #received(bytes: Uint8Array): void {
    this.#silence = 0
    let frames: readonly ClientDownFrame[]
    try {
      frames = decodeClientDownMessage(bytes)
    } catch (error) {
      return this.fail('LINK_BROKEN', 'sent a frame that cannot be read', error)
    }
    const socket = this.#socket
    // Whatever a frame brings about may end the link, and what else the message held with it.
    for (const frame of frames) if (this.#socket === socket) this.#take(frame)
  }

  #take(frame: ClientDownFrame): void {
    if (frame.type === 'bye') return this.#bye(frame.code, frame.message)
    if (frame.type === 'welcome') return this.#welcome(frame)
    if (!this.isOpen) return this.fail('LINK_BROKEN', `sent ${frame.type} before welcome`)
    if (frame.type !== 'pong') this.#owner.received(this, frame)
  }

  #welcome(frame: ClientWelcome): void {
    if (frame.version < MIN_PROTOCOL_VERSION || frame.version > PROTOCOL_VERSION) {
      return this.fail('VERSION_MISMATCH', `chose version ${frame.version} of the protocol`)
    }
    if (!this.#advance({ type: 'welcomed', node: frame.node })) return this.fail('LINK_BROKEN', 'sent welcome twice')
    this.#silence = 0
    this.#batch = frame.version >= MIN_BATCH_VERSION ? FrameBatch.up() : undefined
    this.#takesRefresh = frame.version >= MIN_REFRESH_VERSION
    this.#setTimer(HEARTBEAT, () => this.#look())
    this.#owner.welcomed(this, frame)
  }

  #bye(code: string, message: string): void {
    if (code === 'UNAUTHORIZED' || code === 'VERSION_MISMATCH') return this.fail(code, `said ${message}`)
    this.fail('NOT_CONNECTED', `closed the link (${code}: ${message})`)
  }

  #closed({ reason, unauthorized }: SocketEnd): void {
    this.#socket = undefined
    if (unauthorized) this.fail('UNAUTHORIZED', `refused the token (${reason})`)
    else this.fail('NOT_CONNECTED', `cannot be reached (${reason})`)
  }

  /**
   * Counts looks rather than time: after a pause of this process one look is due, not many, and frames that came
   * meanwhile are read before the next.
   */
  #look(): void {
    this.#silence++
    if (this.#silence > LOST_AFTER) return this.fail('NOT_CONNECTED', 'gave no sign of life')
    if (this.#silence === PING_AFTER) this.send({ type: 'ping' })
    this.#setTimer(HEARTBEAT, () => this.#look())
  }

  #lose(error: UnderstudyError): void {
    const node = this.node
    if (!this.#advance({ type: 'lost', error })) return
    const socket = this.#socket
    this.#socket = undefined
    this.#batch = undefined
    this.#last = []
    socket?.close()
    const attempt = this.#state.phase === 'lost' ? this.#state.attempt : 0
    this.#setTimer(pauseBefore(attempt, this.#settings.backoff, this.#environment.random()), () => {
      if (this.#advance({ type: 'rested' })) this.#owner.rested(this)
    })
    this.#owner.lost(this, error, node)
  }

  /** There is one timer at a time: the handshake's, the heartbeat's or the pause's. */
  #setTimer(delay: number, run: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#environment.startTimer(delay, run)
  }

  /** Moves to the next state; false when the event meant nothing. */
  #advance(event: LinkEvent): boolean {
    const next = advance(this.#state, event)
    const moved = next !== this.#state
    this.#state = next
    return moved
  }
}

/** What to do about each way to lose a link. */
const HINTS = {
  NOT_CONNECTED: 'The client tries again by itself; check the node if it lasts.',
  LINK_BROKEN: 'Check that it is an Understudy node.',
  UNAUTHORIZED: 'Pass connect() a token that the node accepts.',
  VERSION_MISMATCH: 'Upgrade the older side.',
} as const
