/** Values in clear, as the inspect link carries them: to people who may see them, and from people who edit. */
import type { Value } from '@understudy/document'
import { SHOWN_PARTS } from '@understudy/protocol/inspect'
import type { ShownValue } from '@understudy/protocol/inspect'
import type { DenyList } from './deny-list.js'
import { InspectFailure } from './inspect-failure.js'

/** A value in clear. Members with a denied name are not shown; beyond 10,000 parts the rest is only counted. */
export function showValue(value: Value, deny: DenyList): ShownValue {
  let left = SHOWN_PARTS
  const show = (part: Value): ShownValue => {
    left--
    if (part === null) return { type: 'null' }
    if (part instanceof Uint8Array) return { type: 'bytes', value: Buffer.from(part).toString('base64') }
    if (Array.isArray(part)) {
      const items = first(part, show)
      return { type: 'array', items, ...omitted(part.length - items.length) }
    }
    if (typeof part !== 'object') return showPlain(part)
    const all = Object.entries(part)
    const members = first(all, ([name, inner]) => [name, deny.denies(name) ? DENIED : show(inner)] as const)
    return { type: 'object', members, ...omitted(all.length - members.length) }
  }
  const first = <T, S>(parts: readonly T[], one: (part: T) => S): S[] => {
    const shown: S[] = []
    for (const part of parts) {
      if (left <= 0) break
      shown.push(one(part))
    }
    return shown
  }
  return show(value)
}

/**
 * The value that somebody wrote.
 *
 * @throws InspectFailure VALUE_INVALID for one that was shown in part only, or denied in part
 */
export function valueOf(shown: ShownValue): Value {
  switch (shown.type) {
    case 'null':
      return null
    case 'boolean':
    case 'string':
      return shown.value
    case 'number':
      return Number(shown.value)
    case 'bigint':
      return BigInt(shown.value)
    case 'bytes':
      return Uint8Array.from(Buffer.from(shown.value, 'base64'))
    case 'array':
      requireWhole(shown)
      return shown.items.map(valueOf)
    case 'object':
      requireWhole(shown)
      return objectOf(shown.members)
    case 'denied':
      throw new InspectFailure('VALUE_INVALID', 'a part of the value is not shown, so the whole cannot be written back; write the value anew')
  }
}

function omitted(count: number): { readonly omitted?: number } {
  return count > 0 ? { omitted: count } : {}
}

const DENIED: ShownValue = { type: 'denied' }

function showPlain(value: boolean | number | bigint | string): ShownValue {
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean', value }
    case 'string':
      return { type: 'string', value }
    case 'bigint':
      return { type: 'bigint', value: String(value) }
    case 'number':
      return { type: 'number', value: special(value) ?? value }
  }
}

/** Numbers that JSON cannot hold. */
function special(value: number): 'NaN' | 'Infinity' | '-Infinity' | '-0' | undefined {
  if (Number.isNaN(value)) return 'NaN'
  if (Object.is(value, -0)) return '-0'
  if (value === Number.POSITIVE_INFINITY) return 'Infinity'
  return value === Number.NEGATIVE_INFINITY ? '-Infinity' : undefined
}

function requireWhole(shown: { readonly omitted?: number }): void {
  if (shown.omitted !== undefined) throw new InspectFailure('VALUE_INVALID', 'the value was shown in part only, so it cannot be written back; write it anew')
}

/** Names are checked where the value is encoded; `__proto__` must get that far as a name. */
function objectOf(members: readonly (readonly [string, ShownValue])[]): Value {
  const object: Record<string, Value> = Object.create(null)
  for (const [name, value] of members) {
    if (Object.hasOwn(object, name)) throw new InspectFailure('VALUE_INVALID', `the member "${name}" is there twice`)
    object[name] = valueOf(value)
  }
  return object
}
