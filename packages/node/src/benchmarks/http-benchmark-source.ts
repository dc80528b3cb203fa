/**
 * Benchmarks that live elsewhere for real: in another process, asked over HTTP (`serveBenchmarks` is one to ask).
 *
 *   createNode({ name: 'a', benchmark: new HttpBenchmarkSource('http://127.0.0.1:4500') })
 *
 * Notes are written one request at a time, so that a later one stands; those that come meanwhile are gathered, of each
 * session only the latest. A failed or refused note leaves an older benchmark there: the next delta is larger, not wrong.
 */
import type { Benchmark, BenchmarkSource, KeyedBenchmark } from '@understudy/differencing'
import { NodeError } from '../node-error.js'
import { bodyOf } from './body.js'
import {
  BATCH_LIMIT,
  MessageFault,
  benchmarkText,
  parseReadAnswer,
  readRequestText,
  writeRequestText,
} from './messages.js'

/** How a source asks. */
export interface HttpBenchmarkSourceOptions {
  /** Secret that the server asks for: the peer secret. */
  readonly token?: string
  /** ms a request may take. Default 2,000. */
  readonly timeout?: number
  /** Notes that may wait while others are written. Default 100,000. */
  readonly waiting?: number
}

/** Key → benchmark as text, for one back-up. */
type Notes = Map<string, string>

/** A benchmark source at an HTTP address. */
export class HttpBenchmarkSource implements BenchmarkSource {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #timeout: number
  readonly #limit: number
  #notes = new Map<string, Notes>()
  #waiting = 0
  /** The writing under way. */
  #writing: Promise<void> = Promise.resolve()
  /** The writing that takes the notes gathered now, once that is done. */
  #next: Promise<void> | undefined

  /**
   * @param url `http://` or `https://` address of the server
   * @throws NodeError OPTION_INVALID
   */
  constructor(url: string, { token, timeout = 2_000, waiting = 100_000 }: HttpBenchmarkSourceOptions = {}) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new NodeError(
        'OPTION_INVALID',
        `"${url}" is no address of a server of benchmarks; it must begin with http:// or https://`,
      )
    }
    this.#url = url.replace(/\/$/, '')
    this.#headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    }
    this.#timeout = timeout
    this.#limit = waiting
  }

  /**
   * What a back-up holds of these sessions, in their order; `undefined` where nothing is known.
   *
   * @throws NodeError BENCHMARKS_UNREACHABLE, BENCHMARKS_REFUSED, BENCHMARKS_MALFORMED
   */
  async read(backup: string, keys: readonly string[]): Promise<readonly (Benchmark | undefined)[]> {
    const found: (Benchmark | undefined)[] = []
    for (let start = 0; start < keys.length; start += BATCH_LIMIT) {
      const part = keys.slice(start, start + BATCH_LIMIT)
      found.push(...this.#parsed(await this.#post('read', readRequestText({ backup, keys: part })), part.length))
    }
    return found
  }

  /**
   * Notes what a back-up has acknowledged; resolves when the server has it.
   *
   * @throws NodeError BENCHMARKS_BUSY when too much waits already (nothing was noted), or as `read`
   */
  write(backup: string, entries: readonly KeyedBenchmark[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve()
    if (this.#waiting + entries.length > this.#limit) {
      return Promise.reject(
        new NodeError(
          'BENCHMARKS_BUSY',
          `${this.#waiting} benchmarks wait to be noted at ${this.#url} already; the server is too slow`,
        ),
      )
    }
    this.#gather(backup, entries)
    // Whoever's notes fail hears of it by `#next`; the notes after them do not depend on it.
    this.#next ??= this.#writing.catch(() => {}).then(() => this.#take())
    return this.#next
  }

  #gather(backup: string, entries: readonly KeyedBenchmark[]): void {
    const notes: Notes = this.#notes.get(backup) ?? new Map()
    this.#notes.set(backup, notes)
    this.#waiting -= notes.size
    for (const { key, benchmark } of entries) notes.set(key, benchmarkText(benchmark))
    this.#waiting += notes.size
  }

  #take(): Promise<void> {
    const notes = this.#notes
    this.#notes = new Map()
    this.#waiting = 0
    this.#next = undefined
    this.#writing = this.#send(notes)
    return this.#writing
  }

  async #send(notes: ReadonlyMap<string, Notes>): Promise<void> {
    for (const [backup, ofBackup] of notes) {
      const entries = [...ofBackup]
      for (let start = 0; start < entries.length; start += BATCH_LIMIT) {
        await this.#post('write', writeRequestText(backup, entries.slice(start, start + BATCH_LIMIT)))
      }
    }
  }

  async #post(path: 'read' | 'write', body: string): Promise<string> {
    try {
      const response = await fetch(`${this.#url}/${path}`, {
        method: 'POST',
        headers: this.#headers,
        body,
        signal: AbortSignal.timeout(this.#timeout),
      })
      const text = await bodyOf(response.body ?? [])
      if (response.ok) return text
      throw new NodeError(
        'BENCHMARKS_REFUSED',
        `the server of benchmarks at ${this.#url} answers ${response.status}: ${text.slice(0, 200).trim()}`,
      )
    } catch (cause) {
      if (cause instanceof NodeError) throw cause
      if (cause instanceof MessageFault) throw this.#malformed(cause)
      const late = cause instanceof Error && cause.name === 'TimeoutError'
      const why = late ? `it did not answer within ${this.#timeout} ms` : reasonOf(cause)
      throw new NodeError(
        'BENCHMARKS_UNREACHABLE',
        `the server of benchmarks at ${this.#url} can't be reached: ${why}`,
        { cause },
      )
    }
  }

  #parsed(text: string, count: number): (Benchmark | undefined)[] {
    try {
      return parseReadAnswer(text, count)
    } catch (cause) {
      throw this.#malformed(cause)
    }
  }

  #malformed(cause: unknown): NodeError {
    return new NodeError(
      'BENCHMARKS_MALFORMED',
      `what answers at ${this.#url} is no server of benchmarks: ${reasonOf(cause)}`,
      { cause },
    )
  }
}

/** Fetch wraps what went wrong. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(inner instanceof Error)) return String(inner)
  return inner.message === '' && 'code' in inner ? String(inner.code) : inner.message
}
