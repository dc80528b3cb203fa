/**
 * One followed session of a store, shared by all its handles: one replica, one follow.
 *
 * Invariants: while it has handles and has not ended, it is followed; it leaves when its last handle parts. `ended` is
 * told at most once.
 */
import type { Operation, Session, SessionKey } from '@understudy/session'
import type { EndReason } from './end-reason.js'
import type { Followed, FollowListener, Gateway, GatewaySaveOptions, WriteOptions, WriteResult } from './gateway.js'

/** What a handle hears from its session. */
export interface OpenSessionHandle {
  /** The replica's values of these attributes changed. */
  replicaChanged(names: readonly string[]): void
  /** The session is over. */
  sessionEnded(reason: EndReason): void
  /** The store was closed. */
  storeClosed(): void
}

/** The part of a session that its handles share. */
export class OpenSession implements FollowListener {
  /** The session's key. */
  readonly key: SessionKey
  readonly #gateway: Gateway
  readonly #released: (session: OpenSession) => void
  readonly #handles = new Set<OpenSessionHandle>()
  #followed: Followed | undefined
  #end: EndReason | undefined

  /** @param released called once, when nothing follows the session any more */
  constructor(key: SessionKey, gateway: Gateway, released: (session: OpenSession) => void) {
    this.key = key
    this.#gateway = gateway
    this.#released = released
  }

  /** Why the session is over, if it is. */
  get end(): EndReason | undefined {
    return this.#end
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

  /** Adds a handle. */
  join(handle: OpenSessionHandle): void {
    this.#handles.add(handle)
  }

  /** Takes a handle away; the last one stops the following. */
  part(handle: OpenSessionHandle): void {
    if (!this.#handles.delete(handle) || this.#handles.size > 0 || this.#end) return
    this.#followed?.leave()
    this.#released(this)
  }

  /** Sends operations to the primary. */
  save(operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult> {
    return this.#gateway.save(this.key, operations, options)
  }

  /** Brings the replica to all that the primary holds. */
  refresh(): Promise<void> {
    return this.#gateway.refresh(this.key)
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
    // Who parts while it is told must not keep the others from hearing, and who joins then is not told. Nearly always it is one.
    const [first] = this.#handles
    if (this.#handles.size === 1) return first?.replicaChanged(names)
    for (const handle of Array.from(this.#handles)) handle.replicaChanged(names)
  }

  /** From the gateway, or from a destroy of this store. */
  ended(reason: EndReason): void {
    if (this.#end) return
    this.#end = reason
    this.#followed?.leave()
    this.#released(this)
    for (const handle of Array.from(this.#handles)) handle.sessionEnded(reason)
  }

  /** The store closes: the handles stay readable. */
  closed(): void {
    for (const handle of Array.from(this.#handles)) handle.storeClosed()
  }
}
