/**
 * What a primary does for apps, whether they ask over a client link or live in the same process: open, save, destroy,
 * touch. A request for a slot that is not served yet waits until it is, within a limit.
 */
import { slotOf } from '@understudy/cluster'
import type { Operation, SaveId, Session, SessionKey } from '@understudy/session'
import type { SessionStore, StoredSession } from '@understudy/store'
import type { OwnCopy } from '../disk/own-copy.js'
import type { Environment } from '../environment.js'
import { NodeError, noQuorum } from '../node-error.js'
import type { Reigns } from '../reigns/reigns.js'
import { CopyWish, type Copies } from './copies.js'

/** How long a session to be made may live. Durations in ms. */
export interface Lifetime {
  readonly idleTimeout?: number | undefined
  readonly absoluteTimeout?: number | undefined
}

/** How safe a write must be before it counts as done. */
export interface WriteWish {
  readonly copies?: number | undefined
  readonly required?: boolean | undefined
}

/** What a write came to. */
export interface WriteResult {
  readonly copies: number
  /** The operation had been applied before; it was not applied again. */
  readonly duplicate: boolean
}

/** A stored session that is alive. */
export type LivingSession = StoredSession & { readonly session: Session }

/** What the service needs of its node. */
export interface SessionServiceOptions {
  readonly store: SessionStore
  readonly reigns: Reigns
  readonly copies: Copies
  /** This node's own copy, where it has a disk. */
  readonly own: OwnCopy | undefined
  readonly environment: Environment
  /** Copies that a write to the slot waits for when it does not say. */
  readonly defaultCopies: (slot: number) => number
  /** ms a request waits for its slot to be served. */
  readonly patience: number
  /** Whether the node is closing. */
  readonly closed: () => boolean
}

/** The sessions of one node, as apps use them. */
export class SessionService {
  readonly #options: SessionServiceOptions
  /** Sessions whose saves wait. */
  readonly #paused = new Map<SessionKey, Promise<void>>()
  /** Sessions that were made and whose records are not safe yet. */
  readonly #made = new Set<SessionKey>()

  constructor(options: SessionServiceOptions) {
    this.#options = options
  }

  /** Whether this node is the one to ask about a key, now or shortly. */
  isPrimaryOf(key: SessionKey): boolean {
    return this.#options.reigns.isPlacedHere(slotOf(key))
  }

