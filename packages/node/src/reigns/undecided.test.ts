/** A word of a peer costs what is new in it: only where everything may be different is everything decided on. */
import { Placement } from '@understudy/cluster'
import { expect, test } from 'vitest'
import { Undecided } from './undecided.js'

const SLOTS = [0, 1, 2, 3]
const placement = Placement.of([{ name: 'a', role: 'member' }], 1)
const living = new Set(['a'])
const now = { living, placement, isInformed: true }

test('all slots are decided on first, then those that changed, once', () => {
  const undecided = new Undecided(SLOTS)
  expect(undecided.take(now)).toEqual(SLOTS)
  expect(undecided.take(now)).toEqual([])
  undecided.add(2)
  undecided.add(2)
  undecided.add(1)
  expect(undecided.take(now)).toEqual([2, 1])
  expect(undecided.take(now)).toEqual([])
})

test.each([
  ['who is alive', { ...now, living: new Set(['a', 'b']) }],
  ['who is placed where', { ...now, placement: Placement.of([{ name: 'b', role: 'member' }], 1) }],
  ['whether all have been heard', { ...now, isInformed: false }],
])('all slots are decided on when it changes %s', (_, then) => {
  const undecided = new Undecided(SLOTS)
  undecided.take(now)
  undecided.add(3)
  expect(undecided.take(then)).toEqual(SLOTS)
  expect(undecided.take(then)).toEqual([])
})

test('all slots are decided on when something has changed that may concern any', () => {
  const undecided = new Undecided(SLOTS)
  undecided.take(now)
  undecided.addAll()
  expect(undecided.take(now)).toEqual(SLOTS)
})
