/** The picture's geometry. */
import { expect, it } from 'vitest'
import { discRadius, lineBetween, nodePlace, SIZE, slotWedge } from './ring.js'

it.each([1, 2, 3, 5, 9, 50])('of %d nodes stand apart, within the picture', (count) => {
  const places = Array.from({ length: count }, (_, index) => nodePlace(index, count))
  const radius = discRadius(count)
  for (const [index, one] of places.entries()) {
    expect(Math.hypot(one.x, one.y) + radius).toBeLessThan(SIZE / 2)
    for (const other of places.slice(index + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(radius)
  }
})

it('the two directions of a link are two lines, with a label each', () => {
  const [one, other] = [nodePlace(0, 3), nodePlace(1, 3)]
  const [there, back] = [lineBetween(one, other, 50), lineBetween(other, one, 50)]
  expect(Math.hypot(there.label.x - back.label.x, there.label.y - back.label.y)).toBeGreaterThan(50)
})

it('each slot has a wedge of its own', () => {
  expect(new Set(Array.from({ length: 256 }, (_, slot) => slotWedge(slot))).size).toBe(256)
})
