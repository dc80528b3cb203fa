/**
 * The way from a store in the same process to its sessions: straight into the node where it is primary, over client
 * links to the other nodes where it is not. The app sees one store either way, also when a primary changes.
 */
import type { CreateTerms, Followed, FollowListener, Gateway, GatewayObserver, GatewaySaveOptions, WriteOptions, WriteResult } from '@understudy/client'
import type { Operation, SessionKey } from '@understudy/session'
import type { StoredSession } from '@understudy/store'
import { NodeError } from '../node-error.js'
import type { LivingSession, SessionService } from '../sessions/session-service.js'
import type { Followers } from './followers.js'
import { MovingFollow } from './moving-follow.js'

/** What a local gateway stands on. */
export interface LocalGatewayOptions {
  readonly service: SessionService
  readonly followers: Followers
  /** Connects to the other nodes; called at first use. */
  readonly connect: () => Promise<Gateway>
}

/** In-process access to one node. */
export class LocalGateway implements Gateway {
  readonly #options: LocalGatewayOptions
  readonly #follows = new Map<SessionKey, MovingFollow>()
  #far: Promise<Gateway> | undefined
  #observer: GatewayObserver | undefined
  #closed = false

  constructor(options: LocalGatewayOptions) {
    this.#options = options
  }

  async open(key: SessionKey, create: CreateTerms | undefined, listener: FollowListener): Promise<Followed | undefined> {
    if (!this.#isLocal(key)) return (await this.#others()).open(key, create, listener)
    try {
      const stored = await this.#options.service.open(key, create)
      if (stored === undefined) return undefined
      const follow = new MovingFollow(key, this.#follow(stored, listener), listener, () => {
        if (this.#follows.get(key) === follow) this.#follows.delete(key)
      })
      this.#follows.set(key, follow)
      return follow
    } catch (error) {
      if (!this.#hasMoved(key, error)) throw error
      return (await this.#others()).open(key, create, listener)
    }
  }

  save(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult> {
    // What is served here and now is applied before anything else can happen: it cannot turn out to be elsewhere.
    if (this.#isServed(key)) return this.#options.service.save(key, operations, options, undefined, () => options.fate?.('shown'))
    return this.#saveWhereItIs(key, operations, options)
  }

  async #saveWhereItIs(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult> {
    let isApplied = false
    try {
      if (this.#isLocal(key)) {
        return await this.#options.service.save(key, operations, options, undefined, () => {
          isApplied = true
          options.fate?.('shown')
        })
      }
    } catch (error) {
      // What was applied here must not be applied elsewhere again: it is handed over.
      if (isApplied || !this.#hasMoved(key, error)) throw error
    }
    await this.#follows.get(key)?.goFar(this.#others())
    return (await this.#others()).save(key, operations, options)
  }

  async destroy(key: SessionKey, options: WriteOptions): Promise<WriteResult> {
    try {
      if (this.#isLocal(key)) return await this.#options.service.destroy(key, options)
    } catch (error) {
      if (!this.#hasMoved(key, error)) throw error
    }
    return (await this.#others()).destroy(key, options)
  }

  touch(key: SessionKey): void {
    if (this.#isLocal(key)) this.#options.service.touch(key)
    else if (this.#far !== undefined) void this.#far.then((far) => far.touch(key))
  }

  observe(observer: GatewayObserver): void {
    this.#observer = observer
    void this.#far?.then((far) => far.observe?.(observer))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#far?.then((far) => far.close())
  }

  #isServed(key: SessionKey): boolean {
    if (this.#closed || !this.#options.service.serves(key)) return false
    // Nothing is far as long as the others were never needed.
    return this.#far === undefined || this.#follows.get(key)?.isFar !== true
  }

  #isLocal(key: SessionKey): boolean {
    if (this.#closed) throw new NodeError('STORE_CLOSED', 'the node is closed; its store cannot be used any more')
    return this.#options.service.isPrimaryOf(key) && this.#follows.get(key)?.isFar !== true
  }

  /** Whether a request failed only because another node has become primary meanwhile. */
  #hasMoved(key: SessionKey, error: unknown): boolean {
    return error instanceof NodeError && error.code === 'NO_PRIMARY' && !this.#closed && !this.#isLocal(key)
  }

  /** The other nodes. A failed attempt is forgotten, so that the next request tries anew. */
  #others(): Promise<Gateway> {
    this.#far ??= this.#options.connect().then(
      (gateway) => {
        if (this.#observer !== undefined) gateway.observe?.(this.#observer)
        return gateway
      },
      (error: unknown) => {
        this.#far = undefined
        throw error
      },
    )
    return this.#far
  }

  #follow(stored: LivingSession, listener: FollowListener): Followed {
    const replica = stored.session
    const changed = (now: StoredSession, names: readonly string[]): void => {
      if (now.death === undefined) return listener.changed(names)
      leave()
      return listener.ended(now.death.reason)
    }
    const leave = this.#options.followers.follow(stored, { changed })
    return {
      get replica() {
        return stored.session ?? replica
      },
      leave,
    }
  }
}