  /**
   * Finds a session, or makes one when `create` is given. Opening counts as an access.
   *
   * @returns undefined when there is none and none is to be made; a dead one is then none, too
   * @throws StoreError SESSION_DESTROYED; NodeError NO_PRIMARY, NO_QUORUM, STORAGE_FAILED
   */
  async open(key: SessionKey, create: Lifetime | undefined): Promise<LivingSession | undefined> {
    if (!this.#options.reigns.serves(slotOf(key))) await this.served(slotOf(key))
    const { store, environment } = this.#options
    const now = environment.now()
    if (create === undefined && store.isDead(key, now)) return undefined
    const living = store.living(key, now)
    if (living !== undefined) store.touch(key, now)
    if (create === undefined) return living
    if (living === undefined) {
      this.#checkQuorum(slotOf(key))
      this.#options.own?.requireDisk()
      store.create(key, termsOf(create, now), now)
    }
    return this.#kept(key, living)
  }

  /**
   * Applies operations as one step and waits for copies.
   *
   * @throws StoreError SESSION_UNKNOWN, SESSION_DESTROYED; SessionError for a refused operation (nothing was changed);
   *   NodeError NO_PRIMARY, NO_QUORUM, TOO_FEW_COPIES (everything was changed), STORAGE_FAILED (the message tells)
   * @param applied called as soon as the session has changed, before any copy is waited for
   */
  save(key: SessionKey, operations: readonly Operation[], wish: WriteWish, operation?: SaveId, applied?: () => void): Promise<WriteResult> {
    if (this.#hasToWait(key)) return this.#saveLater(key, operations, wish, operation, applied)
    try {
      return this.#save(key, operations, wish, operation, applied)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #saveLater(key: SessionKey, operations: readonly Operation[], wish: WriteWish, operation?: SaveId, applied?: () => void): Promise<WriteResult> {
    // Asked anew in the very turn in which it is applied: another may have paused it meanwhile.
    while (this.#hasToWait(key)) await (this.#paused.get(key) ?? this.served(slotOf(key)))
    return this.#save(key, operations, wish, operation, applied)
  }

  #hasToWait(key: SessionKey): boolean {
    return this.#paused.has(key) || !this.serves(slotOf(key))
  }

  /** Makes no promise but the one that counts copies. */
  #save(key: SessionKey, operations: readonly Operation[], wish: WriteWish, operation?: SaveId, applied?: () => void): Promise<WriteResult> {
    this.#checkQuorum(slotOf(key))
    const { store, environment, own } = this.#options
    own?.requireDisk()
    const now = environment.now()
    const { stored, duplicate } = store.apply(key, operations, now, operation)
    applied?.()
    // It may be held already by whoever is asked for: the question has to travel.
    if (duplicate || operations.length === 0) store.restate(stored)
    return this.#held(stored, wish, now, duplicate)
  }

  /**
   * Ends a session for good.
   *
   * @throws NodeError NO_PRIMARY, NO_QUORUM, TOO_FEW_COPIES, STORAGE_FAILED
   */
  async destroy(key: SessionKey, wish: WriteWish): Promise<WriteResult> {
    await this.writable(slotOf(key))
    const { store, environment } = this.#options
    const now = environment.now()
    const duplicate = store.isDead(key, now)
    const stored = store.destroy(key, { at: now, reason: 'destroyed' })
    this.#made.delete(key)
    // As for a save that comes again: who is asked for may hold it already.
    if (duplicate) store.restate(stored)
    return this.#held(stored, wish, now, duplicate)
  }

  /** A reading request: moves the idle deadline. Says nothing when there is no such session. */
  touch(key: SessionKey): void {
    const { store, environment, reigns } = this.#options
    if (reigns.serves(slotOf(key))) store.touch(key, environment.now())
  }

  /** The living session of a key, where this node serves it now; that it was asked for counts as an access. */
  inUse(key: SessionKey): LivingSession | undefined {
    const { store, environment, reigns } = this.#options
    if (!reigns.serves(slotOf(key))) return undefined
    store.touch(key, environment.now())
    const stored = store.find(key)
    return stored !== undefined && stored.death === undefined && isLiving(stored) && !this.#made.has(key) ? stored : undefined
  }

  /** A session that was made is one only once it is as safe as the node was told to make it, whoever opens it until then. */
  async #kept(key: SessionKey, known: LivingSession | undefined): Promise<LivingSession | undefined> {
    const { store, own, environment } = this.#options
    if (own === undefined) return known ?? store.living(key, environment.now())
    if (known === undefined) this.#made.add(key)
    if (!this.#made.has(key)) return known
    await own.held()
    this.#made.delete(key)
    return store.living(key, environment.now())
  }

  /** Whether this node is the one to ask about a slot, now or shortly. */
  isPlacedHere(slot: number): boolean {
    return this.#options.reigns.isPlacedHere(slot)
  }

  /** The living session of a key as this node holds it, whoever is its primary: it may be behind. */
  replica(key: SessionKey): LivingSession | undefined {
    const { store, environment } = this.#options
    if (store.isDead(key, environment.now())) return undefined
    const stored = store.find(key)
    return stored !== undefined && isLiving(stored) ? stored : undefined
  }

  /** Whether requests to the slot are answered by this node now. */
  serves(slot: number): boolean {
    return this.#options.reigns.serves(slot)
  }

  /**
   * Resolves when the slot is served and may be written to: in the same turn, if that is now.
   *
   * @throws NodeError NO_PRIMARY, NO_QUORUM, STORAGE_FAILED
   */
  async writable(slot: number): Promise<void> {
    if (!this.#options.reigns.serves(slot)) await this.served(slot)
    this.#checkQuorum(slot)
    this.#options.own?.requireDisk()
  }

  /** Whether this node is with the quorum of the slot, where it needs to be. */
  mayWrite(slot: number): boolean {
    return this.#options.reigns.quorum.mayWrite(slot)
  }

  /**
   * Lets saves of a session wait from now on; resolves when nobody else does. Reads and its end do not wait.
   *
   * @returns lets them go on
   */
  async pause(key: SessionKey): Promise<() => void> {
    while (this.#paused.has(key)) await this.#paused.get(key)
    let goOn = (): void => {}
    this.#paused.set(key, new Promise((resolve) => void (goOn = resolve)))
    return () => {
      this.#paused.delete(key)
      goOn()
    }
  }

  /**
   * Waits until a change that was just made is held by as many nodes as wished.
   *
   * @returns the copies there are
   * @throws NodeError TOO_FEW_COPIES, STORAGE_FAILED, NO_PRIMARY, NO_QUORUM
   */
  async held(stored: StoredSession, wish: WriteWish, now: number): Promise<number> {
    return (await this.#held(stored, wish, now, false)).copies
  }

  #held(stored: StoredSession, wish: WriteWish, now: number, duplicate: boolean): Promise<WriteResult> {
    const wanted = wish.copies ?? this.#options.defaultCopies(stored.slot)
    const required = wish.required ?? false
    const { own, copies } = this.#options
    const waiting = copies.wait(stored, new CopyWish(wanted, required, duplicate), now)
    if (own === undefined && !required) return waiting
    // This node's copy is one of them, and counts like the others: only once it is safe.
    const safe = own === undefined ? waiting : Promise.all([waiting, own.held()]).then(([result]) => result)
    return safe.then((result) => (required ? requireCopies(result, wanted) : result))
  }

  /** @throws NodeError NO_QUORUM */
  #checkQuorum(slot: number): void {
    if (!this.mayWrite(slot)) throw noQuorum()
  }

  /**
   * Resolves when the slot is served.
   *
   * @throws NodeError NO_PRIMARY
   */
  async served(slot: number): Promise<void> {
    const { reigns, environment, patience, closed } = this.#options
    const deadline = environment.now() + patience
    while (!reigns.serves(slot)) {
      if (closed()) throw new NodeError('NO_PRIMARY', 'the node is shutting down; another will serve')
      if (reigns.isElsewhere(slot)) throw new NodeError('NO_PRIMARY', `another node is primary of slot ${slot}; go by the placement`)
      if (environment.now() >= deadline) throw new NodeError('NO_PRIMARY', `slot ${slot} is not served yet: its primary is still starting; try again`)
      await this.#pause(deadline - environment.now())
    }
  }

  async #pause(ms: number): Promise<void> {
    let cancel = (): void => {}
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.environment.after(ms, resolve)
    })
    await Promise.race([this.#options.reigns.change(), late])
    cancel()
  }
}

/** Whether a session is alive, and its record can be read. */
export function isLiving(stored: StoredSession): stored is LivingSession {
  return stored.session !== undefined
}

function requireCopies(result: WriteResult, wanted: number): WriteResult {
  const { copies } = result
  if (copies >= wanted) return result
  const message = `the write is held by ${copies} of ${wanted} nodes; the primary has it and will pass it on. Check the back-ups' links, or ask for fewer copies`
  throw new NodeError('TOO_FEW_COPIES', message, { copies })
}

function termsOf({ idleTimeout, absoluteTimeout }: Lifetime, now: number): { createdAt: number; stamp: number; idleTimeout?: number; absoluteDeadline?: number } {
  return {
    createdAt: now,
    stamp: 1,
    ...(idleTimeout !== undefined && { idleTimeout }),
    ...(absoluteTimeout !== undefined && { absoluteDeadline: now + absoluteTimeout }),
  }
}
