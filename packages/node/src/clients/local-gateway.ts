/**
 * The way from a store in the same process to its sessions: straight into the node where it is primary, over client
 * links to the other nodes where it is not. The app sees one store either way, also when a primary changes.
 */
import type { CreateTerms, Followed, FollowListener, Gateway, GatewayObserver, GatewaySaveOptions, OperationIds, SaveFate, WriteOptions, WriteResult } from '@understudy/client'
import type { Operation, SessionKey } from '@understudy/session'
import type { StoredSession } from '@understudy/store'
import { NodeError } from '../node-error.js'
import type { LivingSession, SessionService } from '../sessions/session-service.js'
import type { Followers } from './followers.js'
import { MovingFollow } from './moving-follow.js'
import { SaveOrder } from './save-order.js'
import type { Ticket } from './save-order.js'

/** What a local gateway stands on. */
export interface LocalGatewayOptions {
  readonly service: SessionService
  readonly followers: Followers
  /** Numbers of the app's saves, the same whichever way they go: none takes effect twice. */
  readonly ids: OperationIds
  /** Connects to the other nodes; called at first use. */
  readonly connect: () => Promise<Gateway>
}

/** A save's options with its number, which it keeps whichever way it goes. */
type NumberedSave = GatewaySaveOptions & { readonly number: number }

/** In-process access to one node. */
export class LocalGateway implements Gateway {
  readonly #options: LocalGatewayOptions
  readonly #order = new SaveOrder()
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
    const ticket = this.#order.enter(key)
    const numbered = { ...options, number: this.#options.ids.next(), ...(options.fate && { fate: once(options.fate) }) }
    return this.#isServed(key, ticket) ? this.#saveAtOnce(key, operations, numbered, ticket) : this.#saveInTurn(key, operations, numbered, ticket)
  }

  /** Whether the save can be applied here before anything else can happen. */
  #isServed(key: SessionKey, ticket: Ticket): boolean {
    if (this.#closed || !ticket.isNext || !this.#options.service.serves(key)) return false
    if (this.#order.isAway(key)) return false
    // Nothing is far as long as the others were never needed.
    return this.#far === undefined || this.#follows.get(key)?.isFar !== true
  }

  /** As `#saveInTurn` does where its turn has come and this node serves, with a single promise beside that of the copies. */
  #saveAtOnce(key: SessionKey, operations: readonly Operation[], options: NumberedSave, ticket: Ticket): Promise<WriteResult> {
    const { service, ids } = this.#options
    const applied = (): void => {
      ticket.applied()
      options.fate?.('shown')
    }
    return service.save(key, operations, options, { client: ids.client, counter: options.number }, applied).then(
      (result) => {
        ticket.over()
        return result
      },
      async (error: unknown) => {
        try {
          // It may have been applied here: whoever is primary now knows it by its number, or will overrule it.
          if (!this.#hasMoved(key, error)) throw error
          return await this.#saveElsewhere(key, operations, options, ticket)
        } finally {
          ticket.over()
        }
      },
    )
  }

  async #saveInTurn(key: SessionKey, operations: readonly Operation[], numbered: NumberedSave, ticket: Ticket): Promise<WriteResult> {
    try {
      return (await this.#saveHere(key, operations, numbered, ticket)) ?? (await this.#saveElsewhere(key, operations, numbered, ticket))
    } finally {
      ticket.over()
    }
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

  /** @returns undefined when it is for another node to say what becomes of it */
  async #saveHere(key: SessionKey, operations: readonly Operation[], options: NumberedSave, ticket: Ticket): Promise<WriteResult | undefined> {
    if (!ticket.isNext) await ticket.turn()
    if (this.#order.isAway(key) || !this.#isLocal(key)) return undefined
    const { service, ids } = this.#options
    const applied = (): void => {
      ticket.applied()
      options.fate?.('shown')
    }
    try {
      return await service.save(key, operations, options, { client: ids.client, counter: options.number }, applied)
    } catch (error) {
      // It may have been applied here: whoever is primary now knows it by its number, or will overrule it.
      if (!this.#hasMoved(key, error)) throw error
      return undefined
    }
  }

  async #saveElsewhere(key: SessionKey, operations: readonly Operation[], options: NumberedSave, ticket: Ticket): Promise<WriteResult> {
    await ticket.leave()
    await this.#follows.get(key)?.goFar(this.#others())
    const saving = (await this.#others()).save(key, operations, options)
    ticket.left()
    return saving
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

/** Tells what became of a save the first time only: here, or elsewhere. */
function once(tell: (fate: SaveFate) => void): (fate: SaveFate) => void {
  let told = false
  return (fate) => {
    if (told) return
    told = true
    tell(fate)
  }
}
