/**
 * A node in a process: the store, its peers and its clients, wired to sockets and timers.
 *
 *   client links ─┐                                    ┌─ peers: primary's side ⑤ ──► back-ups
 *   node.store ───┴► session service ① ─► store ② ─────┤
 *                         ▲   copies ⑧ ◄───────────────┴─ peers: back-up's side ⑥ ◄── primaries
 */
import { Membership, oneDown, oneUp, slotOf } from '@understudy/cluster'
import type { Rank } from '@understudy/cluster'
import { OperationIds, Store, connectGateway } from '@understudy/client'
import type { ClearResult, RemoteGateway } from '@understudy/client'
import { LiveDocuments } from '@understudy/document'
import { SessionStore } from '@understudy/store'
import type { StoredSession } from '@understudy/store'
import { ClientDoor } from './clients/client-door.js'
import { drawLife, openDisk } from './disk/open-disk.js'
import type { Disk } from './disk/open-disk.js'
import { OwnCopy } from './disk/own-copy.js'
import { Followers } from './clients/followers.js'
import { LocalGateway } from './clients/local-gateway.js'
import { Watchers } from './clients/watchers.js'
import { followDoor } from './follow/follow-door.js'
import type { DoorsOptions, Front } from './http/doors.js'
import { checkExposure } from './listening.js'
import { inspectContext } from './inspect/inspect-context.js'
import { InspectDoor } from './inspect/inspect-door.js'
import { metricsOf } from './metrics.js'
import { NodeError, deposed, noQuorum } from './node-error.js'
import { resolveOptions } from './node-options.js'
import type { NodeOptions, ResolvedOptions } from './node-options.js'
import { drained } from './peers/draining.js'
import { Hearing } from './peers/hearing.js'
import { LogoutExchange } from './peers/logout-exchange.js'
import { incarnationOf, slotMarks } from './peers/introduction.js'
import type { LinkTap } from './peers/link-tap.js'
import type { Peer } from './peers/peer.js'
import { Peers } from './peers/peers.js'
import { Reigns } from './reigns/reigns.js'
import { StandingExchange } from './reigns/standing-exchange.js'
import { Copies } from './sessions/copies.js'
import { Forgetting } from './sessions/forgetting.js'
import { Rotations } from './sessions/rotations.js'
import { SessionService } from './sessions/session-service.js'
import { Surveys } from './sessions/surveys.js'
import { statusOf } from './status.js'
import type { NodeStatus } from './status.js'

/** ms between looks at saves that wait in vain and at clients that were slow. */
const TICK = 50
/** ms between sweeps of expired sessions, and of death markers that have served their time. */
const SWEEP = 1_000
/** Sessions on disk whose user is read in a tick, where it is not known: some 2,000 a second. */
const READ_USERS = 100
/** ms between two looks for sessions that can rest. */
const REST = 100

/** One running node. Made by `createNode`. */
export class Node {
  readonly name: string
  /** The store, in this process: the same interface as `connect()` gives. */
  readonly store: Store
  readonly #options: ResolvedOptions
  readonly #sessions: SessionStore
  readonly #membership: Membership
  readonly #peers: Peers
  readonly #hearing: Hearing
  readonly #exchange: StandingExchange
  readonly #logouts: LogoutExchange
  readonly #reigns: Reigns
  readonly #copies: Copies
  readonly #forgetting: Forgetting
  readonly #followers: Followers
  readonly #clients: ClientDoor
  readonly #inspectors: InspectDoor
  readonly #tap: LinkTap = { listener: undefined }
  readonly #front: Front
  readonly #startedAt: number
  readonly #timers: (() => void)[] = []
  readonly #disk: Disk | undefined
  readonly #own: OwnCopy | undefined
  #port = 0
  #closing: Promise<void> | undefined

