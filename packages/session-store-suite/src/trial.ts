/** What a check works with: stores, apps over them, browsers, time. All of it is closed when the check is over. */
import session from 'express-session'
import type { SessionData, SessionOptions, Store } from 'express-session'
import { App } from './app.js'
import type { Routes } from './app.js'
import { Failure } from './check.js'
import type { StoreBed } from './store-bed.js'

/** A session as a store takes it: some attributes, and a cookie. */
export type Plain = SessionData & Record<string, unknown>

/** What a store is checked for. The key of a record of these is what it says. */
export type Check = (trial: Trial) => Promise<void>

/** One run of one check. */
export class Trial {
  /** How often a race is run. */
  readonly races: number
  readonly #bed: StoreBed
  readonly #limit: number
  readonly #apps: App[] = []
  #ids = 0

  /** @param limit ms that any call may take */
  constructor(bed: StoreBed, races: number, limit: number) {
    this.#bed = bed
    this.races = races
    this.#limit = limit
  }

  /** The store as one more instance has it. */
  store(): Promise<Store> {
    return this.#bed.another()
  }

  /** An id that was not used before in this trial. */
  id(): string {
    return `suite-${process.pid}-${Date.now()}-${this.#ids++}`
  }

  /** Starts an instance of an app with a store of its own. */
  async app(routes: Routes, options: Partial<SessionOptions> = {}, given?: Store): Promise<App> {
    const store = given ?? (await this.store())
    const app = await App.start(routes, { store, ...options }, this.#limit, this.#bed.before?.(store))
    this.#apps.push(app)
    return app
  }

  /** A session with these attributes whose cookie lives so long, ms. */
  plain(attributes: Record<string, unknown>, maxAge = 60_000): Plain {
    const cookie = new session.Cookie()
    cookie.maxAge = maxAge
    return { ...attributes, cookie }
  }

  /** Calls a method of a store with a callback. @returns what it was called with */
  call<T = unknown>(store: Store, method: 'get' | 'set' | 'destroy' | 'touch' | 'all' | 'length' | 'clear' | 'load', ...args: unknown[]): Promise<T> {
    return this.within(`${method}()`, new Promise((resolve, reject) => {
      const callback = (error: unknown, value: T): void => (error ? reject(failed(method, error)) : resolve(value))
      const offered: unknown = Reflect.get(store, method)
      if (typeof offered !== 'function') throw new Failure(`it has no ${method}()`)
      const called: unknown = Reflect.apply(offered, store, [...args, callback])
      // Stores that give a promise as well may reject it as well: one word is enough.
      if (called instanceof Promise) called.catch(() => undefined)
    }))
  }

  /** The attributes of a session, without its cookie; undefined: there is none. */
  async read(store: Store, id: string): Promise<Record<string, unknown> | undefined> {
    const found = await this.call<Plain | null | undefined>(store, 'get', id).catch((error: unknown) => {
      if (error instanceof Error && isNoEntry(error.cause)) return undefined
      throw error
    })
    if (found === null || found === undefined) return undefined
    return Object.fromEntries(Object.entries(found).filter(([name]) => name !== 'cookie'))
  }

  /** Waits, ms: for expiry, which nothing announces. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void setTimeout(resolve, ms))
  }

  /** Asks again and again until it holds. */
  async until(what: string, holds: () => Promise<boolean>, ms: number): Promise<void> {
    const deadline = Date.now() + ms
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Failure(`after ${ms} ms still not: ${what}`)
      await this.pause(50)
    }
  }

  /** Fails when a promise takes too long. */
  async within<T>(what: string, promise: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Failure(`${what} gave no answer within ${this.#limit} ms`)), this.#limit)
    })
    try {
      return await Promise.race([promise, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Closes everything. */
  async close(): Promise<void> {
    await Promise.all(this.#apps.map((app) => app.close()))
    await this.#bed.close()
  }
}

function failed(method: string, error: unknown): Failure {
  return new Failure(`${method}() failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}

function isNoEntry(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
