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

/** What a save asks of its gateway. */
export interface SaveSurroundings extends Settle {
  /** What went out more than once. */
  readonly ids: OperationIds
  /** Whether the session's saves may go over this link, as far as following it is concerned. */
  mayGo(link: Link): boolean
  /** The save has its last word. */
  finished(save: Save): void
  /** The save is about to be withdrawn: those of its origin behind it go first, the latest of all first. */
  withdrawBehind(save: Save, error: UnderstudyError): void
}

/** A save; kept until it has its last word, even when its promise ended with TIMEOUT. */
export class Save implements RequestKind {
  readonly answer = 'saved'
  readonly key: SessionKey
  /** With the client's number its operation id. */
  readonly counter: number
  readonly #operations: readonly Operation[]
  readonly #options: GatewaySaveOptions
  readonly #lanes: SaveLanes
  readonly #surroundings: SaveSurroundings
  #fate: SaveFate | undefined
  /** Whether some primary may have it already. */
  #isSent: boolean

  constructor(
    save: { key: SessionKey; counter: number; operations: readonly Operation[]; options: GatewaySaveOptions },
    lanes: SaveLanes,
    surroundings: SaveSurroundings,
  ) {
    this.key = save.key
    this.counter = save.counter
    this.#operations = save.operations
    this.#options = save.options
    this.#isSent = save.options.wasTried ?? false
    this.#surroundings = surroundings
    this.#lanes = lanes
  }

  /** Who made it. */
  get origin(): object | undefined {
    return this.#options.origin
  }

  frame(request: number): ClientUpFrame {
    const { copies, required } = this.#options
    if (this.#isSent) this.#surroundings.ids.sentAgain(this.key, this.counter)
    this.#isSent = true
    const oldest = this.counter - (this.#lanes.of(this.key)[0]?.save.counter ?? this.counter)
    return {
      type: 'save',
      request,
      key: this.key,
      counter: this.counter,
      operations: this.#operations,
      ...(copies !== undefined && { copies }),
      ...(required !== undefined && { required }),
      ...(oldest > 0 && { oldest }),
      ...this.#surroundings.ids.resentBefore(this.key, this.counter),
    }
  }

  mayGo(link: Link): boolean {
    const before = this.#lanes.before(this)
    const itsTurn = !before || (before.progress.at === 'shown' && before.link === link)
    return itsTurn && this.#surroundings.mayGo(link)
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
    this.#surroundings.resolve({ copies: answer.type === 'saved' ? answer.copies : 0 })
    this.#surroundings.finished(this)
  }

  failed(error: UnderstudyError): void {
    if (error.code !== 'STORE_CLOSED') this.#tell(error.code === 'TOO_FEW_COPIES' ? 'shown' : 'refused')
    this.#surroundings.reject(error)
    this.#surroundings.finished(this)
  }

  overdue(error: UnderstudyError, uncertain: boolean): boolean {
    if (uncertain) this.#surroundings.reject(error)
    else {
      this.#surroundings.withdrawBehind(this, error)
      this.withdraw(error)
    }
    return uncertain
  }

  /** It was never sent, and will not be. */
  withdraw(error: UnderstudyError): void {
    this.#tell('withdrawn')
    this.#surroundings.reject(error)
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

/** The saves under way of all sessions, each session's in order. */
export class SaveLanes {
  readonly #lanes = new TransientMap<SessionKey, readonly Entry[]>()

  /** Adds a save at the end of its session's lane. */
  enter(save: Save, request: Request): void {
    const lane = this.#lanes.get(save.key) ?? NOBODY
    this.#lanes.set(save.key, [...lane, { save, request }])
  }

  /** Takes a save out of its lane. */
  leave(save: Save): void {
    const lane = (this.#lanes.get(save.key) ?? NOBODY).filter((entry) => entry.save !== save)
    if (lane.length > 0) this.#lanes.set(save.key, lane)
    else this.#lanes.delete(save.key)
  }

  /** The request of the save before this one. */
  before(save: Save): Request | undefined {
    const lane = this.#lanes.get(save.key) ?? NOBODY
    if (lane[0]?.save === save) return undefined
    return lane[lane.findIndex((entry) => entry.save === save) - 1]?.request
  }

  /** The saves behind this one, oldest first. */
  behind(save: Save): readonly Entry[] {
    const lane = this.of(save.key)
    return lane.slice(lane.findIndex((entry) => entry.save === save) + 1)
  }

  /** A session's saves, oldest first. */
  of(key: SessionKey): readonly Entry[] {
    return this.#lanes.get(key) ?? NOBODY
  }
}
