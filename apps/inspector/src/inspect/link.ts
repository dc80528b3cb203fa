/**
 * The link to a node's `/inspect`, on the client package's socket. It comes back by itself, says hello again, and the
 * owner then asks again for what is looked at.
 *
 * Invariants: one socket at a time; what an earlier one still says is not heard; every request settles.
 */
import type { Environment, Socket, SocketEnd } from '@understudy/client'
import { decodeInspectDownFrame, encodeInspectUpFrame, INSPECT_VERSIONS, MIN_INSPECT_VERSION } from '@understudy/protocol/inspect'
import type { InspectDownFrame, InspectUpFrame, InspectWelcome } from '@understudy/protocol/inspect'
import { isFinal } from './link-state.js'
import type { LinkState } from './link-state.js'
import { RequestFailure, Requests } from './requests.js'
import type { Answer, Asked, RequestType } from './requests.js'

/** ms from dialling to welcome at most. */
const PATIENCE = 8_000

/** ms between two looks whether the node is still there; without any frame between two looks the link is given up. */
const HEARTBEAT = 5_000

/** ms of the first pause before trying again, and of the longest. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 4_000

/** Who uses the link. */
export interface LinkOwner {
  /** The state changed. */
  moved(state: LinkState): void
  /** A frame that answers no request came on the open link. */
  received(frame: InspectDownFrame): void
}

/** The link; it starts with `open`. */
export class InspectLink {
  readonly #environment: Environment
  readonly #address: string
  readonly #owner: LinkOwner
  readonly #requests = new Requests()
  #token: string | undefined
  #socket: Socket | undefined
  #cancelTimer: () => void = () => undefined
  #attempt = 0
  #isOpen = false
  #isSilent = false

  constructor(environment: Environment, address: string, owner: LinkOwner) {
    this.#environment = environment
    this.#address = address
    this.#owner = owner
  }

  /** Connects, in place of any connection there is. `token`: from now on; undefined means none. */
  open(token: string | undefined): void {
    this.#token = token
    this.#attempt = 0
    this.#end('The inspector connects anew.')
    this.#dial()
  }

  /** Asks the node for something. Rejects with RequestFailure. */
  ask<T extends RequestType>(asked: Asked<T>): Promise<Answer<T>> {
    if (!this.#isOpen) return Promise.reject(new RequestFailure('NOT_CONNECTED', 'There is no link to a node at the moment.'))
    return this.#requests.ask(asked, (frame) => this.#send(frame))
  }

  #dial(): void {
    this.#owner.moved({ phase: 'connecting', attempt: this.#attempt })
    this.#setTimer(PATIENCE, () => this.#lose('The node did not answer.'))
    const socket: Socket = this.#environment.openSocket(
      { url: this.#address, token: this.#token },
      {
        opened: () => {
          if (this.#socket === socket) this.#send({ type: 'hello', ...INSPECT_VERSIONS, name: 'inspector', as: 'person' })
        },
        received: (bytes) => {
          if (this.#socket === socket) this.#received(bytes)
        },
        closed: (end) => {
          if (this.#socket === socket) this.#closed(end)
        },
      },
    )
    this.#socket = socket
  }

  #send(frame: InspectUpFrame): void {
    this.#socket?.send(encodeInspectUpFrame(frame))
  }

  #received(bytes: Uint8Array): void {
    this.#isSilent = false
    const frame = readFrame(bytes)
    if (frame === undefined) return undefined
    if (frame.type === 'unreadable') return this.#lose(`The node sent what cannot be read: ${frame.why}`)
    if (frame.type === 'bye') return this.#bye(frame.code, frame.message)
    if (frame.type === 'welcome') return this.#welcome(frame)
    if (!this.#requests.answered(frame)) this.#owner.received(frame)
    return undefined
  }

  #welcome(welcome: InspectWelcome): void {
    if (welcome.version < MIN_INSPECT_VERSION || welcome.version > INSPECT_VERSIONS.version) {
      return this.#bye('VERSION_MISMATCH', `the node chose version ${welcome.version} of the inspect link, and this page speaks ${MIN_INSPECT_VERSION} to ${INSPECT_VERSIONS.version}`)
    }
    this.#isOpen = true
    this.#attempt = 0
    this.#setTimer(HEARTBEAT, () => this.#look())
    return this.#owner.moved({ phase: 'open', welcome })
  }

  #bye(code: string, message: string): void {
    if (!isFinal(code)) return this.#lose(message)
    this.#end(message)
    return this.#owner.moved({ phase: 'refused', code, message })
  }

  #closed({ reason, unauthorized }: SocketEnd): void {
    this.#socket = undefined
    if (unauthorized) this.#bye('TOKEN_UNKNOWN', 'the node refused the token')
    else this.#lose(`The link to the node was ${reason}.`)
  }

  /** Counts looks rather than time, so that a laptop that slept asks once before it gives up. */
  #look(): void {
    if (this.#isSilent) return this.#lose('The node gave no sign of life.')
    this.#isSilent = true
    // That it failed is told by the state, too.
    void this.ask({ type: 'ping' }).catch(() => undefined)
    return this.#setTimer(HEARTBEAT, () => this.#look())
  }

  #lose(why: string): void {
    this.#end(why)
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#attempt)
    this.#owner.moved({ phase: 'resting', attempt: this.#attempt, why })
    this.#attempt = Math.min(this.#attempt + 1, 10)
    this.#setTimer(pause / 2 + (pause / 2) * this.#environment.random(), () => this.#dial())
  }

  #end(why: string): void {
    this.#cancelTimer()
    this.#isOpen = false
    this.#isSilent = false
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    this.#requests.fail(why)
  }

  #setTimer(delay: number, run: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#environment.startTimer(delay, run)
  }
}

/** The frame; undefined for a type of later times, which may be skipped. */
function readFrame(bytes: Uint8Array): InspectDownFrame | { readonly type: 'unreadable'; readonly why: string } | undefined {
  try {
    return decodeInspectDownFrame(bytes)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'FRAME_UNKNOWN') return undefined
    return { type: 'unreadable', why: error instanceof Error ? error.message : String(error) }
  }
}
