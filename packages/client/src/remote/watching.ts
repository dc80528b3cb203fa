/**
 * Watching all sessions: a link to every node that may be primary of something, and on each the word that its events are
 * wanted.
 *
 *   idle ──first listener──► watching ──last listener left──► idle
 *
 * Invariants: while there are listeners, every node of the placement has been asked on its present link, or is asked as
 * soon as there is one, also while it is primary of nothing: it may become one at any time; whenever a link on which events came is lost, the listeners are told that they missed some.
 */
import type { Events, Placement } from '@understudy/protocol/client'
import type { Environment } from '../environment.js'
import { toUnderstudyError, UnderstudyError } from '../understudy-error.js'
import type { WatchListener } from '../watch-listener.js'
import { tellListener } from '../watch-listener.js'
import type { Link } from './link.js'

/** What watching needs of its gateway. */
export interface WatchingSurroundings {
  readonly environment: Environment
  /** ms until a watch must have begun. */
  readonly timeout: number
  placement(): Placement | undefined
  /** The open link to a node of the placement; starts it if there is none. */
  linkTo(node: Placement['nodes'][number]): Link | undefined
}

/** One who waits until all nodes have been asked. */
interface Waiter {
  settle(error?: UnderstudyError): void
}

/** Requests of this kind have no number in the table: they are the link's, not a session's. */
export const WATCH_REQUEST = 0

/** The listeners of one gateway. */
export class Watching {
  readonly #surroundings: WatchingSurroundings
  readonly #listeners = new Set<WatchListener>()
  readonly #waiters = new Set<Waiter>()
  /** Links on which events are wanted; true once the node has said so. */
  readonly #links = new Map<Link, boolean>()
  /** Name of a node that is not asked. */
  #except: string | undefined

  constructor(surroundings: WatchingSurroundings) {
    this.#surroundings = surroundings
  }

  /**
   * Tells a listener of everything from when it resolves.
   *
   * @param except name of a node that is not asked; the same in all calls
   * @returns ends it
   * @throws UnderstudyError UNAUTHORIZED, VERSION_MISMATCH, NOT_CONNECTED (naming the nodes), STORE_CLOSED
   */
  async watch(listener: WatchListener, except?: string): Promise<() => void> {
    this.#except = except
    this.#listeners.add(listener)
    const stop = (): void => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#idle()
    }
    try {
      await this.#begun()
      return stop
    } catch (error) {
      stop()
      throw error
    }
  }

  /** A link opened or was lost, or the placement changed: asks whoever was not asked. */
  review(): void {
    if (this.#listeners.size === 0) return
    for (const node of this.#surroundings.placement()?.nodes ?? []) {
      if (node.name === this.#except) continue
      const link = this.#surroundings.linkTo(node)
      if (link === undefined || this.#links.has(link)) continue
      try {
        link.send({ type: 'watch', request: WATCH_REQUEST, on: true })
        this.#links.set(link, false)
      } catch (error) {
        // A node of an older version.
        this.#fail(toUnderstudyError(error))
      }
    }
    if (this.#isComplete()) for (const waiter of this.#waiters) waiter.settle()
  }

  /** A node has begun to tell. */
  begun(link: Link): void {
    if (this.#links.has(link)) this.#links.set(link, true)
    this.review()
  }

  /** A node will not tell. */
  refused(error: UnderstudyError): void {
    this.#fail(error)
  }

  /** A node tells. */
  received(link: Link, { missed, events }: Events): void {
    if (!this.#links.has(link)) return
    for (const listener of Array.from(this.#listeners)) tellListener(listener, missed, events)
  }

  /** A link is lost, and with it what the node would have told. */
  lost(link: Link): void {
    const told = this.#links.get(link)
    this.#links.delete(link)
    if (told === true) for (const listener of Array.from(this.#listeners)) tellListener(listener, undefined, [])
    this.review()
  }

  /** The store closes. */
  close(error: UnderstudyError): void {
    this.#listeners.clear()
    this.#links.clear()
    this.#fail(error)
  }

  #begun(): Promise<void> {
    const { environment, timeout } = this.#surroundings
    return new Promise((resolve, reject) => {
      const cancel = environment.startTimer(timeout, () => waiter.settle(this.#late()))
      const waiter: Waiter = {
        settle: (error) => {
          cancel()
          this.#waiters.delete(waiter)
          if (error === undefined) resolve()
          else reject(error)
        },
      }
      this.#waiters.add(waiter)
      this.review()
    })
  }

  #idle(): void {
    for (const link of this.#links.keys()) if (link.isOpen) link.send({ type: 'watch', request: WATCH_REQUEST, on: false })
    this.#links.clear()
  }

  #fail(error: UnderstudyError): void {
    for (const waiter of Array.from(this.#waiters)) waiter.settle(error)
  }

  #late(): UnderstudyError {
    const missing = this.#primaries().filter((node) => !this.#tells(node)).map(({ name }) => name)
    const message = `Not all nodes could be asked to tell of their sessions: ${missing.join(', ')} did not answer. Try again when they are back.`
    return new UnderstudyError('NOT_CONNECTED', { message })
  }

  #isComplete(): boolean {
    const nodes = this.#primaries()
    return this.#surroundings.placement() !== undefined && nodes.every((node) => this.#tells(node))
  }

  #tells(node: Placement['nodes'][number]): boolean {
    const link = this.#surroundings.linkTo(node)
    return link !== undefined && this.#links.get(link) === true
  }

  /** Nodes that must answer before a watch has begun; the others may be away. */
  #primaries(): Placement['nodes'] {
    const placement = this.#surroundings.placement()
    if (placement === undefined) return []
    const primaries = new Set(placement.primaries)
    return placement.nodes.filter(({ name }, index) => primaries.has(index) && name !== this.#except)
  }
}
