/**
 * The form in which attributes are stored, and its way to what the app works with: plain values, or texts of a
 * serializer that the app brings.
 */
import { isDeepStrictEqual } from 'node:util'
import { UnderstudyError } from '@understudy/client'
import type { Value } from '@understudy/client'
import { plainValue, workingCopy } from './plain-value.js'

/** Turns values into text and back, as stores over Redis take it; here it is called for each attribute. */
export interface Serializer {
  /** A value as text. */
  stringify(value: unknown): string
  /** The value of a text. */
  parse(text: string): unknown
}

/** What one request works with. */
export interface Working {
  /** The attributes, the request's own. */
  readonly attributes: Record<string, unknown>
  /**
   * Attributes in the form in which they are stored. Those that have no value there (functions) are left out; those
   * that are as they were read come out as they were stored.
   * @throws UnderstudyError VALUE_NOT_STORABLE
   */
  stored(attributes: Iterable<readonly [string, unknown]>): Map<string, Value>
}

/** A form. */
export interface Form {
  /** For a session that is new. */
  readonly fresh: Pick<Working, 'stored'>
  /**
   * Attributes as stored, made ready for a request to work with.
   * @param except names of attributes that are none of its business
   */
  working(stored: ReadonlyMap<string, Value>, except?: ReadonlySet<string>): Working | Promise<Working>
}

/** Values as JSON keeps them, and bytes. */
export const plainForm: Form = {
  fresh: { stored: (given) => mapped(given, plainValue) },
  working(stored, except) {
    const attributes: Record<string, unknown> = {}
    for (const [name, value] of stored) if (except?.has(name) !== true) attributes[name] = workingCopy(value)
    return { attributes, stored: plainForm.fresh.stored }
  },
}

/** A text and what it was made of, or read as. */
interface Text {
  readonly text: string
  readonly value: unknown
}

/** The form of a serializer. A text is compared by its meaning, for it may be encrypted, and another each time. */
export function serializedForm(serializer: Serializer): Form {
  return {
    fresh: { stored: (given) => mapped(given, (name, value) => textOf(serializer, undefined, name, value)) },
    async working(stored, except) {
      const attributes: Record<string, unknown> = {}
      const known = new Map<string, Text>()
      for (const [name, text] of stored) {
        if (except?.has(name) === true) continue
        if (typeof text !== 'string') throw notText(name)
        attributes[name] = await parsed(serializer, name, text)
        // Once more: the first is the app's, which may change it.
        known.set(name, { text, value: await parsed(serializer, name, text) })
      }
      return { attributes, stored: (given) => mapped(given, (name, value) => textOf(serializer, known.get(name), name, value)) }
    },
  }
}

function textOf(serializer: Serializer, known: Text | undefined, name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'function') return undefined
  if (known !== undefined && isDeepStrictEqual(known.value, value)) return known.text
  try {
    return serializer.stringify(value)
  } catch (cause) {
    const message = `The serializer cannot write the value of ${JSON.stringify(name)}. Nothing was saved.`
    throw new UnderstudyError('VALUE_NOT_STORABLE', { attribute: name, message, cause })
  }
}

async function parsed(serializer: Serializer, name: string, text: string): Promise<unknown> {
  try {
    return await serializer.parse(text)
  } catch (cause) {
    const message = `The serializer cannot read the value of ${JSON.stringify(name)}. Was it written with another one?`
    throw new UnderstudyError('VALUE_NOT_STORABLE', { attribute: name, message, cause })
  }
}

function notText(name: string): UnderstudyError {
  const message = `The value of ${JSON.stringify(name)} was not written by this serializer. Use the store without one.`
  return new UnderstudyError('VALUE_NOT_STORABLE', { attribute: name, message })
}

function mapped(
  attributes: Iterable<readonly [string, unknown]>,
  store: (name: string, value: unknown) => Value | undefined,
): Map<string, Value> {
  const values = new Map<string, Value>()
  for (const [name, value] of attributes) {
    const kept = store(name, value)
    if (kept !== undefined) values.set(name, kept)
  }
  return values
}
