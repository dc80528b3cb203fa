/** The options of connect() and of the calls that take any, checked before anything happens. */
import { userKey } from '@understudy/session'
import type { UserKey } from '@understudy/session'
import type { CreateTerms, WriteOptions } from './gateway.js'
import type { Path } from '@understudy/session'
import type { FrozenName } from './frozen-names.js'
import { FrozenNames, NO_FROZEN_NAMES } from './frozen-names.js'
import { isNodeUrl } from './remote/address.js'
import { UnderstudyError } from './understudy-error.js'

/** What connect() takes. */
export interface ConnectOptions {
  /** ws:// or wss:// URLs of at least one node; the others are learnt from it. */
  readonly nodes: readonly string[]
  /** The secret that the nodes ask for, if they ask for one. */
  readonly token?: string
  /** What the nodes call this client in their logs; default `client`. */
  readonly name?: string
  /** How long things may take. */
  readonly timeouts?: {
    /** Until the first node has answered, ms, or Infinity for as long as it takes; default 10,000. */
    readonly connect?: number
    /** Until an operation has its answer, ms; default 10,000. */
    readonly operation?: number
  }
  /** Pauses between attempts to reach a node: doubled each time, of which half is random. */
  readonly reconnect?: {
    /** The first pause, ms; default 100. */
    readonly first?: number
    /** The longest pause, ms; default 5,000. */
    readonly longest?: number
  }
  /**
   * Attributes that are frozen with the first save that gives them a value: names, patterns in which `*` stands for any
   * text, regular expressions.
   */
  readonly frozen?: readonly FrozenName[]
  /** Ends the connecting, if it is aborted before a node has answered. Afterwards it has no effect: close the store then. */
  readonly signal?: AbortSignal
}

/** Most rules of `frozen`. */
const MOST_RULES = 256

/** Checks rules by name, of connect() or of a node: which attributes are frozen with their first save. */
export function checkFrozenNames(given: unknown): FrozenNames {
  if (given === undefined) return NO_FROZEN_NAMES
  const fits = Array.isArray(given) && given.length <= MOST_RULES && given.every(isRule)
  if (!fits) throw invalid('frozen', `must be a list of at most ${MOST_RULES} names, patterns with * and regular expressions`)
  return new FrozenNames(given)
}

function isRule(given: unknown): boolean {
  return given instanceof RegExp || (typeof given === 'string' && given !== '' && given.length <= LONGEST_NAME)
}

/** The same with all defaults filled in. */
export interface Settings {
  readonly nodes: readonly string[]
  readonly token: string | undefined
  readonly name: string
  readonly timeouts: { readonly connect: number; readonly operation: number }
  readonly reconnect: { readonly first: number; readonly longest: number }
  readonly frozen: FrozenNames
  readonly signal: AbortSignal | undefined
}

/** Longest name of a client, UTF-8 bytes. */
const LONGEST_NAME = 256
/** A timer cannot wait longer, ms. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Checks the options of connect() and fills in the defaults.
 * @throws UnderstudyError OPTION_INVALID that names the option
 */
export function checkConnectOptions(given: unknown): Settings {
  const options = fields('connect()', given, ['nodes', 'token', 'name', 'timeouts', 'reconnect', 'frozen', 'signal'])
  const timeouts = fields('timeouts', options.get('timeouts') ?? {}, ['connect', 'operation'])
  const reconnect = fields('reconnect', options.get('reconnect') ?? {}, ['first', 'longest'])
  const first = milliseconds('reconnect.first', reconnect.get('first'), 100)
  const longest = milliseconds('reconnect.longest', reconnect.get('longest'), Math.max(5_000, first))
  if (first > longest) throw invalid('reconnect.first', 'must not exceed reconnect.longest')
  return {
    nodes: nodeUrls(options.get('nodes')),
    token: secret(options.get('token')),
    name: clientName(options.get('name')),
    timeouts: {
      connect: timeouts.get('connect') === Infinity ? Infinity : milliseconds('timeouts.connect', timeouts.get('connect'), 10_000),
      operation: milliseconds('timeouts.operation', timeouts.get('operation'), 10_000),
    },
    reconnect: { first, longest },
    frozen: checkFrozenNames(options.get('frozen')),
    signal: abortSignal(options.get('signal')),
  }
}

