/**
 * The way from a store in the same process to its sessions: straight into the node where it is primary, over client
 * links to the other nodes where it is not. The app sees one store either way, also when a primary changes.
 */
import { slotOf, tellListener } from '@understudy/client'
import type {
  ClearQuery, Cleared, Counted, CreateTerms, Followed, FollowListener, Gateway, GatewayObserver, GatewaySaveOptions, ListQuery, Listed, OperationIds,
  RemoteGateway, SaveFate, SlotQuery, WatchListener, WriteOptions, WriteResult,
} from '@understudy/client'
import type { Operation, SaveId, Session, SessionKey } from '@understudy/session'
import { NodeError } from '../node-error.js'
import type { Rotations } from '../sessions/rotations.js'
import { isLiving } from '../sessions/session-service.js'
import type { LivingSession, SessionService } from '../sessions/session-service.js'
import type { Surveys } from '../sessions/surveys.js'
import { FarFollow } from './far-follow.js'
import type { Followers } from './followers.js'
import { MovingFollow, type FollowHome } from './moving-follow.js'
import { SaveOrder } from './save-order.js'
import type { Ticket } from './save-order.js'
import type { Watcher, Watchers } from './watchers.js'

/** What a local gateway stands on. */
export interface LocalGatewayOptions {
  readonly service: SessionService
  readonly surveys: Surveys
  readonly rotations: Rotations
  readonly followers: Followers
  readonly watchers: Watchers
  /** Name of the node. */
  readonly name: string
  /** Whether there are other nodes. */
  readonly hasOthers: boolean
  /** ms since 1970. */
  readonly now: () => number
  /** Numbers of the app's saves, the same whichever way they go: none takes effect twice. */
  readonly ids: OperationIds
  /** Whether sessions can move to another node while this one lives. */
  readonly canMove: boolean
  /** Connects to the other nodes; called at first use. */
  readonly connect: () => Promise<RemoteGateway>
}

/** In-process access to one node. */
export class LocalGateway implements Gateway {
  readonly #options: LocalGatewayOptions
  readonly #order = new SaveOrder()
  readonly #follows = new Map<SessionKey, MovingFollow | FarFollow>()
  #far: Promise<RemoteGateway> | undefined
  readonly #watching = new Set<Watcher>()
  #observer: GatewayObserver | undefined
  #closed = false

  readonly #followHome: FollowHome

