/** Values as an editor's text, and back. */
import type { ShownValue } from '@understudy/protocol/inspect'

/** How a text is to be read. */
export const TYPES = ['string', 'number', 'boolean', 'bigint', 'null', 'JSON'] as const

/** One way to read a text. */
export type TextType = (typeof TYPES)[number]

/** A value as a text of a type; undefined for one that only programs can write: bytes, or with parts that JSON cannot hold. */
export function textOf(value: ShownValue): { readonly type: TextType; readonly text: string } | undefined {
  switch (value.type) {
    case 'string':
      return { type: 'string', text: value.value }
    case 'number':
    case 'boolean':
      return { type: value.type, text: String(value.value) }
    case 'bigint':
      return { type: 'bigint', text: value.value }
    case 'null':
      return { type: 'null', text: '' }
    case 'array':
    case 'object': {
      const text = jsonOf(value)
      return text === undefined ? undefined : { type: 'JSON', text }
    }
    case 'bytes':
    case 'denied':
      return undefined
  }
}

/** The value that a text means, or what is wrong with it. */
export function valueOf(type: TextType, text: string): { readonly value: ShownValue } | { readonly wrong: string } {
  const trimmed = text.trim()
  switch (type) {
    case 'string':
      return { value: { type: 'string', value: text } }
    case 'null':
      return { value: { type: 'null' } }
    case 'boolean':
      return trimmed === 'true' || trimmed === 'false' ? { value: { type: 'boolean', value: trimmed === 'true' } } : { wrong: 'Write true or false.' }
    case 'number': {
      const value = trimmed === '' ? Number.NaN : Number(trimmed)
      return Number.isFinite(value) ? { value: numberValue(value) } : { wrong: 'Write a number, like 12 or 3.5.' }
    }
    case 'bigint':
      return /^-?\d{1,19}$/.test(trimmed) ? { value: { type: 'bigint', value: trimmed } } : { wrong: 'Write a whole number of at most 19 digits.' }
    case 'JSON':
      try {
        return { value: shownOf(JSON.parse(text)) }
      } catch (error) {
        return { wrong: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` }
      }
  }
}

function numberValue(value: number): ShownValue {
  return { type: 'number', value: Object.is(value, -0) ? '-0' : value }
}

/** What JSON.parse gave, as a value. */
function shownOf(value: unknown): ShownValue {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'number') return numberValue(value)
  if (typeof value === 'boolean') return { type: 'boolean', value }
  if (Array.isArray(value)) return { type: 'array', items: value.map(shownOf) }
  if (typeof value === 'object' && value !== null) return { type: 'object', members: Object.entries(value).map(([name, part]) => [name, shownOf(part)] as const) }
  return { type: 'null' }
}

/** Thrown and caught here: a part that JSON cannot hold. */
class NoJson extends Error {}

function jsonOf(value: ShownValue): string | undefined {
  try {
    return JSON.stringify(plain(value), null, 2)
  } catch (error) {
    if (error instanceof NoJson) return undefined
    throw error
  }
}

function plain(value: ShownValue): unknown {
  switch (value.type) {
    case 'null':
      return null
    case 'string':
    case 'boolean':
      return value.value
    case 'number':
      if (typeof value.value === 'string') throw new NoJson()
      return value.value
    case 'array':
      if (value.omitted !== undefined) throw new NoJson()
      return value.items.map(plain)
    case 'object':
      if (value.omitted !== undefined) throw new NoJson()
      return Object.fromEntries(value.members.map(([name, part]) => [name, plain(part)]))
    case 'bigint':
    case 'bytes':
    case 'denied':
      throw new NoJson()
  }
}
