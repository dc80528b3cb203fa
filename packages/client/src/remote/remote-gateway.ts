/**
 * The Gateway over WebSockets: sends each request to the primary of its session, and follows the sessions that are open.
 *
 * Invariants: every followed session is attached to the link of its primary or has a request to open it under way; no
 * save goes over a link before the session's follow is attached there, so that its delta comes before its answer.
 */
import { LiveDocuments } from '@understudy/document'
import type { ClientDownFrame, ClientUpFrame, Failure, Opened, OperationId } from '@understudy/protocol/client'
import type { Operation, Seed, SessionKey } from '@understudy/session'
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
import type { ClearQuery, Cleared, Counted, ListQuery, Listed, SlotQuery } from '../slot-query.js'
import { isKnownCode, UnderstudyError } from '../understudy-error.js'
import type { WatchListener } from '../watch-listener.js'
import { Destruction } from './destruction.js'
import type { FollowSurroundings } from './follow.js'
import { Follow } from './follow.js'
import type { AnswerOf } from './inquiry.js'
import { Inquiry } from './inquiry.js'
import type { Link } from './link.js'
import { Opening } from './opening.js'
import { keyIn, slotsByPrimary } from './placement.js'
import type { Answer, Request, RequestKind } from './request.js'
import { RequestTable } from './request-table.js'
import { Refreshes } from './refreshes.js'
import { Router } from './router.js'
import type { SaveSurroundings } from './save.js'
import { Save, SaveLanes } from './save.js'
import { Touches } from './touches.js'
import { WATCH_REQUEST, Watching } from './watching.js'

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
  readonly #watching: Watching
  readonly #refreshes: Refreshes
  /** Who waits until a session is attached to its primary, fresh. */
  readonly #awaited = new Map<SessionKey, (() => void)[]>()
  readonly #live = new LiveDocuments({ limit: LIVE_DOCUMENTS })
  readonly #surroundings: FollowSurroundings
  readonly #saveSurroundings: SaveSurroundings
  #closed = false

  /** @param ids shared with whoever saves the same sessions by another way */
  constructor(settings: Settings, environment: Environment, ids = new OperationIds(environment)) {
    this.#timeout = settings.timeouts.operation
    this.#ids = ids
    this.#router = new Router(settings, environment, ids.client, {
      received: (link, frame) => this.#received(link, frame),
      passable: () => {
        this.#requests.dispatchAll()
        this.#watching.review()
      },
      moved: () => this.#moved(),
      lost: (link) => this.#lost(link),
      failed: () => void this.close(),
    })
    this.#requests = new RequestTable(environment, {
      linkTo: (key) => this.#router.linkTo(key),
      whyNot: (key) => this.#follows.get(key)?.refusal ?? this.#router.whyNot(key),
    })
    this.#touches = new Touches(environment, (key) => this.#sendTouch(key))
    this.#refreshes = new Refreshes(environment, this.#timeout)
    this.#watching = new Watching({
      environment,
      timeout: this.#timeout,
      placement: () => this.#router.placement,
      linkTo: (node) => this.#router.linkToNode(node),
    })
    this.#surroundings = this.#surround()
    this.#saveSurroundings = this.#surroundSaves()
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

  isConnected(): boolean {
    return this.#router.isLinked
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
      const content = { key, counter: options.number ?? this.#ids.next(), operations, options }
      const save = new Save(content, this.#saveSurroundings, { resolve, reject })
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

  async refresh(key: SessionKey): Promise<void> {
    const link = this.#follows.get(key)?.link
    if (link?.takesRefresh !== true || !(await this.#refreshes.ask(link, key))) await this.#refreshAlone(key)
    // It is being opened anew meanwhile: what that brings is as fresh.
    if (this.#follows.get(key)?.isReopening !== true) return
    await new Promise<void>((resolve) => void this.#awaited.set(key, [...(this.#awaited.get(key) ?? []), resolve]))
  }

  async #refreshAlone(key: SessionKey): Promise<void> {
    const frame = (request: number): ClientUpFrame => this.#follows.get(key)?.freshFrame(request) ?? { type: 'open', request, key }
    const { state } = await this.#ask('opened', key, frame, (answer, link) => {
      const follow = this.#follows.get(key)
      if (follow === undefined) link.send({ type: 'leave', key })
      else if (answer.state !== undefined) follow.changed(link, answer.state)
    })
    if (state === undefined) this.#follows.get(key)?.gone('unknown')
  }

  async rotate(key: SessionKey, to: SessionKey, { copies, required }: WriteOptions): Promise<WriteResult> {
    const answer = await this.#ask('rotated', key, (request) => ({ type: 'rotate', request, key, to, ...(copies !== undefined && { copies }) }))
    if (required === true && answer.copies < (copies ?? 1)) throw new UnderstudyError('TOO_FEW_COPIES', { copies: answer.copies })
    return { copies: answer.copies }
  }

  /** For nodes: makes the successor of a session, or without a seed asks whether it is there. */
  async succeed(succession: { readonly key: SessionKey; readonly from: SessionKey }, seed: Seed | undefined, { copies }: WriteOptions): Promise<{ readonly copies: number; readonly there: boolean }> {
    const { key, from } = succession
    const more = { ...(seed && { seed: { ...seed.terms, operations: seed.operations } }), ...(copies !== undefined && { copies }) }
    const answer = await this.#ask('rotated', key, (request) => ({ type: 'succeed', request, key, from, ...more }))
    return { copies: answer.copies, there: answer.there }
  }

  time(): number {
    return this.#router.nodeTime()
  }

  async slotGroups(slots: readonly number[]): Promise<readonly (readonly number[])[]> {
    const { placement } = this.#router
    return placement === undefined ? [slots] : slotsByPrimary(placement, slots)
  }

  list(query: ListQuery): Promise<Listed> {
    return this.#ask('listed', keyIn(query.slots[0] ?? 0), (request) => ({ type: 'list', request, ...query }))
  }

  count(query: SlotQuery): Promise<Counted> {
    return this.#ask('counted', keyIn(query.slots[0] ?? 0), (request) => ({ type: 'count', request, ...query }))
  }

  clear(query: ClearQuery): Promise<Cleared> {
    return this.#ask('cleared', keyIn(query.slots[0] ?? 0), (request) => ({ type: 'clear', request, ...query }))
  }

  watch(listener: WatchListener, except?: string): Promise<() => void> {
    if (this.#closed) return Promise.reject(new UnderstudyError('STORE_CLOSED'))
    return this.#watching.watch(listener, except)
  }

  touch(key: SessionKey): void {
    const replica = this.#follows.get(key)?.replica
    const now = this.#router.nodeTime()
    const left = (replica?.deadline() ?? Infinity) - now
    replica?.touch(now)
    this.#touches.add(key, left)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#touches.close()
    this.#closed = true
    const error = new UnderstudyError('STORE_CLOSED')
    this.#requests.close(error)
    this.#watching.close(error)
    this.#refreshes.close(error)
    for (const waiting of this.#awaited.values()) for (const resolve of waiting) resolve()
    this.#follows.clear()
    this.#router.close(error)
  }

  /** @param at called with the answer the moment it comes, in order with all that the link brings */
  #ask<T extends Answer['type']>(answer: T, key: SessionKey, frame: (request: number) => ClientUpFrame, at: (answer: AnswerOf<T>, link: Link) => void = () => undefined): Promise<AnswerOf<T>> {
    return new Promise((resolve, reject) => {
      const came = (value: AnswerOf<T>, link: Link): void => {
        at(value, link)
        resolve(value)
      }
      this.#requests.dispatch(this.#add(new Inquiry({ answer, key, frame, resolve: came, reject })))
    })
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

  #surroundSaves(): SaveSurroundings {
    return {
      ids: this.#ids,
      lanes: this.#lanes,
      mayGo: (key, link) => this.#follows.get(key)?.isAttachedTo(link) ?? true,
      finished: (save) => {
        this.#lanes.leave(save)
        if (!this.#closed) this.#sendSaves(save.key)
      },
      withdrawBehind: (save, error) => this.#withdrawBehind(save, error),
    }
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
        for (const resolve of this.#awaited.get(follow.key) ?? []) resolve()
        this.#awaited.delete(follow.key)
        this.#sendSaves(follow.key)
        this.#moveIfElsewhere(follow)
      },
      over: (follow) => {
        for (const resolve of this.#awaited.get(follow.key) ?? []) resolve()
        this.#awaited.delete(follow.key)
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
    this.#refreshes.recall()
    this.#requests.recall((key, link) => this.#router.isElsewhere(key, link))
    for (const follow of this.#lanes.waitingFirst(this.#follows.values())) this.#moveIfElsewhere(follow)
    this.#requests.dispatchAll(true)
    this.#watching.review()
  }

  #lost(link: Link): void {
    this.#requests.linkLost(link)
    this.#refreshes.recall(link)
    this.#watching.lost(link)
    for (const follow of this.#lanes.waitingFirst(this.#follows.values())) if (follow.link === link) follow.detach()
    this.#requests.dispatchAll()
  }

  #received(link: Link, frame: ClientDownFrame): void {
    switch (frame.type) {
      case 'opened':
        return this.#opened(link, frame)
      case 'saved':
      case 'destroyed':
      case 'listed':
      case 'counted':
      case 'cleared':
      case 'rotated':
        return void this.#requests.answered(link, frame)
      case 'refreshed':
        for (const state of frame.states) this.#follows.get(state.key)?.changed(link, state)
        return this.#refreshes.answered(link, frame)
      case 'watching':
        return this.#watching.begun(link)
      case 'events':
        return this.#watching.received(link, frame)
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
    if (failure.request === WATCH_REQUEST) return this.#watching.refused(error)
    const key = this.#requests.keyOf(link, failure.request)
    this.#requests.refused(link, failure.request, error)
    if (key && error.code === 'SESSION_DESTROYED') this.#follows.get(key)?.gone('destroyed')
  }
}

/** A node's failure as an error; codes that only newer nodes know become NODE_FAILED. */
function errorOf({ code, message, attribute, copies, retryable }: Failure): UnderstudyError {
  if (isKnownCode(code)) return new UnderstudyError(code, { message, attribute, copies, retryable })
  return new UnderstudyError('NODE_FAILED', { message: `${code}: ${message}`, attribute, copies, retryable })
}