  /** Use `createNode`, which also starts it. */
  constructor(options: ResolvedOptions, disk: Disk | undefined) {
    const { environment, log, mode, limits, deathRetention, deathLimit, warmSessions, restBeyond, durability, userAttribute } = options
    this.name = options.name
    this.#options = options
    this.#startedAt = environment.now()
    const live = new LiveDocuments({ limit: options.liveDocuments })
    const lost = (stored: StoredSession): void => this.#lost(stored)
    const nonce = disk?.nonce ?? Math.floor(environment.random() * 2 ** 20)
    const store = new SessionStore({ mode, live, deathRetention, deathLimit, slotOf, ...(limits && { limits }), persistence: disk?.storage, warmSessions, restBeyond, lost, userAttribute, seed: nonce })
    this.#sessions = store
    this.#disk = disk
    this.#own = disk && new OwnCopy({ storage: disk.storage, durability, store, epochsKept: () => this.#reigns.review() })
    const own = this.#own
    this.#membership = new Membership({ name: options.name, role: options.role, url: '' }, options.peers, options.backups)
    const membership = this.#membership
    const open = (): readonly Peer[] => this.#peers.open()
    this.#logouts = new LogoutExchange({ store, open })
    const { peerWait, partition, takeOver } = options
    const incarnation = incarnationOf(disk?.life ?? drawLife(environment), nonce)
    const hears = (): readonly string[] => this.#hearing.names
    this.#hearing = new Hearing(environment, () => this.#reigns.reconsider())
    this.#exchange = new StandingExchange({ environment, membership, incarnation, takeOver, url: () => this.url, open, hears, reigns: () => this.#reigns.epochs })
    this.#reigns = new Reigns({
      environment,
      log,
      store,
      membership,
      exchange: this.#exchange,
      nonce,
      awaited: Object.keys(options.peers),
      peerWait,
      partition,
      peers: () => this.#peers.all,
      open,
      hears: (name) => this.#hearing.hears(name),
      ended: (slot) => this.#copies.abandon((stored) => stored.slot === slot, (copies) => deposed(slot, copies)),
      moved: () => this.#moved(),
      isEpochKept: own && ((slot) => own.isEpochKept(slot)),
    })
    this.#copies = new Copies({
      timeout: options.copiesTimeout,
      reachable: (slot) => this.#reachable(slot),
      suffices: (slot, backups) => this.#reigns.quorum.isKept(slot, backups),
    })
    this.#peers = this.#makePeers(membership, nonce, incarnation)
    this.#forgetting = new Forgetting({ environment, store, membership, open })
    const closed = (): boolean => this.#closing !== undefined
    const { copies, copiesTimeout } = options
    const defaultCopies = (slot: number): number => Math.min(copies, 1 + membership.placement.backups(slot).length)
    const service = new SessionService({ store, reigns: this.#reigns, copies: this.#copies, own, environment, defaultCopies, patience: copiesTimeout + peerWait, closed })
    const followers = new Followers(store, environment)
    this.#followers = followers
    const watchers = new Watchers(store, environment)
    const surveys = new Surveys({ store, service, environment, logOut: (user, at) => this.#logouts.logOut(user, at) })
    const rotations = new Rotations({ store, service, environment, others: () => gateway.others(), atOnce: (change) => this.#peers.atOnce(change) })
    const hasOthers = Object.keys(options.peers).length > 0
    const ids = new OperationIds(environment)
    const gateway = new LocalGateway({
      service, surveys, rotations, followers, watchers, ids, name: this.name, hasOthers, canMove: takeOver && hasOthers, now: environment.now, connect: () => this.#connectToOthers(ids),
    })
    this.#clients = new ClientDoor({
      name: this.name, environment, log, store, service, surveys, rotations, followers, watchers, membership, known: this.#exchange.known, url: () => this.url,
    })
    this.store = new Store(gateway, options.frozen)
    const [status, move] = [() => this.status(), (rank: Rank) => this.move(rank)]
    const endAllOf = (user: string): Promise<ClearResult> => this.store.destroyAllOf(user)
    this.#inspectors = new InspectDoor(inspectContext(options, { store, peers: this.#peers, membership, exchange: this.#exchange, gateway, tap: this.#tap, status, move, endAllOf }))
    this.#front = options.front(this.#leads())
    // ② every change of ours is marked for every back-up, and sent with all others of this turn of the event loop.
    store.observe((stored, before) => {
      for (const peer of this.#peers.all) {
        if (!this.#feeds(peer.name, stored.slot)) continue
        peer.primarySide.mark(stored, before)
        peer.pump(this.#peers.isChanging)
      }
    })
  }

  /** Port the node listens on. */
  get port(): number {
    return this.#port
  }

  /** ws URL by which others reach this node. */
  get url(): string {
    const { advertise, address } = this.#options
    const host = address.host.includes(':') ? `[${address.host}]` : address.host
    return advertise ?? `ws://${host}:${this.#port}`
  }

  /** Whether all slots placed on this node are served. */
  get ready(): boolean {
    return this.#options.role === 'backup' ? this.#port !== 0 : this.#reigns.ready
  }

  /** Resolves when all slots placed on this node are served. */
  async whenReady(): Promise<void> {
    while (!this.ready && this.#closing === undefined) await this.#reigns.change()
  }

  /** The reign of this node over a slot, if it has one, and whether it serves the slot now. */
  reign(slot: number): { readonly epoch: number; readonly serving: boolean } | undefined {
    const { reign } = this.#sessions.slot(slot)
    return reign && { epoch: reign.epoch, serving: this.#reigns.serves(slot) }
  }

  /**
   * Puts this node before its share of slots, at it, or behind all others; slots move without a failed save.
   * `status().slots.primary` tells when they have.
   */
  move(rank: Rank): void {
    this.#exchange.rank = rank
    this.#reigns.reconsider()
  }

  /** What the node says of itself at `/status`. */
  status(): NodeStatus {
    const storage = this.#disk?.storage
    const disk = storage && { unwrittenRecords: storage.waiting, transactions: storage.transactions, damagedSessions: this.#sessions.damaged, diskFails: storage.failure === undefined ? 0 : 1 }
    const counters = { clients: this.#clients.size, deathMarkers: this.#sessions.deaths, waitingSaves: this.#copies.size, ...disk }
    return statusOf({
      options: this.#options,
      url: this.url,
      startedAt: this.#startedAt,
      now: this.#options.environment.now(),
      ready: this.ready,
      store: this.#sessions,
      peers: this.#peers,
      isBackup: (slot) => this.#membership.placement.stores(slot, this.name),
      counters,
    })
  }

  /** Drains: no new requests, slots go to others, and what is under way to back-ups (10 s at most); then all links say good-bye. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Opens the doors and starts to look for peers. Throws NodeError ADDRESS_IN_USE, ADDRESS_INVALID, INSECURE_ADDRESS. */
  async start(): Promise<void> {
    const { address, access, environment, touchInterval } = this.#options
    checkExposure(address, access.isLoopbackOnly)
    this.#port = await this.#front.open(address)
    this.#timers.push(
      environment.every(TICK, () => this.#tick()),
      environment.every(REST, () => this.#sessions.letRest()),
      environment.every(SWEEP, () => this.#sweep()),
      environment.every(touchInterval, () => this.#sessions.flushTouches()),
    )
    this.#peers.start()
    this.#reigns.start()
  }

  #makePeers(membership: Membership, nonce: number, incarnation: number): Peers {
    const { environment, log, mode, role, name, benchmark, window, retainedBenchmarks, dial, access, peers, takeOver, partition } = this.#options
    const keeping = mode === 'immutable' ? 'none' : typeof benchmark === 'string' ? benchmark : 'elsewhere'
    return new Peers({
      environment,
      log,
      store: this.#sessions,
      sides: { keeping, window, retainedLimit: retainedBenchmarks, verifies: partition === 'consistent' },
      tap: this.#tap,
      source: keeping === 'elsewhere' && typeof benchmark !== 'string' ? benchmark : undefined,
      serves: (slot, peer) => this.#feeds(peer, slot),
      safe: this.#own && (() => this.#own?.safe()),
      held: (peer, held) => {
        for (const { session, sequence } of held) this.#copies.held(peer, session, sequence)
        if (this.#reigns.handingOver) this.#reigns.tick()
      },
      standings: (peer, nodes) => {
        if (this.#exchange.received(peer, nodes)) this.#reigns.reconsider()
      },
      announced: (_, epochs) => this.#reigns.announced(epochs),
      handedOver: (slots) => this.#reigns.handedOver(slots),
      loggedOut: (peer, entries) => this.#logouts.received(peer, entries),
      settled: () => this.#reigns.review(),
      introduction: { name, role, incarnation, nonce, mode, url: () => this.url, marks: () => slotMarks(this.#sessions) },
      membership,
      configured: peers,
      dial,
      dialHeaders: access.peerHeaders(),
      takeOver,
      linked: (peer) => {
        this.#hearing.linked(peer.name)
        this.#logouts.linked(peer)
        this.#reigns.linked(peer)
      },
      unlinked: (peer, code) => {
        // In this order: who is lost is not waited for in what begins because of it.
        this.#reigns.unlinked(peer)
        this.#hearing.ended(peer.name, code)
      },
      unreachable: (name) => this.#hearing.unreachable(name),
    })
  }

  /** Where those who come in are led. */
  #leads(): DoorsOptions {
    return {
      access: this.#options.access,
      ready: () => this.ready,
      status: () => this.status(),
      metrics: () => metricsOf(this.status()),
      command: (name) => {
        const steps: Readonly<Record<string, (rank: Rank) => Rank>> = { promote: oneUp, demote: oneDown, drain: () => 'last' }
        const step = steps[name]
        if (step === undefined) return undefined
        this.move(step(this.#exchange.rank))
        return { name: this.name, rank: this.#exchange.rank }
      },
      peer: (socket) => this.#peers.accept(socket),
      client: {
        enter: (socket, admission) => this.#clients.accept(socket, admission),
        turnAway: (socket, refusal) => this.#clients.turnAway(socket, refusal),
      },
      inspect: this.#inspectors,
      inspectorFolder: this.#options.inspector,
      follow: followDoor(this.#sessions, this.#followers),
    }
  }

  #reachable(slot: number): number {
    let reachable = 0
    for (const peer of this.#peers.all) if (peer.link !== undefined && this.#feeds(peer.name, slot)) reachable++
    return reachable
  }

  /** Who is primary of what, or whether this node is with the majority, may have changed. */
  #moved(): void {
    this.#clients.placementMayHaveChanged()
    this.#copies.abandon(({ slot }) => !this.#reigns.quorum.mayWrite(slot), noQuorum)
  }

  /** Whether this node is primary of the slot and the peer backs it up. */
  #feeds(peer: string, slot: number): boolean {
    return this.#sessions.slot(slot).reign !== undefined && this.#membership.placement.stores(slot, peer)
  }

  /** For apps in this process, whose sessions may be another node's. The peer secret opens client links too. */
  #connectToOthers(ids: OperationIds): Promise<RemoteGateway> {
    const { peers, access, openSocket, environment } = this.#options
    const nodes = Object.values(peers)
    if (nodes.length === 0) return Promise.reject(new NodeError('NO_PRIMARY', 'this node is primary of nothing and has no peers; give it some with "peers"'))
    const token = access.peerSecret
    const world = openSocket && { ...environment, startTimer: environment.after, openSocket }
    return connectGateway({ nodes, name: this.name, ...(token !== undefined && { token }) }, ids, world)
  }

  /** The record of a session is damaged. Other nodes hand it over, and whoever follows it goes on then. */
  #lost(stored: StoredSession): void {
    const { slot } = stored
    this.#followers.lost(stored)
    for (const { primarySide } of this.#peers.all) primarySide.gone(stored)
    this.#reigns.lost(slot)
    // Not at once: it may be a frame on its way that has met the loss.
    this.#options.environment.soon(() => {
      this.#reigns.recover()
      for (const peer of this.#peers.open()) peer.repair(slot)
    })
  }

  #sweep(): void {
    this.#sessions.sweep(this.#options.environment.now())
    this.#forgetting.step()
  }

  #tick(): void {
    // First of all: who did not run for a while must not answer for what it has missed.
    this.#reigns.tick()
    if (!this.#reigns.doubts) this.#copies.tick(this.#options.environment.now())
    this.#clients.tick()
    this.#sessions.users?.complete(READ_USERS)
  }

  async #close(): Promise<void> {
    this.#sessions.flushTouches()
    // Who goes reigns nothing any more; what it serves it hands over, so that nobody waits until it is missed.
    if (this.#options.takeOver) this.move('last')
    this.#clients.close()
    this.#inspectors.close()
    await drained(this.#peers, this.#options.environment, () => this.#reigns.handingOver)
    await this.store.close()
    this.#copies.close()
    this.#hearing.close()
    this.#reigns.close()
    for (const stop of this.#timers) stop()
    this.#peers.close()
    await this.#front.close()
    await this.#disk?.storage.close()
  }
}

/**
 * Starts a node in this process.
 *
 * @returns the node, listening; it serves its slots as soon as it has heard its peers (`whenReady`)
 * @throws NodeError OPTION_INVALID, ADDRESS_IN_USE, ADDRESS_INVALID, INSECURE_ADDRESS, DATA_UNUSABLE (the promise rejects)
 */
export async function createNode(options: NodeOptions): Promise<Node> {
  const resolved = resolveOptions(options)
  const disk = await openDisk(resolved)
  try {
    const node = new Node(resolved, disk)
    await node.start()
    return node
  } catch (error) {
    await disk?.storage.close()
    throw error
  }
}
