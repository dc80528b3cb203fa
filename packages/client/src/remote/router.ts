/**
 * Which node is primary of what, and over which link it is reached.
 *
 * Invariants: of two placements the one with the higher version holds, except after a time without any link, when the
 * cluster may have begun anew, and except where a node is believed primary and itself says that it is none; the first
 * link decides whether connect() succeeds.
 */
import type { ClientDownFrame, ClientWelcome, PlacedNode, Placement } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import type { Environment } from '../environment.js'
import type { GatewayObserver } from '../gateway.js'
import type { Settings } from '../options.js'
import { UnderstudyError } from '../understudy-error.js'
import type { LinkSettings } from './link.js'
import { Link } from './link.js'
import { Links } from './links.js'
import { isDeniedBy, primaryOf } from './placement.js'
import type { Routes } from './request-table.js'

/** Who is told what happens on the routes. */
export interface RouterOwner {
  /** A frame came that is not about links or placement. */
  received(link: Link, frame: ClientDownFrame): void
  /** A link opened, or a pause ended: what waits may find its way. */
  passable(): void
  /** Slots have other primaries. */
  moved(): void
  /** A link is gone. */
  lost(link: Link): void
  /** The first link cannot be opened. */
  failed(): void
}

/** connect() waits for the first link. */
interface Start {
  resolve(): void
  reject(error: UnderstudyError): void
  /** Nothing ends it any more. */
  endWait(): void
}

/** A link that takes longer to open is given up and tried anew: its packets may have gone nowhere; ms. */
const HANDSHAKE = 5_000

/** The routes of a gateway. */
export class Router implements Routes {
  readonly #settings: Settings
  readonly #environment: Environment
  readonly #owner: RouterOwner
  readonly #links: Links
  readonly #observers: GatewayObserver[] = []
  #placement: Placement | undefined
  /** The node's clock minus ours, ms. */
  #clockOffset = 0
  #lastError: UnderstudyError | undefined
  #start: Start | undefined

  /** @param client the client's number, 53 bits */
  constructor(settings: Settings, environment: Environment, client: number, owner: RouterOwner) {
    this.#settings = settings
    this.#environment = environment
    this.#owner = owner
    const { name, token, timeouts, reconnect } = settings
    const handshakeTimeout = Math.min(timeouts.connect, HANDSHAKE)
    const shared: LinkSettings = { client, name, token, handshakeTimeout, backoff: reconnect }
    this.#links = new Links(settings.nodes, environment, (address) => this.#newLink(address, shared))
  }

