/**
 * What a primary and a server of benchmarks say to each other: JSON over HTTP, benchmarks as base64 of their bytes.
 *
 *   POST /read   { backup, keys: [key, …] }                    → 200 { benchmarks: [base64 | null, …] }, in their order
 *   POST /write  { backup, entries: [[key, base64], …] }       → 204
 *   refused                                                    → 4xx { error, code }
 *
 * Invariant: whatever comes in is checked whole before any of it is used; work is bounded by the bytes given.
 */
import { decodeBenchmark, encodeBenchmark } from '@understudy/differencing'
import type { Benchmark, KeyedBenchmark } from '@understudy/differencing'

/** Keys or entries of one request at most. */
export const BATCH_LIMIT = 1_000
/** Bytes of one request or answer at most. */
export const BODY_LIMIT = 4 * 1024 * 1024

/** Longest key and name of a back-up, in characters. */
const NAME_LIMIT = 64

/** What a primary asks. */
export interface ReadRequest {
  readonly backup: string
  readonly keys: readonly string[]
}

/** What a primary notes. */
export interface WriteRequest {
  readonly backup: string
  readonly entries: readonly KeyedBenchmark[]
}

/** A message that is not what it should be; the message tells which part. */
export class MessageFault extends Error {}

/** The text of a request to read. */
export function readRequestText(request: ReadRequest): string {
  return JSON.stringify(request)
}

/** @throws MessageFault */
export function parseReadRequest(text: string): ReadRequest {
  const { backup, keys } = members(text)
  return { backup: name('backup', backup), keys: list('keys', keys).map((key) => name('a key', key)) }
}

/** The text of a request to write. */
export function writeRequestText(
  backup: string,
  entries: readonly (readonly [key: string, benchmark: string])[],
): string {
  return JSON.stringify({ backup, entries })
}

/** @throws MessageFault */
export function parseWriteRequest(text: string): WriteRequest {
  const { backup, entries } = members(text)
  return {
    backup: name('backup', backup),
    entries: list('entries', entries).map((entry) => {
      const [key, benchmark, ...more] = list('an entry', entry)
      if (more.length > 0) throw new MessageFault('an entry has more than a key and a benchmark')
      return { key: name('a key', key), benchmark: parseBenchmark(benchmark) }
    }),
  }
}

/** The text of the answer to a request to read. */
export function readAnswerText(benchmarks: readonly (Benchmark | undefined)[]): string {
  return JSON.stringify({
    benchmarks: benchmarks.map((benchmark) => (benchmark === undefined ? null : benchmarkText(benchmark))),
  })
}

/**
 * @param count how many benchmarks were asked for
 * @throws MessageFault
 */
export function parseReadAnswer(text: string, count: number): (Benchmark | undefined)[] {
  const found = list('benchmarks', members(text)['benchmarks'])
  if (found.length !== count) throw new MessageFault(`${found.length} benchmarks came where ${count} were asked for`)
  return found.map((benchmark) => (benchmark === null ? undefined : parseBenchmark(benchmark)))
}

/** A benchmark as text. */
export function benchmarkText(benchmark: Benchmark): string {
  return Buffer.from(encodeBenchmark(benchmark)).toString('base64')
}

function parseBenchmark(given: unknown): Benchmark {
  if (typeof given !== 'string') throw new MessageFault('a benchmark is no text')
  try {
    return decodeBenchmark(Buffer.from(given, 'base64'))
  } catch (cause) {
    throw new MessageFault('a benchmark is damaged', { cause })
  }
}

function members(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new MessageFault('the body is no JSON', { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new MessageFault('the body is no JSON object')
  return { ...parsed }
}

function list(what: string, given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) throw new MessageFault(`${what} is no list`)
  if (given.length > BATCH_LIMIT)
    throw new MessageFault(`${what} has ${given.length} members; ${BATCH_LIMIT} are the most`)
  return given
}

function name(what: string, given: unknown): string {
  if (typeof given === 'string' && given.length > 0 && given.length <= NAME_LIMIT) return given
  throw new MessageFault(`${what} is not a text of 1 to ${NAME_LIMIT} characters`)
}
