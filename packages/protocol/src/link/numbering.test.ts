import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Numbered, Numbering } from './numbering.js'

it('gives both sides the same numbers, however many ids there are [PRO-6]', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(20), { maxLength: 200 }), (size, mentions) => {
      const sender = new Numbering<number>(size)
      const receiver = new Numbered<number>(size)
      for (const id of mentions) {
        const known = sender.numberOf(id)
        const number = known ?? receiver.assign(id)
        if (known === undefined) expect(sender.assign(id)).toBe(number)
        expect(number).toBeLessThan(size)
        expect(receiver.idOf(number)).toBe(id)
      }
    }),
    { numRuns: 1_000 },
  )
})

it('forgets the oldest id when all numbers are given', () => {
  const sender = new Numbering<string>(2)
  for (const id of ['a', 'b', 'c']) sender.assign(id)
  expect(sender.numberOf('a')).toBeUndefined()
  expect(sender.numberOf('b')).toBe(1)
  expect(sender.numberOf('c')).toBe(0)
})

it('refuses a number that was never given', () => {
  expect(() => new Numbered(4).idOf(0)).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }))
})
