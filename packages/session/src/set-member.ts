/**
 * Members of sets: each has an entry of its own, and the entry's last step says which member it is.
 *
 *     'red        the text red           #5  #-0.5  #true  #null  #7n      numbers, yes and no, null, bigints
 */
import type { Value } from '@understudy/document'
import { SEPARATOR } from './path.js'
import { SessionError } from './session-error.js'

/** What a set can hold. */
export type Member = string | number | bigint | boolean | null

const TEXT = "'"
const OTHER = '#'

/** The step that stands for a member. Throws SessionError VALUE_NOT_STORABLE for what cannot be one. */
export function stepOf(attribute: string, member: unknown): string {
  switch (typeof member) {
    case 'string':
      if (!member.includes(SEPARATOR)) return TEXT + member
      break
    case 'number':
      if (Number.isFinite(member)) return OTHER + String(member)
      break
    case 'bigint':
      if (BigInt.asIntN(64, member) === member) return `${OTHER}${member}n`
      break
    case 'boolean':
      return OTHER + String(member)
    default:
      if (member === null) return `${OTHER}null`
  }
  const message = `A member of a set is text without U+001F, a finite number, a bigint of 64 bits, true, false or null; '${attribute}' cannot hold this one.`
  throw new SessionError('VALUE_NOT_STORABLE', message, { attribute })
}

/** The member that a step stands for; undefined for a step that is none. */
export function memberAt(step: string): Member | undefined {
  const text = step.slice(1)
  if (step[0] === TEXT) return text
  if (step[0] !== OTHER) return undefined
  if (text in CONSTANTS) return CONSTANTS[text]
  if (/^-?\d{1,19}n$/.test(text)) return BigInt(text.slice(0, -1))
  const number = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** Can this be a member? */
export function isMember(value: Value | undefined): value is Member {
  return typeof value !== 'object' ? value !== undefined && !(typeof value === 'string' && value.includes(SEPARATOR)) : value === null
}

const CONSTANTS: Readonly<Record<string, Member>> = { __proto__: null, true: true, false: false, null: null }