  /**
   * Opens the first link.
   * @throws UnderstudyError NOT_CONNECTED, UNAUTHORIZED, VERSION_MISMATCH; STORE_CLOSED where it is aborted
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#start = { resolve, reject, endWait: this.#limitStart() }
      this.#links.keepOne()
    })
  }

  /** Lets the start fail in time, and when it is aborted. @returns ends both */
  #limitStart(): () => void {
    const { timeouts, nodes, signal } = this.#settings
    const late = (): void => {
      const message = `None of ${nodes.join(', ')} answered within ${timeouts.connect} ms. Check that they run.`
      this.#failStart(new UnderstudyError('NOT_CONNECTED', { message, cause: this.#lastError }))
    }
    const cancelTimer = timeouts.connect === Infinity ? undefined : this.#environment.startTimer(timeouts.connect, late)
    const aborted = (): void => {
      const message = 'The signal of connect() was aborted before a node had answered.'
      this.#failStart(new UnderstudyError('STORE_CLOSED', { message, cause: this.#lastError }))
    }
    signal?.addEventListener('abort', aborted)
    return () => {
      cancelTimer?.()
      signal?.removeEventListener('abort', aborted)
    }
  }

  /** Adds one who hears of links and placement. */
  observe(observer: GatewayObserver): void {
    this.#observers.push(observer)
  }

  /** Whether any link is open. */
  get isLinked(): boolean {
    return this.#links.anyOpen
  }

  /** The clock of the nodes, ms since 1970. */
  nodeTime(): number {
    return this.#environment.now() + this.#clockOffset
  }

  linkTo(key: SessionKey): Link | undefined {
    const primary = this.#placement && primaryOf(this.#placement, key)
    return primary && this.#links.openTo(primary)
  }

  /** The placement that holds. */
  get placement(): Placement | undefined {
    return this.#placement
  }

  /** The open link to a node; if there is none it is started, and undefined returned. */
  linkToNode(node: PlacedNode): Link | undefined {
    return this.#links.openTo(node)
  }

  /** Whether a link leads to another node than the session's primary; not while there is none. */
  isElsewhere(key: SessionKey, link: Link): boolean {
    const primary = this.#placement && primaryOf(this.#placement, key)
    return primary !== undefined && primary.name !== link.node
  }

  whyNot(key: SessionKey): UnderstudyError {
    const cause = this.#lastError
    if (!this.#links.anyOpen) return new UnderstudyError('NOT_CONNECTED', { cause })
    const primary = this.#placement && primaryOf(this.#placement, key)
    if (!primary) return new UnderstudyError('NO_PRIMARY')
    if (this.linkTo(key)) {
      const message = 'It was not sent: an earlier operation of this session has no answer yet. Try again.'
      return new UnderstudyError('TIMEOUT', { message })
    }
    const message = `The session's primary, ${primary.name}, could not be reached; nothing was sent. Try again.`
    return new UnderstudyError('NOT_CONNECTED', { message, cause })
  }

  /** Closes all links; a start under way fails. */
  close(error: UnderstudyError): void {
    this.#links.close()
    this.#failStart(error)
  }

  #newLink(address: string, settings: LinkSettings): Link {
    return new Link(address, this.#environment, settings, {
      welcomed: (link, welcome) => this.#welcomed(link, welcome),
      received: (link, frame) => this.#received(link, frame),
      lost: (link, error, node) => this.#lost(link, error, node),
      rested: () => {
        this.#links.keepOne()
        this.#owner.passable()
      },
    })
  }

  #welcomed(link: Link, welcome: ClientWelcome): void {
    this.#links.reached(link, welcome.node)
    this.#clockOffset = welcome.time - this.#environment.now()
    for (const observer of this.#observers) observer.connected({ node: welcome.node, url: link.address })
    this.#takePlacement(welcome.node, welcome.placement, this.#links.openCount === 1)
    this.#start?.endWait()
    this.#start?.resolve()
    this.#start = undefined
    this.#owner.passable()
  }

  #received(link: Link, frame: ClientDownFrame): void {
    if (frame.type === 'placement') this.#takePlacement(link.node, frame.placement, false)
    else this.#owner.received(link, frame)
  }

  /** @param node who sent it; @param anew whether all that was known before may be of another cluster */
  #takePlacement(node: string | undefined, placement: Placement, anew: boolean): void {
    const before = this.#placement
    if (before && (anew ? isSame(placement, before) : !isNews(placement, before, node))) return
    this.#placement = placement
    this.#links.learn(placement.nodes)
    this.#owner.moved()
    for (const observer of this.#observers) observer.placement(placement)
  }

  #lost(link: Link, error: UnderstudyError, node: string | undefined): void {
    this.#lastError = error
    const hopeless = error.code === 'UNAUTHORIZED' || error.code === 'VERSION_MISMATCH'
    if (this.#start && hopeless) return this.#failStart(error)
    this.#links.lost(link)
    // Before anything is done about it: what an app gives up now need not be brought back.
    if (node !== undefined) for (const observer of this.#observers) observer.disconnected({ node, url: link.address, error })
    this.#owner.lost(link)
  }

  #failStart(error: UnderstudyError): void {
    const start = this.#start
    if (!start) return
    this.#start = undefined
    start.endWait()
    start.reject(error)
    this.#owner.failed()
  }
}

function isNews(placement: Placement, before: Placement, node: string | undefined): boolean {
  return placement.version > before.version || (node !== undefined && isDeniedBy(node, placement, before))
}

function isSame(one: Placement, other: Placement): boolean {
  return one.version === other.version && JSON.stringify(one) === JSON.stringify(other)
}
