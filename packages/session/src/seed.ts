/**
 * What it takes to make a session again under another key: its values as operations, and when it ends.
 *
 * Values, not documents: a writer id says under which reign over which slot something was written, and the other key
 * may be in a slot with other reigns.
 */
import { encodeValue } from '@understudy/document'
import type { Operation } from './operation.js'
import { counts, kindOf } from './parts.js'
import { memberOf } from './path.js'
import type { Session } from './session.js'
import { isMember } from './set-member.js'
import type { Terms } from './terms.js'

/** A session to be made. */
export interface Seed {
  readonly terms: Terms
  /** Applied to an empty session they give all values, frozen ones frozen. */
  readonly operations: readonly Operation[]
}

/** All that another session needs to be the same to its readers. */
export function seedOf(session: Session): Seed {
  const operations: Operation[] = []
  for (const name of session.names()) {
    const value = session.get(name)
    if (value === undefined) continue
    operations.push({ op: 'set', name, value: encodeValue(value) })
    if (session.isFrozen(name)) operations.push({ op: 'freeze', name })
    else for (const part of [name, ...session.under(memberOf(name, '')).map((entry) => entry.name)]) operations.push(...kindAt(session, part))
  }
  return { terms: session.terms, operations }
}

/** What lets a number go on as a counter, and an array as a set, where they are: no value changes by that. */
function kindAt(session: Session, name: string): readonly Operation[] {
  const entry = session.peek(name)
  const kind = entry && kindOf(entry)
  if ((kind !== 'counter' && kind !== 'set') || !counts(name, (above) => session.peek(above))) return []
  const value = session.get(name)
  // A number that is set may be too large to be counted on from.
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? [] : [{ op: 'increment', name, by: 0 }]
  const [member = null] = Array.isArray(value) ? value.filter((one) => isMember(one)) : []
  const isEmpty = Array.isArray(value) && value.length === 0
  return isEmpty ? [{ op: 'add', name, member }, { op: 'discard', name, member }] : [{ op: 'add', name, member }]
}

/**
 * What brings a session, made of an earlier seed of the same origin, to a later one: nobody else has written to it.
 *
 * @returns operations; what was frozen then is still the same
 */
export function operationsTowards(session: Session, { operations }: Pick<Seed, 'operations'>): readonly Operation[] {
  const named = new Set(operations.flatMap((operation) => ('name' in operation ? [operation.name] : [])))
  const gone = session.names().filter((name) => !named.has(name) && !session.isFrozen(name))
  const kept = operations.filter((operation) => !('name' in operation && session.isFrozen(operation.name)))
  return [...gone.map((name) => ({ op: 'remove', name }) as const), ...kept]
}
