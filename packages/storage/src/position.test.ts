/** Positions of slots on disk. */
import { expect, it } from 'vitest'
import { encodePosition, readPositions } from './position.js'

it('a damaged position counts as the highest epoch there is, and says nothing of what is held [STG-10]', () => {
  const whole = [{ slot: 1, epoch: 9, sequence: 5 }, { slot: 2, epoch: 3, sequence: 2 ** 40 }]
  const damaged = encodePosition({ slot: 3, epoch: 4, sequence: 7 })
  damaged[0] = 0xff
  // A position that stands in another slot's place is damaged, too.
  const table = [...whole.map((position) => [position.slot, encodePosition(position)] as const), [3, damaged] as const, [4, encodePosition({ slot: 5, epoch: 1, sequence: 1 })] as const]
  expect(readPositions(table)).toEqual([...whole, { slot: 3, epoch: 9, sequence: 0 }, { slot: 4, epoch: 9, sequence: 0 }])
})
