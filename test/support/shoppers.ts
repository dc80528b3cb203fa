/**
 * Load on a cluster whose every acknowledged save can be checked afterwards: each shopper counts up its own session,
 * and remembers how far it was acknowledged, by how many copies, and when.
 */
import type { Session, Store } from '@understudy/client'

/** One session that is saved over and over. */
export class Shopper {
  readonly id: string
  /** The highest count that was acknowledged. */
  acknowledged = 0
  /** The highest count that was acknowledged by two copies. */
  held = 0
  /** Saves that failed, by code. */
  readonly failures: string[] = []
  /** ms, by `performance.now()`, of the latest acknowledgement. */
  at = 0
  /** ms of the longest save. */
  slowest = 0
  readonly #session: Session
  #over: Promise<void> | undefined
  #stopped = false

  private constructor(id: string, session: Session) {
    this.id = id
    this.#session = session
  }

  /** Opens the session. */
  static async enter(store: Store, id: string): Promise<Shopper> {
    return new Shopper(id, await store.open(id))
  }

  /** The session key, whose first byte is the slot. */
  get slot(): number {
    return Number.parseInt(this.#session.key.slice(0, 2), 16)
  }

  /** Begins to save, each save after the one before, until `stop`. */
  shop(): void {
    this.#stopped = false
    this.#over = this.#shop()
  }

  /** Ends saving; resolves when the last save has its answer. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#over
  }

  async #shop(): Promise<void> {
    for (let count = this.acknowledged + 1; !this.#stopped; count++) {
      const began = performance.now()
      try {
        const { copies } = await this.#session.set('count', count).increment('saves').save({ copies: 2 })
        this.acknowledged = count
        if (copies >= 2) this.held = count
        this.at = performance.now()
      } catch (error) {
        this.failures.push(error instanceof Error && 'code' in error ? String(error.code) : String(error))
      }
      this.slowest = Math.max(this.slowest, performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
}

/** Lets so many shoppers enter. */
export function enterShop(store: Store, count: number, name = 'shopper'): Promise<Shopper[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => Shopper.enter(store, `${name} ${i}`)))
}

/** What each shopper lost: acknowledged counts of which the store knows nothing. */
export async function lost(store: Store, shoppers: readonly Shopper[], promised: 'acknowledged' | 'held'): Promise<string[]> {
  const found = await Promise.all(shoppers.map(async (shopper) => {
    const session = await store.find(shopper.id)
    const count = Number(session?.get('count') ?? 0)
    session?.close()
    return count >= shopper[promised] ? [] : [`${shopper.id}: ${shopper[promised]} acknowledged, ${count} found`]
  }))
  return found.flat()
}