/** Checks the terms given to session.setTerms(), or to store.open(), which takes more. */
export function checkTerms(call: string, given: unknown, others: readonly string[] = []): CreateTerms {
  const terms = fields(call, given, ['idleTimeout', 'absoluteTimeout', ...others])
  const idleTimeout = duration('idleTimeout', terms.get('idleTimeout'))
  const absoluteTimeout = duration('absoluteTimeout', terms.get('absoluteTimeout'))
  return {
    ...(idleTimeout !== undefined && { idleTimeout }),
    ...(absoluteTimeout !== undefined && { absoluteTimeout }),
  }
}

/** How fresh a session must be that is read. */
export interface ReadOptions {
  /**
   * What a save of the session returned as `at`: what is read contains that save. Or `'now'`: it contains every save,
   * by whichever client, that was answered before this was called.
   */
  readonly atLeast?: string | undefined
}

/** As fresh as the session's primary is when it is asked. No moment looks like it: they are longer. */
export const NOW = 'now'

/** What find() takes when nothing is said. */
export const NO_READ_OPTIONS: ReadOptions = Object.freeze({})

/** Checks the options of store.find(); what `atLeast` holds is checked where the session's key is known. */
export function checkReadOptions(given: unknown): ReadOptions {
  return { atLeast: atLeastOf(fields('find()', given, ['atLeast'])) }
}

/** The `atLeast` of store.open(). */
export function checkFreshness(given: unknown): string | undefined {
  return atLeastOf(fields('open()', given, ['idleTimeout', 'absoluteTimeout', 'atLeast']))
}

function atLeastOf(options: ReadonlyMap<string, unknown>): string | undefined {
  const atLeast = options.get('atLeast')
  if (atLeast === undefined || typeof atLeast === 'string') return atLeast
  throw new UnderstudyError('MOMENT_INVALID')
}

/** Which sessions are listed. */
export interface ListOptions {
  /** Whose; default: everybody's. */
  readonly user?: string | number | bigint
  /** Sessions that are asked for at once, 1 to 10,000; default 1,000. */
  readonly pageSize?: number
}

/** Checks the options of store.keys() and store.sessions(). */
export function checkListOptions(call: string, given: unknown): { readonly user?: UserKey; readonly pageSize?: number } {
  const options = fields(call, given, ['user', 'pageSize'])
  const pageSize = options.get('pageSize')
  if (pageSize !== undefined && !isWithin(pageSize, 1, 10_000)) throw invalid('pageSize', 'must be an integer from 1 to 10,000')
  const user = options.get('user')
  return { ...(user !== undefined && { user: checkUser(user) }), ...(pageSize !== undefined && { pageSize }) }
}

/** The key of a user. @throws UnderstudyError USER_INVALID */
export function checkUser(given: unknown): UserKey {
  const user = userKey(given)
  if (user === undefined) throw new UnderstudyError('USER_INVALID')
  return user
}

/** What save() and destroy() take when nothing is said. */
export const NO_WRITE_OPTIONS: WriteOptions = Object.freeze({})

/** What save() takes. */
export interface SaveOptions extends WriteOptions {
  /**
   * Attributes, or paths of parts of them, that must be at the primary still what this handle read last; where it never
   * read one, what its replica holds. At most 64.
   */
  readonly ifUnchanged?: readonly (string | Path)[]
}

const WRITE_OPTIONS = ['copies', 'required']
const SAVE_OPTIONS = [...WRITE_OPTIONS, 'ifUnchanged']
/** Most conditions of a save. */
const MOST_CONDITIONS = 64

/** Checks the options of save(). */
export function checkSaveOptions(call: string, given: unknown): SaveOptions {
  if (given === NO_WRITE_OPTIONS) return NO_WRITE_OPTIONS
  if (typeof given !== 'object' || given === null) throw invalid(call, 'takes an object')
  if (!('ifUnchanged' in given)) return checkWriteOptions(call, given, SAVE_OPTIONS)
  const { ifUnchanged, ...others } = given
  const options = checkWriteOptions(call, others, SAVE_OPTIONS)
  return ifUnchanged === undefined ? options : { ...options, ifUnchanged: paths(ifUnchanged) }
}

