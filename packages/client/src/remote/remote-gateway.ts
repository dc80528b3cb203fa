/**
 * The Gateway over WebSockets: sends each request to the primary of its session, and follows the sessions that are open.
 *
 * Invariants: every followed session is attached to the link of its primary or has a request to open it under way; no
 * save goes over a link before the session's follow is attached there, so that its delta comes before its answer.
 */
import { LiveDocuments } from '@understudy/document'
import type { ClientDownFrame, Failure, Opened, OperationId } from '@understudy/protocol/client'
import type { Operation, SessionKey } from '@understudy/session'
import type { Environment } from '../environment.js'
import type {
  CreateTerms,
  Followed,
  FollowListener,
  Gateway,
  GatewayObserver,
  GatewaySaveOptions,
  WriteOptions,
  WriteResult,
} from '../gateway.js'
import { OperationIds } from '../operation-ids.js'
import type { Settings } from '../options.js'
import { isKnownCode, UnderstudyError } from '../understudy-error.js'
import { Destruction } from './destruction.js'
import type { FollowSurroundings } from './follow.js'
import { Follow } from './follow.js'
import type { Link } from './link.js'
import { Opening } from './opening.js'
import type { Request, RequestKind } from './request.js'
import { RequestTable } from './request-table.js'
import { Router } from './router.js'
import { Save, SaveLanes } from './save.js'
import { Touches } from './touches.js'

/** Yjs documents kept live at a time, over all sessions; a client needs one only where writers concurred. */
const LIVE_DOCUMENTS = 64

/** A Gateway to nodes elsewhere; `connect()` makes one. */
export class RemoteGateway implements Gateway {
  readonly #timeout: number
  readonly #ids: OperationIds
  readonly #router: Router
  readonly #requests: RequestTable
  readonly #lanes = new SaveLanes()
  readonly #follows = new Map<SessionKey, Follow>()
  readonly #touches: Touches
  readonly #live = new LiveDocuments({ limit: LIVE_DOCUMENTS })
  readonly #surroundings: FollowSurroundings
  #closed = false

