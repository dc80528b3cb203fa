/**
 * The way from a store in the same process to its sessions: straight into the node where it is primary, over client
 * links to the other nodes where it is not. The app sees one store either way.
 */
import type { CreateTerms, Followed, FollowListener, Gateway, GatewayObserver, GatewaySaveOptions, WriteOptions, WriteResult } from '@understudy/client'
import type { Operation, SessionKey } from '@understudy/session'
import type { StoredSession } from '@understudy/store'
import { NodeError } from '../node-error.js'
import type { LivingSession, SessionService } from '../sessions/session-service.js'
import type { Followers } from './followers.js'

/** What a local gateway stands on. */
export interface LocalGatewayOptions {
  readonly service: SessionService
  readonly followers: Followers
  /** The way to the other nodes, made at first use. */
  readonly remote: () => Gateway
}

/** In-process access to one node. */
export class LocalGateway implements Gateway {
  readonly #options: LocalGatewayOptions
  #remote: Gateway | undefined
  #observer: GatewayObserver | undefined
  #closed = false

  constructor(options: LocalGatewayOptions) {
    this.#options = options
  }

  async open(key: SessionKey, create: CreateTerms | undefined, listener: FollowListener): Promise<Followed | undefined> {
    if (!this.#isLocal(key)) return this.#far().open(key, create, listener)
    const stored = await this.#options.service.open(key, create)
    if (stored === undefined) return undefined
    return this.#follow(stored, listener)
  }

  async save(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult> {
    if (!this.#isLocal(key)) return this.#far().save(key, operations, options)
    return this.#options.service.save(key, operations, options, undefined, options.fate && (() => options.fate?.('shown')))
  }

  async destroy(key: SessionKey, options: WriteOptions): Promise<WriteResult> {
    return this.#isLocal(key) ? this.#options.service.destroy(key, options) : this.#far().destroy(key, options)
  }

  touch(key: SessionKey): void {
    if (this.#isLocal(key)) this.#options.service.touch(key)
    else this.#far().touch(key)
  }

  observe(observer: GatewayObserver): void {
    this.#observer = observer
    this.#remote?.observe?.(observer)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#remote?.close()
  }

  #isLocal(key: SessionKey): boolean {
    if (this.#closed) throw new NodeError('NODE_CLOSED', 'the node is closed; its store cannot be used any more')
    return this.#options.service.isPrimaryOf(key)
  }

  #far(): Gateway {
    if (this.#remote === undefined) {
      this.#remote = this.#options.remote()
      if (this.#observer !== undefined) this.#remote.observe?.(this.#observer)
    }
    return this.#remote
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
