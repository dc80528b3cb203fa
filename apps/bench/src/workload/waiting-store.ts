/** connect-redis whose saves wait until the replica has them: WAIT blocks its connection, so there is a connection for each. */
import { RedisStore } from 'connect-redis'
import type { SessionData } from 'express-session'
import { connectedTo } from '../processes/redis.js'
import type { RedisClient } from '../processes/redis.js'

/** Saves at once at most. */
const LANES = 64
/** ms that the replica has to acknowledge. */
const PATIENCE = 5_000

/** A connection and a store over it. */
interface Lane {
  readonly client: RedisClient
  readonly store: RedisStore
}

/** The store. Reading goes over one connection, as connect-redis is used. */
export class WaitingStore extends RedisStore {
  readonly #free: Lane[]
  readonly #wanted: ((lane: Lane) => void)[] = []

  private constructor(client: RedisClient, lanes: Lane[]) {
    super({ client })
    this.#free = lanes
  }

  /** Opens all connections to a master. */
  static async open(url: string): Promise<WaitingStore> {
    const clients = await Promise.all(Array.from({ length: LANES }, () => connectedTo(url)))
    return new WaitingStore(await connectedTo(url), clients.map((client) => ({ client, store: new RedisStore({ client }) })))
  }

  override set(sid: string, data: SessionData, callback?: (error?: unknown) => void): Promise<unknown> {
    return this.#waited(({ store }) => store.set(sid, data), callback)
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): Promise<unknown> {
    return this.#waited(({ store }) => store.destroy(sid), callback)
  }

  /** Ends all connections. */
  close(): void {
    for (const { client } of this.#free) client.destroy()
    ;(this.client as RedisClient).destroy()
  }

  async #waited(write: (lane: Lane) => Promise<unknown>, callback: ((error?: unknown) => void) | undefined): Promise<void> {
    try {
      const lane = this.#free.pop() ?? (await new Promise<Lane>((resolve) => void this.#wanted.push(resolve)))
      const written = write(lane)
      const copies = await lane.client.wait(1, PATIENCE)
      await written
      const wanted = this.#wanted.shift()
      if (wanted === undefined) this.#free.push(lane)
      else wanted(lane)
      if (copies < 1) throw new Error('the replica did not acknowledge')
    } catch (error) {
      if (callback === undefined) throw error
      return callback(error)
    }
    callback?.()
  }
}
