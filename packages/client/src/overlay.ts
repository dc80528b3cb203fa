/**
 * What an attribute's value becomes with operations on it and its parts: what a handle shows before the primary's word.
 *
 * The primary has its own, exact way (the session package's save-plan.ts). Where the two could part, because the value
 * became something else meanwhile, this one leaves the value as it is: the save's fate will tell.
 */
import { decodeValue, type Value } from '@understudy/document'
import { isMember, keysOf, type AttributeOperation } from '@understudy/session'

type Members = { [key: string]: Value }

/** The value after the operations; `value` may be changed in place, and what comes out is the caller's own. */
export function overlaid(value: Value | undefined, operations: readonly AttributeOperation[]): Value | undefined {
  // The value is held in an object of its own, so that it can be replaced as any member can.
  const holder: Members = Object.create(null)
  if (value !== undefined) holder['value'] = value
  for (const operation of operations) change(holder, ['value', ...keysOf(operation.name)], operation)
  return holder['value']
}

function change(root: Members, keys: readonly string[], operation: AttributeOperation): void {
  const last = keys.at(-1) ?? ''
  const isRemoval = operation.op === 'remove' || operation.op === 'discard' || operation.op === 'freeze'
  const parent = parentOf(root, keys.slice(0, -1), !isRemoval)
  if (parent === undefined) return
  const before = Object.hasOwn(parent, last) ? parent[last] : undefined
  const after = changed(before, operation)
  if (after === undefined) delete parent[last]
  else parent[last] = after
}

function changed(value: Value | undefined, operation: AttributeOperation): Value | undefined {
  switch (operation.op) {
    case 'set':
      return decodeValue(operation.value)
    case 'remove':
      return undefined
    case 'make':
      return isMembers(value) ? value : Object.create(null)
    case 'increment':
      if (value === undefined) return operation.by
      return typeof value === 'number' ? value + operation.by : value
    case 'add':
      if (value === undefined) return [operation.member]
      return isMembersList(value) && !value.includes(operation.member) ? [...value, operation.member] : value
    case 'discard':
      return isMembersList(value) ? value.filter((one) => one !== operation.member) : value
    case 'freeze':
    case 'expect':
      return value
  }
}

function parentOf(root: Members, keys: readonly string[], makes: boolean): Members | undefined {
  let at = root
  for (const key of keys) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined
    if (isMembers(next)) at = next
    else if (makes) at = at[key] = Object.create(null)
    else return undefined
  }
  return at
}

function isMembers(value: Value | undefined): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function isMembersList(value: Value | undefined): value is Value[] {
  return Array.isArray(value) && value.every((one) => isMember(one))
}
