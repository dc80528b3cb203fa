/**
 * Rotating a session's id: the session goes on under another key, perhaps in a slot of another primary.
 *
 *   old primary:  saves wait ─► seed ─► successor is made, held by its copies ─► death of the old one, held ─► answer
 *                                           │ here: in the same turn of the event loop as the death
 *                                           │ elsewhere: `succeed` to the primary of the new key
 *
 * Invariants: the old session lives until its successor is as safe as was asked; nobody is told of the successor before
 * the old one is dead. What broke off in between is asked for again, by the same two keys, and comes to the same. If
 * the old session ends by itself meanwhile, its successor ends with it.
 */
import { slotOf } from '@understudy/cluster'
import { seedOf } from '@understudy/session'
import type { Seed, SessionKey } from '@understudy/session'
import { StoreError, succeed, successorOf } from '@understudy/store'
import type { SessionStore, StoredSession, Succession } from '@understudy/store'
import type { Environment } from '../environment.js'
import { NodeError } from '../node-error.js'
import type { SessionService, WriteWish } from './session-service.js'

/** What a successor came to. */
export interface Succeeded {
  readonly copies: number
  /** Whether there is one. */
  readonly there: boolean
}

/** The primaries of other slots. */
export interface OtherPrimaries {
  /** Makes a successor there; without a seed, asks for it. */
  succeed(succession: Succession, seed: Seed | undefined, wish: WriteWish): Promise<Succeeded>
  /** Ends it again. */
  destroy(key: SessionKey, wish: WriteWish): Promise<unknown>
}

/** What rotations need of their node. */
export interface RotationsOptions {
  readonly store: SessionStore
  readonly service: SessionService
  readonly environment: Environment
  /** Connects to the other nodes. */
  readonly others: () => Promise<OtherPrimaries>
  /** Makes changes of which no back-up is to have one without the next. */
  readonly atOnce: <T>(change: () => T) => T
}

/** Rotations of the sessions of one node. */
export class Rotations {
  readonly #options: RotationsOptions

  constructor(options: RotationsOptions) {
    this.#options = options
  }

  /**
   * A session goes on under another key; as its primary.
   *
   * @throws StoreError SESSION_UNKNOWN, SESSION_DESTROYED, SESSION_ID_TAKEN; NodeError NO_PRIMARY, NO_QUORUM, STORAGE_FAILED
   */
  async rotate(from: SessionKey, key: SessionKey, wish: WriteWish): Promise<{ readonly copies: number }> {
    if (from === key) throw new StoreError('SESSION_ID_TAKEN', 'the new id is the old one; take a fresh one')
    const { service } = this.#options
    const resume = await service.pause(from)
    try {
      await service.writable(slotOf(from))
      return { copies: await this.#rotate({ key, from }, wish) }
    } finally {
      resume()
    }
  }

  /**
   * Makes the successor of a session elsewhere; as primary of its key. Without a seed it is only said whether it is there.
   *
   * @throws StoreError SESSION_ID_TAKEN; NodeError NO_PRIMARY, NO_QUORUM, STORAGE_FAILED
   */
  async succeed(succession: Succession, seed: Seed | undefined, wish: WriteWish): Promise<Succeeded> {
    const { store, service, environment, atOnce } = this.#options
    await service.writable(slotOf(succession.key))
    const now = environment.now()
    const stored = seed === undefined ? successorOf(store, succession, now) : atOnce(() => succeed(store, succession, seed, now))
    // It may be held already by whoever is asked for: the question has to travel.
    if (seed === undefined && stored !== undefined) store.restate(stored)
    return stored === undefined ? { copies: 0, there: false } : { copies: await service.held(stored, wish, now), there: true }
  }

  async #rotate(succession: Succession, wish: WriteWish): Promise<number> {
    const { store, environment } = this.#options
    const { from, key } = succession
    const now = environment.now()
    const stored = store.isDead(from, now) ? undefined : store.living(from, now)
    if (stored === undefined) return this.#settled(succession, wish)
    if (this.#options.service.serves(slotOf(key))) return this.#here(succession, seedOf(stored.session), wish)
    return this.#elsewhere(succession, stored, seedOf(stored.session), wish)
  }

  /** Both steps in one turn: no reader, back-up or disk ever has one without the other. */
  async #here(succession: Succession, seed: Seed, wish: WriteWish): Promise<number> {
    const { store, service, environment, atOnce } = this.#options
    const now = environment.now()
    const [successor, dead] = atOnce(() => {
      const made = succeed(store, succession, seed, now)
      return [made, store.destroy(succession.from, { at: now, reason: 'destroyed' })]
    })
    return Math.min(...(await Promise.all([service.held(successor, wish, now), service.held(dead, wish, now)])))
  }

  async #elsewhere(succession: Succession, stored: StoredSession, seed: Seed, wish: WriteWish): Promise<number> {
    const { store, service, environment, others } = this.#options
    const { from, key } = succession
    const { reign } = store.slot(stored.slot)
    const far = await others()
    const { copies } = await far.succeed(succession, seed, wish)
    // Whoever reigned in between may have written to it: the next attempt begins with that.
    if (store.slot(stored.slot).reign !== reign || !service.serves(stored.slot)) throw moved(stored.slot)
    const now = environment.now()
    if (store.isDead(from, now)) {
      await far.destroy(key, wish)
      throw ended()
    }
    const dead = store.destroy(from, { at: now, reason: 'destroyed' })
    return Math.min(copies, await service.held(dead, wish, now))
  }

  /** There is nothing to rotate any more: an earlier attempt may have done it. */
  async #settled(succession: Succession, wish: WriteWish): Promise<number> {
    const { store, service, environment, others } = this.#options
    const isHere = service.serves(slotOf(succession.key))
    const { copies, there } = isHere ? await this.succeed(succession, undefined, wish) : await (await others()).succeed(succession, undefined, wish)
    const { from } = succession
    if (!there) throw store.find(from) === undefined ? unknown() : ended()
    if (!service.serves(slotOf(from))) throw moved(slotOf(from))
    // Where it is only unknown (its record was damaged, perhaps) it might come back; and who holds its death is to say so again.
    const now = environment.now()
    const dead = store.destroy(from, { at: now, reason: 'destroyed' })
    store.restate(dead)
    return Math.min(copies, await service.held(dead, wish, now))
  }
}

function moved(slot: number): NodeError {
  return new NodeError('NO_PRIMARY', `another node is primary of slot ${slot} by now, or was in between; rotate again, to the same id`)
}

function ended(): StoreError {
  return new StoreError('SESSION_DESTROYED', 'the session has ended; its id cannot be used again, make a new one')
}

function unknown(): StoreError {
  return new StoreError('SESSION_UNKNOWN', 'no such session is stored; open it first')
}