function paths(given: unknown): readonly (string | Path)[] {
  if (!Array.isArray(given) || given.length > MOST_CONDITIONS) {
    throw invalid('ifUnchanged', `must be a list of at most ${MOST_CONDITIONS} names or paths`)
  }
  return given
}

/** Checks the options of destroy(), and those of save() that it shares. @param known what the call takes, for the message */
export function checkWriteOptions(call: string, given: unknown, known: readonly string[] = WRITE_OPTIONS): WriteOptions {
  if (given === NO_WRITE_OPTIONS) return NO_WRITE_OPTIONS
  // Made with every save, so it is read without a list of its members being made first.
  if (typeof given !== 'object' || given === null) throw invalid(call, 'takes an object')
  let copies: unknown
  let required: unknown
  for (const name of Object.keys(given)) if (!known.includes(name)) throw unknownOption(call, name, known)
  if ('copies' in given) copies = given.copies
  if ('required' in given) required = given.required
  if (copies !== undefined && !isWithin(copies, 1, 255)) throw invalid('copies', 'must be an integer from 1 to 255')
  if (required !== undefined && typeof required !== 'boolean') throw invalid('required', 'must be true or false')
  if (copies === undefined) return required === undefined ? NO_WRITE_OPTIONS : { required }
  return required === undefined ? { copies } : { copies, required }
}

/** The members of an options object, none of them unknown. */
function fields(what: string, given: unknown, known: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof given !== 'object' || given === null) throw invalid(what, 'takes an object')
  const members = new Map<string, unknown>(Object.entries(given))
  for (const name of members.keys()) {
    if (!known.includes(name)) throw unknownOption(what, name, known)
  }
  return members
}

function abortSignal(given: unknown): AbortSignal | undefined {
  if (given === undefined || given instanceof AbortSignal) return given
  throw invalid('signal', 'must be the signal of an AbortController')
}

function unknownOption(what: string, name: string, known: readonly string[]): UnderstudyError {
  return invalid(what, `has no option ${JSON.stringify(name)}; it has ${known.join(', ')}`)
}

function nodeUrls(given: unknown): readonly string[] {
  if (!Array.isArray(given) || given.length === 0) throw invalid('nodes', 'must be a list of ws:// URLs')
  return given.map((url: unknown) => {
    if (typeof url !== 'string' || !isNodeUrl(url)) {
      throw invalid('nodes', 'must hold ws:// or wss:// URLs only')
    }
    const { username, password, search, hash } = new URL(url)
    if (username || password || search || hash) throw invalid('nodes', 'must hold URLs without secrets or parameters')
    return url
  })
}

function clientName(given: unknown): string {
  if (given === undefined) return 'client'
  const fits = typeof given === 'string' && given !== '' && new TextEncoder().encode(given).length <= LONGEST_NAME
  if (!fits) throw invalid('name', `must be a non-empty string of at most ${LONGEST_NAME} UTF-8 bytes`)
  return given
}

/** A token goes into an HTTP header, which takes no other characters. */
function secret(given: unknown): string | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'string' || !/^[\x21-\x7e]{1,4096}$/.test(given)) {
    throw invalid('token', 'must be 1 to 4,096 printable ASCII characters without spaces')
  }
  return given
}

function milliseconds(name: string, given: unknown, otherwise: number): number {
  if (given === undefined) return otherwise
  if (!isWithin(given, 1, LONGEST_TIMER)) throw invalid(name, 'must be a whole number of milliseconds, at least 1')
  return given
}

/** A time that is no timer: may be as long as integers go. */
function duration(name: string, given: unknown): number | undefined {
  if (given === undefined) return undefined
  if (!isWithin(given, 1, 2 ** 43)) throw invalid(name, 'must be a whole number of milliseconds, at least 1')
  return given
}

function isWithin(given: unknown, least: number, most: number): given is number {
  return typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most
}

function invalid(name: string, problem: string): UnderstudyError {
  return new UnderstudyError('OPTION_INVALID', { message: `${name} ${problem}. Correct the call; nothing was done.` })
}
