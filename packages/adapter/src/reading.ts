/**
 * What one request read of its session, and the three-way comparison that follows from it: what the request changed is
 * what it leaves behind compared to what it read, leaf by leaf, whatever others have written meanwhile.
 *
 * ```
 *  read ──► reading ──changes(values)──► what to write ──written──► reading (now holds it)
 *                                                      └─unwritten─► the same attributes count as changed again
 * ```
 */
import { difference } from '@understudy/client'
import type { Change, Value } from '@understudy/client'
import { equalValues } from './plain-value.js'

/** Stands for a value that is not known to be stored: differs from every value, and from none. */
const UNCERTAIN = Symbol('uncertain')

const NONE: ReadonlySet<string> = new Set()

/** What a request knows of its session in the store. */
export class Reading {
  /** What was read, shared with other requests. */
  readonly #read: ReadonlyMap<string, Value>
  /** The same with what became of it since; made for the first write. */
  #since: Map<string, Value | typeof UNCERTAIN> | undefined
  readonly #opaque: ReadonlySet<string>

  /**
   * @param values the attributes as stored; neither they nor the Map must be changed any more
   * @param opaque attributes that are written as a whole, though they are objects
   */
  constructor(values: ReadonlyMap<string, Value>, opaque = NONE) {
    this.#read = values
    this.#opaque = opaque
  }

  /** What must be written so that what was changed since becomes as it is in `values`. */
  changes(values: ReadonlyMap<string, Value>): Change[] {
    const changes = this.changesAmong(values)
    for (const name of this.#values.keys()) if (!values.has(name)) changes.push({ kind: 'remove', path: [name] })
    return changes
  }

  /** The same of these attributes alone: others are as they were read. */
  changesAmong(values: ReadonlyMap<string, Value>): Change[] {
    return [...values].flatMap(([name, value]) => this.#changesOf(name, value))
  }

  /** What must be written of one attribute. */
  #changesOf(name: string, value: Value): Change[] {
    const before = this.#values.get(name)
    // The very value that was read: nobody had it in hand, for the app works on copies.
    if (before === value) return []
    if (this.#opaque.has(name)) {
      const isSame = before !== undefined && before !== UNCERTAIN && equalValues(before, value)
      return isSame ? [] : [{ kind: 'set', path: [name], value }]
    }
    if (before !== UNCERTAIN) return difference(before, value, [name])
    return [{ kind: 'remove', path: [name] }, ...difference(undefined, value, [name])]
  }

  /** These changes are on their way to what the values now are: the request need not write them again. */
  written(changes: readonly Change[], values: ReadonlyMap<string, Value>): void {
    if (changes.length === 0) return
    const own = this.#own()
    for (const { path: [name = ''] } of changes) {
      const value = values.get(name)
      if (value === undefined) own.delete(name)
      else own.set(name, value)
    }
  }

  /** The changes failed, or nobody knows: the next comparison finds them again. */
  unwritten(changes: readonly Change[]): void {
    const own = this.#own()
    for (const { path: [name = ''] } of changes) own.set(name, UNCERTAIN)
  }

  /** The attribute is none of the request's business. */
  forget(name: string): void {
    if (this.#values.has(name)) this.#own().delete(name)
  }

  get #values(): ReadonlyMap<string, Value | typeof UNCERTAIN> {
    return this.#since ?? this.#read
  }

  #own(): Map<string, Value | typeof UNCERTAIN> {
    return (this.#since ??= new Map(this.#read))
  }
}
