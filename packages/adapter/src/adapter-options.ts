/** The options that all adapters take, checked before anything happens. */
import { checkFrozenNames, UnderstudyError } from '@understudy/client'
import type { FrozenName, FrozenNames, Store } from '@understudy/client'

/** What an adapter asks of a session store: the part of `Store` that it uses. */
export type Client = Pick<Store, 'open' | 'find' | 'destroy' | 'destroyKey' | 'sessions' | 'on' | 'isConnected'>

/** Options of every adapter. */
export interface AdapterOptions {
  /** The store: what `connect()` resolved with, or the promise itself, or the `store` of a node in this process. */
  readonly client: Client | Promise<Client>
  /** Stands before each id, so that several apps can share the nodes; default `sess:`. */
  readonly prefix?: string
  /**
   * How long a request waits for its session, ms; default 5,000. Then it gets the error TIMEOUT; at once NOT_CONNECTED,
   * where no node could be reached for longer than this.
   */
  readonly timeLimit?: number
  /**
   * How many sessions this process goes on following between requests, so that of a session that it had before only what
   * is new has to travel, or nothing at all; default 10,000, each some 7 kB where it weighs 1 kB.
   */
  readonly replicas?: number
  /**
   * What a request reads. `current` (the default): everything that any instance of the app saved before; the session's
   * primary is asked what this process's replica lacks, nearly always nothing. `replica`: what the replica holds, without
   * a round trip; what another instance saved a moment ago may be missing.
   */
  readonly reads?: Reads
  /**
   * Attributes that are frozen with the first save that gives them a value, and can never change again: names, patterns
   * in which `*` stands for any text, regular expressions.
   */
  readonly frozen?: readonly FrozenName[]
}

/** How fresh a session is that a request reads. */
export type Reads = 'current' | 'replica'

/** The same with all defaults filled in. */
export interface AdapterSettings {
  readonly client: Promise<Client>
  /** The client was given as a promise: it may not be connected yet. */
  readonly isConnecting: boolean
  readonly prefix: string
  readonly timeLimit: number
  readonly replicas: number
  readonly reads: Reads
  readonly frozen: FrozenNames
}

/** A timer cannot wait longer, ms. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Checks the options that all adapters take.
 * @throws UnderstudyError OPTION_INVALID that names the option
 */
export function checkAdapterOptions(given: AdapterOptions): AdapterSettings {
  const options: unknown = given
  if (typeof options !== 'object' || options === null) throw invalid('the options', 'must be an object with a client')
  const { client, prefix = 'sess:', timeLimit = 5_000, replicas = 10_000, reads = 'current' } = given
  if (!isClient(client) && !(client instanceof Promise)) {
    throw invalid('client', 'must be the store of connect(), its promise, or the store of a node')
  }
  if (typeof prefix !== 'string') throw invalid('prefix', 'must be text')
  if (!isWithin(timeLimit, 1, LONGEST_TIMER)) throw invalid('timeLimit', 'must be a whole number of milliseconds, at least 1')
  if (!isWithin(replicas, 0, 1_000_000)) throw invalid('replicas', 'must be a whole number from 0 to 1,000,000')
  if (reads !== 'current' && reads !== 'replica') throw invalid('reads', "must be 'current' or 'replica'")
  const connected = Promise.resolve(client)
  // Whoever asks for a session hears of the failure; until then it is nobody's.
  connected.catch(() => undefined)
  return { client: connected, isConnecting: client instanceof Promise, prefix, timeLimit, replicas, reads, frozen: checkFrozenNames(given.frozen) }
}

/** An error that names a wrong option. */
export function invalid(name: string, problem: string): UnderstudyError {
  return new UnderstudyError('OPTION_INVALID', { message: `${name} ${problem}. Correct the call; nothing was done.` })
}

function isClient(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false
  return ['open', 'find', 'destroy', 'on'].every((method) => typeof Reflect.get(given, method) === 'function')
}

function isWithin(given: unknown, least: number, most: number): boolean {
  return typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most
}