  constructor(options: LocalGatewayOptions) {
    this.#options = options
    const { followers } = options
    this.#followHome = {
      follow: (stored, follower) => followers.follow(stored, follower),
      leave: (stored, follower) => followers.leave(stored, follower),
      left: (follow) => this.#left(follow),
    }
  }

  async open(key: SessionKey, create: CreateTerms | undefined, listener: FollowListener, suffices?: (replica: Session) => boolean): Promise<Followed | undefined> {
    if (!this.#isLocal(key)) {
      const held = suffices && this.#options.service.replica(key)
      if (held !== undefined && suffices?.(held.session) === true) return this.#follow(held, listener)
      return this.#openElsewhere(key, create, listener)
    }
    try {
      const stored = await this.#options.service.open(key, create)
      // It may have ended between being opened and being handed out: then the answer is another.
      if (stored !== undefined && !isLiving(stored)) return await this.open(key, create, listener)
      return stored && this.#follow(stored, listener)
    } catch (error) {
      if (!this.#hasMoved(key, error)) throw error
      return this.#openElsewhere(key, create, listener)
    }
  }

  async refresh(key: SessionKey): Promise<void> {
    const { service, followers } = this.#options
    try {
      if (this.#isLocal(key)) {
        // Who did not run for a while has to find out whether it still serves.
        if (!service.serves(slotOf(key))) await service.served(slotOf(key))
        // The replica is the session itself; handles may not have been told yet that it changed.
        return followers.settle()
      }
    } catch (error) {
      if (!this.#hasMoved(key, error)) throw error
    }
    const follow = this.#follows.get(key)
    if (follow !== undefined && !follow.isFar) await follow.goFar(this.others())
    else await (await this.others()).refresh(key)
  }

  save(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult> {
    const { canMove, service } = this.#options
    if (!canMove && !this.#closed && this.#isLocal(key)) return service.save(key, operations, options, undefined, () => options.fate?.('shown'))
    const number = this.#options.ids.next()
    const ticket = this.#order.enter(key, number)
    return this.#isServed(key, ticket) ? this.#saveAtOnce(key, operations, options, ticket) : this.#saveInTurn(key, operations, options, ticket)
  }

  /** Whether the save can be applied here before anything else can happen. */
  #isServed(key: SessionKey, ticket: Ticket): boolean {
    if (this.#closed || !ticket.isNext || !this.#options.service.serves(slotOf(key))) return false
    if (this.#order.isAway(key)) return false
    // Nothing is far as long as the others were never needed.
    return this.#far === undefined || this.#follows.get(key)?.isFar !== true
  }

  /** As `#saveInTurn` does where its turn has come and this node serves, with a single promise beside that of the copies. */
  #saveAtOnce(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions, ticket: Ticket): Promise<WriteResult> {
    const { service } = this.#options
    const applied = (): void => {
      ticket.applied()
      options.fate?.('shown')
    }
    return service.save(key, operations, options, this.#idOf(key, ticket), applied).then(
      (result) => {
        ticket.over()
        return result
      },
      async (error: unknown) => {
        try {
          // It may have been applied here: whoever is primary now knows it by its number, or will overrule it.
          if (!this.#hasMoved(key, error)) throw error
          ticket.wasTried = true
          return await this.#saveElsewhere(key, operations, options, ticket)
        } finally {
          ticket.over()
        }
      },
    )
  }

  async #saveInTurn(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions, ticket: Ticket): Promise<WriteResult> {
    try {
      return (await this.#saveHere(key, operations, options, ticket)) ?? (await this.#saveElsewhere(key, operations, options, ticket))
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
    return (await this.others()).destroy(key, options)
  }

  rotate(key: SessionKey, to: SessionKey, options: WriteOptions): Promise<WriteResult> {
    return this.#nearOrFar(slotOf(key), () => this.#options.rotations.rotate(key, to, options), (far) => far.rotate(key, to, options))
  }

  time(): number {
    return this.#options.now()
  }

  async slotGroups(slots: readonly number[]): Promise<readonly (readonly number[])[]> {
    const near = slots.filter((slot) => this.#options.service.isPlacedHere(slot))
    const far = slots.filter((slot) => !near.includes(slot))
    const groups = far.length === 0 ? [] : await (await this.others()).slotGroups(far)
    return near.length === 0 ? groups : [near, ...groups]
  }

  list(query: ListQuery): Promise<Listed> {
    return this.#nearOrFar(query.slots[0] ?? 0, () => this.#options.surveys.list(query), (far) => far.list(query))
  }

  count(query: SlotQuery): Promise<Counted> {
    return this.#nearOrFar(query.slots[0] ?? 0, () => this.#options.surveys.count(query), (far) => far.count(query))
  }

  clear(query: ClearQuery): Promise<Cleared> {
    return this.#nearOrFar(query.slots[0] ?? 0, () => this.#options.surveys.clear(query), (far) => far.clear(query))
  }

  async watch(listener: WatchListener): Promise<() => void> {
    const { watchers, hasOthers, name } = this.#options
    this.#checkOpen()
    const stopFar = hasOthers ? await (await this.others()).watch(listener, name) : (): void => {}
    const watcher: Watcher = { isReady: true, tell: ({ missed, events }) => tellListener(listener, missed, events) }
    this.#checkOpen()
    watchers.add(watcher)
    this.#watching.add(watcher)
    return () => {
      watchers.remove(watcher)
      this.#watching.delete(watcher)
      stopFar()
    }
  }

  touch(key: SessionKey): void {
    const { service, hasOthers } = this.#options
    if (this.#isLocal(key) && service.serves(slotOf(key))) return service.touch(key)
    // A replica of this node's own may be read for long without any other ever being asked.
    if (hasOthers) void this.others().then((far) => far.touch(key), () => undefined)
    return undefined
  }

  observe(observer: GatewayObserver): void {
    this.#observer = observer
    void this.#far?.then((far) => far.observe?.(observer))
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const watcher of this.#watching) this.#options.watchers.remove(watcher)
    await this.#far?.then((far) => far.close())
  }

  /** @returns undefined when it is for another node to say what becomes of it */
  async #saveHere(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions, ticket: Ticket): Promise<WriteResult | undefined> {
    if (!ticket.isNext) await ticket.turn()
    if (this.#order.isAway(key) || !this.#isLocal(key)) return undefined
    const { service } = this.#options
    const applied = (): void => {
      ticket.applied()
      options.fate?.('shown')
    }
    try {
      return await service.save(key, operations, options, this.#idOf(key, ticket), applied)
    } catch (error) {
      // It may have been applied here: whoever is primary now knows it by its number, or will overrule it.
      if (!this.#hasMoved(key, error)) throw error
      ticket.wasTried = true
      return undefined
    }
  }

  /** The number of a save here, and what the primary has to know of those before it. */
  #idOf(key: SessionKey, { number, oldest }: Ticket): SaveId {
    const { ids } = this.#options
    return { client: ids.client, counter: number, oldest: number - oldest, ...ids.resentBefore(key, number) }
  }

  async #saveElsewhere(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions, ticket: Ticket): Promise<WriteResult> {
    await ticket.leave()
    await this.#follows.get(key)?.goFar(this.others())
    const { copies, required, origin } = options
    const { number, wasTried } = ticket
    const far = { copies, required, origin, number, wasTried, fate: (fate: SaveFate) => options.fate?.(fate) }
    const saving = (await this.others()).save(key, operations, far)
    ticket.left()
    return saving
  }

  /** Does a thing here, or where the slot's primary is. */
  async #nearOrFar<T>(slot: number, near: () => Promise<T>, far: (gateway: RemoteGateway) => Promise<T>): Promise<T> {
    const { service } = this.#options
    this.#checkOpen()
    try {
      if (service.isPlacedHere(slot)) return await near()
    } catch (error) {
      const hasMoved = error instanceof NodeError && error.code === 'NO_PRIMARY' && !this.#closed && !service.isPlacedHere(slot)
      if (!hasMoved) throw error
    }
    return far(await this.others())
  }

  #checkOpen(): void {
    if (this.#closed) throw new NodeError('STORE_CLOSED', 'the node is closed; its store cannot be used any more')
  }

  #isLocal(key: SessionKey): boolean {
    this.#checkOpen()
    return this.#options.service.isPrimaryOf(key) && this.#follows.get(key)?.isFar !== true
  }

  /** Whether a request failed only because another node has become primary meanwhile. */
  #hasMoved(key: SessionKey, error: unknown): boolean {
    return error instanceof NodeError && error.code === 'NO_PRIMARY' && !this.#closed && !this.#isLocal(key)
  }

  /** The other nodes. A failed attempt is forgotten, so that the next request tries anew. */
  others(): Promise<RemoteGateway> {
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
    const follow = new MovingFollow(stored, listener, this.#followHome)
    this.#follows.set(follow.key, follow)
    return follow
  }

  async #openElsewhere(key: SessionKey, create: CreateTerms | undefined, listener: FollowListener): Promise<Followed | undefined> {
    const far = await (await this.others()).open(key, create, listener)
    if (far === undefined) return undefined
    const follow = new FarFollow(key, far, (left) => this.#left(left))
    this.#follows.set(key, follow)
    return follow
  }

  #left(follow: MovingFollow | FarFollow): void {
    if (this.#follows.get(follow.key) === follow) this.#follows.delete(follow.key)
  }
}
