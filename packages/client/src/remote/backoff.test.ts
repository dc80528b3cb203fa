import { expect, test } from 'vitest'
import { pauseBefore } from './backoff.js'

const bounds = { first: 100, longest: 5_000 }

test('pauses double, up to the longest', () => {
  expect([0, 1, 2, 5, 6, 1_000].map((attempt) => pauseBefore(attempt, bounds, 1))).toEqual([100, 200, 400, 3_200, 5_000, 5_000])
})

test('half of a pause is random', () => {
  expect(pauseBefore(3, bounds, 0)).toBe(400)
  expect(pauseBefore(3, bounds, 0.5)).toBe(600)
})
