/**
 * What operations do to plain JavaScript objects: the model that sessions are held against. It knows nothing of
 * entries, documents and replicas.
 */
import { decodeValue } from '@understudy/document'
import type { Value } from '@understudy/document'
import type { AttributeOperation } from './operation.js'
import { SEPARATOR } from './path.js'

/** An object of the model. */
export interface Plain {
  [key: string]: Value
}

/** The attributes after an operation; undefined where it must be refused. */
export function applied(before: Plain, operation: AttributeOperation): Plain | undefined {
  const root = structuredClone(before)
  const keys = operation.name.split(SEPARATOR)
  const last = keys.pop() ?? ''
  const parent = parentOf(root, keys, operation.op !== 'remove' && operation.op !== 'discard')
  if (parent === undefined) return root
  const value = Object.hasOwn(parent, last) ? parent[last] : undefined
  const after = changed(value, operation)
  if (after === REFUSED) return undefined
  if (after === undefined) delete parent[last]
  else parent[last] = after
  return root
}

const REFUSED = Symbol('refused')

function changed(value: Value | undefined, operation: AttributeOperation): Value | undefined | typeof REFUSED {
  switch (operation.op) {
    case 'set':
      return decodeValue(operation.value)
    case 'remove':
      return undefined
    case 'make':
      return isPlain(value) ? value : {}
    case 'increment':
      return typeof (value ?? 0) === 'number' && value !== null ? Number(value ?? 0) + operation.by : REFUSED
    case 'add':
    case 'discard': {
      if (value === undefined) return operation.op === 'add' ? [operation.member] : undefined
      if (!Array.isArray(value) || value.some((one) => typeof one === 'object' && one !== null)) return REFUSED
      const others = new Set<Value>(value)
      if (operation.op === 'add') others.add(operation.member)
      else others.delete(operation.member)
      return [...others]
    }
    default:
      throw new Error(`The model knows no ${operation.op}.`)
  }
}

/** Is it an object with members? */
export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function parentOf(root: Plain, keys: readonly string[], makes: boolean): Plain | undefined {
  let at = root
  for (const key of keys) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined
    if (isPlain(next)) at = next
    else if (makes) {
      const made: Plain = {}
      at[key] = made
      at = made
    } else return undefined
  }
  return at
}
