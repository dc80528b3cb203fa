/**
 * Operations by the attribute that they concern, in the order in which attributes came.
 *
 * Nearly always it is one attribute, which needs no Map: a Map is two objects and a table, made anew with every save.
 */
import type { AttributeOperation } from '@understudy/session'

const NO_OPERATIONS: readonly AttributeOperation[] = []
const NO_ATTRIBUTES: readonly string[] = []

/** See the file's header. */
export class OperationsByAttribute {
  #first: string | undefined
  #ofFirst = NO_OPERATIONS
  #others: Map<string, readonly AttributeOperation[]> | undefined

  /** The attributes, each once. */
  get attributes(): readonly string[] {
    if (this.#first === undefined) return NO_ATTRIBUTES
    return this.#others === undefined ? [this.#first] : [this.#first, ...this.#others.keys()]
  }

  /** All operations, attribute by attribute. */
  get all(): readonly AttributeOperation[] {
    return this.#others === undefined ? this.#ofFirst : [this.#ofFirst, ...this.#others.values()].flat()
  }

  /** Whether any operation concerns the attribute. */
  has(attribute: string): boolean {
    return attribute === this.#first || this.#others?.has(attribute) === true
  }

  /** An attribute's operations; none where none concern it. */
  of(attribute: string): readonly AttributeOperation[] {
    if (attribute === this.#first) return this.#ofFirst
    return this.#others?.get(attribute) ?? NO_OPERATIONS
  }

  /** Puts these in the place of an attribute's operations. */
  put(attribute: string, operations: readonly AttributeOperation[]): void {
    this.#first ??= attribute
    if (attribute === this.#first) this.#ofFirst = operations
    else (this.#others ??= new Map()).set(attribute, operations)
  }
}
