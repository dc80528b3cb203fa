/**
 * What one request read of its session, and the three-way comparison that follows from it: what the request changed is
 * what it leaves behind compared to what it read, whatever others have written meanwhile.
 *
 * ```
 *  read ──► reading ──changes(values)──► what to write ──written──► reading (now holds it)
 *                                                      └─unwritten─► the same names count as changed again
 * ```
 */
import { equalValues } from './plain-value.js'
import type { Value } from '@understudy/client'

/** One step of a save; without a value: the attribute goes. */
export interface Change {
  readonly name: string
  readonly value?: Value
}

/** Stands for a value that is not known to be stored: differs from every value, and from none. */
const UNCERTAIN = Symbol('uncertain')

/** What a request knows of its session in the store. */
export class Reading {
  readonly #values: Map<string, Value | typeof UNCERTAIN>

  /** @param values the attributes as stored; they must not be changed any more */
  constructor(values: Iterable<readonly [string, Value]>) {
    this.#values = new Map(values)
  }

  /** What must be written so that attributes that were changed since become as they are in `values`. */
  changes(values: ReadonlyMap<string, Value>): Change[] {
    const changes: Change[] = []
    for (const [name, value] of values) {
      const before = this.#values.get(name)
      if (before === undefined || before === UNCERTAIN || !equalValues(before, value)) changes.push({ name, value })
    }
    for (const name of this.#values.keys()) if (!values.has(name)) changes.push({ name })
    return changes
  }

  /** The changes are on their way: the request need not write them again. */
  written(changes: readonly Change[]): void {
    for (const { name, value } of changes) {
      if (value === undefined) this.#values.delete(name)
      else this.#values.set(name, value)
    }
  }

  /** The changes failed, or nobody knows: the next comparison finds them again. */
  unwritten(changes: readonly Change[]): void {
    for (const { name } of changes) this.#values.set(name, UNCERTAIN)
  }

  /** The attribute is none of the request's business. */
  forget(name: string): void {
    this.#values.delete(name)
  }
}
