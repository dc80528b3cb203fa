import { sessionKey } from '@understudy/session'
import { expect, test } from 'vitest'
import { isDeniedBy, primaryOf, slotOf } from './placement.js'

const nodes = [{ name: 'a', url: 'ws://a' }, { name: 'b', url: 'ws://b' }]

test('a session\'s slot is the first byte of its key, and the slot decides the primary [CLI-8]', () => {
  for (const id of ['x', 'y', 'z']) {
    const key = sessionKey(id)
    const slot = slotOf(key)
    expect(slot).toBe(Number(`0x${key.slice(0, 2)}`))
    const primaries = Array.from({ length: 256 }, (_, index) => (index === slot ? 1 : 0))
    expect(primaryOf({ version: 1, nodes, primaries }, key)?.name).toBe('b')
  }
})

test('255 means that a slot has no primary', () => {
  const primaries = Array.from({ length: 256 }, () => 255)
  expect(primaryOf({ version: 1, nodes, primaries }, sessionKey('x'))).toBeUndefined()
})

test('who is believed primary of a slot may deny it; what it says of others denies nothing [CLI-26]', () => {
  const all = (primary: number): number[] => Array.from({ length: 256 }, () => primary)
  const believed = { version: 9, nodes, primaries: all(0) }
  expect(isDeniedBy('a', { version: 3, nodes, primaries: all(1) }, believed)).toBe(true)
  expect(isDeniedBy('a', { version: 3, nodes, primaries: all(255) }, believed)).toBe(true)
  expect(isDeniedBy('a', { version: 3, nodes: [{ name: 'b', url: 'ws://b' }], primaries: all(0) }, believed)).toBe(true)
  expect(isDeniedBy('a', { version: 3, nodes: nodes.toReversed(), primaries: all(1) }, believed)).toBe(false)
  expect(isDeniedBy('b', { version: 3, nodes, primaries: all(1) }, believed)).toBe(false)
  expect(isDeniedBy('c', { version: 3, nodes, primaries: all(1) }, believed)).toBe(false)
})
