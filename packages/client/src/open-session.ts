/**
 * One followed session of a store, shared by all its handles: one replica, one follow.
 *
 * Invariants: while it has handles and has not ended, it is followed; it leaves when its last handle parts. `ended` is
 * told at most once.
 */
import type { Operation, Session, SessionKey } from '@understudy/session'
import { momentOf } from '@understudy/session'
import type { EndReason } from './end-reason.js'
import type { Followed, FollowListener, Gateway, GatewaySaveOptions, WriteOptions, WriteResult } from './gateway.js'
import { toUnderstudyError } from './understudy-error.js'

/**
 * How handles are told of their session. One table serves all handles: functions of its own would be more objects a
 * handle, each of which is out of every cache when it is needed.
 */
export interface Hearing<Handle> {
  /** The replica's values of these attributes changed. */
  replicaChanged(handle: Handle, names: readonly string[]): void
  /** The session is over. */
  sessionEnded(handle: Handle, reason: EndReason): void
  /** The store was closed. */
  storeClosed(handle: Handle): void
}

/** The part of a session that its handles share. */
export class OpenSession<Handle> implements FollowListener {
  /** The session's key. */
  readonly key: SessionKey
  readonly #gateway: Gateway
  readonly #hearing: Hearing<Handle>
  readonly #released: (session: OpenSession<Handle>) => void
  /** Nearly always one; others than the first have a Set. */
  #handle: Handle | undefined
  #others: Set<Handle> | undefined
  #followed: Followed | undefined
  #end: EndReason | undefined

  /** @param released called once, when nothing follows the session any more */
  constructor(key: SessionKey, gateway: Gateway, hearing: Hearing<Handle>, released: (session: OpenSession<Handle>) => void) {
    this.key = key
    this.#gateway = gateway
    this.#hearing = hearing
    this.#released = released
  }

  /** Why the session is over, if it is. */
  get end(): EndReason | undefined {
    return this.#end
  }

  /** Whether the replica is kept up to date now. */
  get isFollowed(): boolean {
    return this.#end === undefined && this.#followed?.isAttached === true
  }

  /** Takes what the gateway opened; comes before the first handle. */
  follow(followed: Followed): void {
    this.#followed = followed
    if (this.#end) followed.leave()
  }

  /** Stops following without a handle. */
  leave(): void {
    this.#followed?.leave()
  }

  /** The replica, for reading. */
  get replica(): Session {
    if (!this.#followed) throw new Error('A session was read before it was followed. This is a bug of Understudy.')
    return this.#followed.replica
  }

  /** What the replica holds now, as a moment. */
  moment(): string {
    return momentOf(this.replica, this.key)
  }

  /** Adds a handle. */
  join(handle: Handle): void {
    if (this.#handle === undefined) this.#handle = handle
    else (this.#others ??= new Set()).add(handle)
  }

  /** Takes a handle away; the last one stops the following. */
  part(handle: Handle): void {
    if (this.#handle === handle) this.#handle = undefined
    else if (this.#others?.delete(handle) !== true) return
    if (this.#end || this.#handle !== undefined || (this.#others?.size ?? 0) > 0) return
    this.#followed?.leave()
    this.#released(this)
  }

  /** Sends operations to the primary. */
  save(operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult> {
    return this.#gateway.save(this.key, operations, options)
  }

  /** Brings the replica to all that the primary holds. @throws UnderstudyError */
  async refresh(): Promise<void> {
    try {
      await this.#gateway.refresh(this.key)
    } catch (error) {
      throw toUnderstudyError(error)
    }
  }

  /** Lets the session go on under another key. */
  rotate(to: SessionKey, options: WriteOptions): Promise<WriteResult> {
    return this.#gateway.rotate(this.key, to, options)
  }

  /** Tells the primary of an access. */
  touch(): void {
    this.#gateway.touch(this.key)
  }

  /** From the gateway, after the replica changed. */
  changed(names: readonly string[]): void {
    if (this.#others !== undefined) for (const handle of this.#all()) this.#hearing.replicaChanged(handle, names)
    else if (this.#handle !== undefined) this.#hearing.replicaChanged(this.#handle, names)
  }

  /** From the gateway, or from a destroy of this store. */
  ended(reason: EndReason): void {
    if (this.#end) return
    this.#end = reason
    this.#followed?.leave()
    this.#released(this)
    for (const handle of this.#all()) this.#hearing.sessionEnded(handle, reason)
  }

  /** The store closes: the handles stay readable. */
  closed(): void {
    for (const handle of this.#all()) this.#hearing.storeClosed(handle)
  }

  /** Its handles now: who parts while it is told must not keep the others from hearing, and who joins then is not told. */
  #all(): Handle[] {
    return this.#handle === undefined ? [...(this.#others ?? [])] : [this.#handle, ...(this.#others ?? [])]
  }
}
