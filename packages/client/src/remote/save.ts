/**
 * One save on its way, and the lanes that keep the saves of a session in order.
 *
 * A primary drops a save whose counter is not above the last one it took from this client, so a save must never be
 * overtaken by a later one of the same session. Hence the invariant: a save is sent only after the one before it in its
 * lane is known to be applied on the same link (`shown`), or has its last word.
 */
import type { ClientUpFrame } from '@understudy/protocol/client'
import type { Operation, SessionKey } from '@understudy/session'
import type { GatewaySaveOptions, SaveFate, WriteResult } from '../gateway.js'
import type { OperationIds } from '../operation-ids.js'
import type { UnderstudyError } from '../understudy-error.js'
import type { Link } from './link.js'
import type { Answer, Request, RequestKind } from './request.js'
import { TransientMap } from './transient-map.js'

/** How a save's promise ends. */
export interface Settle {
  resolve(result: WriteResult): void
  reject(error: UnderstudyError): void
}

/** What saves ask of their gateway: the same for all of them. */
export interface SaveSurroundings {
  /** What went out more than once. */
  readonly ids: OperationIds
  readonly lanes: SaveLanes
  /** Whether a session's saves may go over this link, as far as following it is concerned. */
  mayGo(key: SessionKey, link: Link): boolean
  /** The save has its last word. */
  finished(save: Save): void
  /** The save is about to be withdrawn: those of its origin behind it go first, the latest of all first. */
  withdrawBehind(save: Save, error: UnderstudyError): void
}

/** What is to be saved, and what of. */
export interface SaveContent {
  readonly key: SessionKey
  readonly counter: number
  readonly operations: readonly Operation[]
  readonly options: GatewaySaveOptions
}

/** A save; kept until it has its last word, even when its promise ended with TIMEOUT. */
export class Save implements RequestKind {
  readonly answer = 'saved'
  readonly key: SessionKey
  /** With the client's number its operation id. */
  readonly counter: number
  readonly #operations: readonly Operation[]
  readonly #options: GatewaySaveOptions
  readonly #surroundings: SaveSurroundings
  readonly #settle: Settle
  #fate: SaveFate | undefined
  /** Whether some primary may have it already. */
  #isSent: boolean

  constructor({ key, counter, operations, options }: SaveContent, surroundings: SaveSurroundings, settle: Settle) {
    this.key = key
    this.counter = counter
    this.#operations = operations
    this.#options = options
    this.#isSent = options.wasTried ?? false
    this.#surroundings = surroundings
    this.#settle = settle
  }

  /** Who made it. */
  get origin(): object | undefined {
    return this.#options.origin
  }

  frame(request: number): ClientUpFrame {
    const { copies, required } = this.#options
    const { ids, lanes } = this.#surroundings
    if (this.#isSent) ids.sentAgain(this.key, this.counter)
    this.#isSent = true
    const oldest = this.counter - (lanes.of(this.key)[0]?.save.counter ?? this.counter)
    return {
      type: 'save',
      request,
      key: this.key,
      counter: this.counter,
      operations: this.#operations,
      ...(copies !== undefined && { copies }),
      ...(required !== undefined && { required }),
      ...(oldest > 0 && { oldest }),
      ...ids.resentBefore(this.key, this.counter),
    }
  }

  mayGo(link: Link): boolean {
    const before = this.#surroundings.lanes.before(this)
    const itsTurn = !before || (before.progress.at === 'shown' && before.link === link)
    return itsTurn && this.#surroundings.mayGo(this.key, link)
  }

  isFinal(refusal: UnderstudyError): boolean {
    return !refusal.retryable || refusal.code === 'TOO_FEW_COPIES'
  }

  /** The replica contains the operations. */
  shown(): void {
    this.#tell('shown')
  }

  answered(answer: Answer): void {
    this.#tell('shown')
    this.#settle.resolve({ copies: answer.type === 'saved' ? answer.copies : 0 })
    this.#surroundings.finished(this)
  }

  failed(error: UnderstudyError): void {
    if (error.code !== 'STORE_CLOSED') this.#tell(error.code === 'TOO_FEW_COPIES' ? 'shown' : 'refused')
    this.#settle.reject(error)
    this.#surroundings.finished(this)
  }

  overdue(error: UnderstudyError, uncertain: boolean): boolean {
    if (uncertain) this.#settle.reject(error)
    else {
      this.#surroundings.withdrawBehind(this, error)
      this.withdraw(error)
    }
    return uncertain
  }

  /** It was never sent, and will not be. */
  withdraw(error: UnderstudyError): void {
    this.#tell('withdrawn')
    this.#settle.reject(error)
    this.#surroundings.finished(this)
  }

  #tell(fate: SaveFate): void {
    if (this.#fate) return
    this.#fate = fate
    this.#options.fate?.(fate)
  }
}

interface Entry {
  readonly save: Save
  readonly request: Request
}

const NOBODY: readonly Entry[] = []

/** The saves under way of all sessions, each session's in order. Nearly always a lane has one. */
export class SaveLanes {
  readonly #lanes = new TransientMap<SessionKey, readonly Entry[]>()

  /** Adds a save at the end of its session's lane. */
  enter(save: Save, request: Request): void {
    const lane = this.#lanes.get(save.key)
    const entry = { save, request }
    this.#lanes.set(save.key, lane === undefined ? [entry] : [...lane, entry])
  }

  /** Takes a save out of its lane. */
  leave(save: Save): void {
    const lane = this.of(save.key)
    if (lane[0]?.save === save && lane.length === 1) return this.#lanes.delete(save.key)
    const left = lane.filter((entry) => entry.save !== save)
    if (left.length > 0) this.#lanes.set(save.key, left)
    else this.#lanes.delete(save.key)
  }

  /** The request of the save before this one. */
  before(save: Save): Request | undefined {
    const lane = this.of(save.key)
    if (lane[0]?.save === save) return undefined
    return lane[lane.findIndex((entry) => entry.save === save) - 1]?.request
  }

  /** The saves behind this one, oldest first. */
  behind(save: Save): readonly Entry[] {
    const lane = this.of(save.key)
    return lane.slice(lane.findIndex((entry) => entry.save === save) + 1)
  }

  /** The same sessions, those first whose saves wait: there may be thousands that nobody waits for. */
  waitingFirst<Open extends { readonly key: SessionKey }>(sessions: Iterable<Open>): Open[] {
    const waiting: Open[] = []
    const others: Open[] = []
    for (const session of sessions) (this.of(session.key) === NOBODY ? others : waiting).push(session)
    return waiting.concat(others)
  }

  /** A session's saves, oldest first. */
  of(key: SessionKey): readonly Entry[] {
    return this.#lanes.get(key) ?? NOBODY
  }
}