  /** @param ids shared with whoever saves the same sessions by another way */
  constructor(settings: Settings, environment: Environment, ids = new OperationIds(environment)) {
    this.#timeout = settings.timeouts.operation
    this.#ids = ids
    this.#router = new Router(settings, environment, ids.client, {
      received: (link, frame) => this.#received(link, frame),
      passable: () => this.#requests.dispatchAll(),
      moved: () => this.#moved(),
      lost: (link) => this.#lost(link),
      failed: () => void this.close(),
    })
    this.#requests = new RequestTable(environment, this.#router)
    this.#touches = new Touches(environment, (key) => this.#sendTouch(key))
    this.#surroundings = this.#surround()
  }

  /**
   * Opens the first link.
   * @throws UnderstudyError NOT_CONNECTED, UNAUTHORIZED, VERSION_MISMATCH; the gateway is closed then
   */
  start(): Promise<void> {
    return this.#router.start()
  }

  observe(observer: GatewayObserver): void {
    this.#router.observe(observer)
  }

  open(key: SessionKey, create: CreateTerms | undefined, listener: FollowListener): Promise<Followed | undefined> {
    return new Promise((resolve, reject) => {
      const opening = new Opening(key, create, {
        reject,
        opened: (state, link) => {
          // It may have ended between being opened and being sent.
          if (state?.death && create) return reject(new UnderstudyError('SESSION_DESTROYED'))
          if (!state || state.death) return resolve(undefined)
          const follow = new Follow(state, link, listener, this.#live, this.#surroundings)
          this.#follows.set(key, follow)
          this.#moveIfElsewhere(follow)
          resolve(follow)
        },
        late: () => this.#abandon(request, key),
      })
      const request = this.#add(opening)
      this.#requests.dispatch(request)
    })
  }

  save(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      const save = new Save({ key, counter: options.number ?? this.#ids.next(), operations, options }, this.#lanes, {
        resolve,
        reject,
        mayGo: (link) => this.#follows.get(key)?.isAttachedTo(link) ?? true,
        finished: (finished) => {
          this.#lanes.leave(finished)
          if (!this.#closed) this.#sendSaves(key)
        },
        withdrawBehind: (withdrawn, error) => this.#withdrawBehind(withdrawn, error),
      })
      const request = this.#add(save)
      this.#lanes.enter(save, request)
      this.#requests.dispatch(request)
    })
  }

  destroy(key: SessionKey, options: WriteOptions): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.#requests.dispatch(this.#add(new Destruction(key, options, { resolve, reject })))
    })
  }

  touch(key: SessionKey): void {
    this.#follows.get(key)?.replica.touch(this.#router.nodeTime())
    this.#touches.add(key)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#touches.close()
    this.#closed = true
    const error = new UnderstudyError('STORE_CLOSED')
    this.#requests.close(error)
    this.#follows.clear()
    this.#router.close(error)
  }

  /** @throws UnderstudyError STORE_CLOSED, OVERLOADED; nothing was sent then */
  #add(kind: RequestKind): Request {
    if (this.#closed) throw new UnderstudyError('STORE_CLOSED')
    if (this.#requests.isFull) throw new UnderstudyError('OVERLOADED')
    return this.#requests.add(kind, this.#timeout)
  }

  /** Takes a request back; if the node may have opened the session for it, the client leaves it again. */
  #abandon(request: Request, key: SessionKey): void {
    request.link?.send({ type: 'leave', key })
    this.#requests.drop(request)
  }

  #sendSaves(key: SessionKey): void {
    for (const { request } of this.#lanes.of(key)) this.#requests.dispatch(request)
  }

  /** Nothing behind a save that was never sent has been sent either. */
  #withdrawBehind(first: Save, error: UnderstudyError): void {
    for (const { save, request } of this.#lanes.behind(first).toReversed()) {
      if (first.origin === undefined || save.origin !== first.origin) continue
      this.#requests.drop(request)
      save.withdraw(error)
    }
  }

  #sendTouch(key: SessionKey): boolean {
    const link = this.#router.linkTo(key)
    link?.send({ type: 'touch', key })
    return link !== undefined
  }

  #surround(): FollowSurroundings {
    return {
      reopen: (follow) => {
        const request = this.#requests.add(follow)
        this.#requests.dispatch(request)
        return request
      },
      abandon: (request, key) => this.#abandon(request, key),
      applied: (key, operations) => this.#applied(key, operations),
      attached: (follow) => {
        this.#sendSaves(follow.key)
        this.#moveIfElsewhere(follow)
      },
      over: (follow) => {
        if (this.#follows.get(follow.key) === follow) this.#follows.delete(follow.key)
        // Saves that waited for it to be attached need not any more: the node says what becomes of them.
        if (!this.#closed) this.#sendSaves(follow.key)
      },
      nodeTime: () => this.#router.nodeTime(),
    }
  }

  /** The replica contains these saves, ours perhaps among them: what waited behind them may go. */
  #applied(key: SessionKey, operations: readonly OperationId[]): void {
    const own = operations.find(({ client }) => client === this.#ids.client)
    if (!own) return
    for (const { save, request } of this.#lanes.of(key)) {
      if (save.counter > own.counter) break
      save.shown()
      this.#requests.shown(request)
    }
    this.#sendSaves(key)
  }

  /** Opens the session at its new primary if the node to which it is attached is not primary any more. */
  #moveIfElsewhere(follow: Follow): void {
    const { link } = follow
    if (!link || !this.#router.isElsewhere(follow.key, link)) return
    link.send({ type: 'leave', key: follow.key })
    follow.detach()
  }

  #moved(): void {
    this.#requests.recall((key, link) => this.#router.isElsewhere(key, link))
    for (const follow of this.#follows.values()) this.#moveIfElsewhere(follow)
    this.#requests.dispatchAll(true)
  }

  #lost(link: Link): void {
    this.#requests.linkLost(link)
    for (const follow of this.#follows.values()) if (follow.link === link) follow.detach()
    this.#requests.dispatchAll()
  }

  #received(link: Link, frame: ClientDownFrame): void {
    switch (frame.type) {
      case 'opened':
        return this.#opened(link, frame)
      case 'saved':
      case 'destroyed':
        return void this.#requests.answered(link, frame)
      case 'failure':
        return this.#refused(link, frame)
      case 'changed':
        return this.#follows.get(frame.key)?.changed(link, frame.delta)
      case 'ended':
        return this.#follows.get(frame.key)?.end(frame.reason)
      // The link and the router deal with these.
      case 'welcome':
      case 'placement':
      case 'pong':
      case 'bye':
        return undefined
    }
  }

  /**
   * A request that went to a node twice is answered twice, and the node counts what the second answer brings as known:
   * nobody waits for it, but it belongs to the session that is followed.
   */
  #opened(link: Link, frame: Opened): void {
    if (this.#requests.answered(link, frame) || frame.state === undefined) return
    this.#follows.get(frame.state.key)?.changed(link, frame.state)
  }

  #refused(link: Link, failure: Failure): void {
    const error = errorOf(failure)
    const key = this.#requests.keyOf(link, failure.request)
    this.#requests.refused(link, failure.request, error)
    if (key && error.code === 'SESSION_DESTROYED') this.#follows.get(key)?.gone()
  }
}

/** A node's failure as an error; codes that only newer nodes know become NODE_FAILED. */
function errorOf({ code, message, attribute, copies, retryable }: Failure): UnderstudyError {
  if (isKnownCode(code)) return new UnderstudyError(code, { message, attribute, copies, retryable })
  return new UnderstudyError('NODE_FAILED', { message: `${code}: ${message}`, attribute, copies, retryable })
}
