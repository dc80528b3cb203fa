/** Terms and deaths: plain fields that replicas agree on in whatever order they hear of them. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { joinDeaths, type Death } from './death.js'
import { deadlineOf, equalTerms, joinTerms, termsAfter, type Terms } from './terms.js'

const instant = fc.nat(5)
const terms: fc.Arbitrary<Terms> = fc.record(
  { createdAt: instant, stamp: instant, idleTimeout: instant, absoluteDeadline: instant },
  { requiredKeys: ['createdAt', 'stamp'] },
)
const death: fc.Arbitrary<Death> = fc.record({ at: instant, reason: fc.constantFrom('destroyed', 'expired') })

describe('terms', () => {
  it('join commutatively, associatively and idempotently [SES-4]', () => {
    fc.assert(
      fc.property(terms, terms, terms, (a, b, c) => {
        expect(joinTerms(a, b)).toEqual(joinTerms(b, a))
        expect(joinTerms(joinTerms(a, b), c)).toEqual(joinTerms(a, joinTerms(b, c)))
        expect(joinTerms(a, a)).toEqual(a)
        expect(equalTerms(a, b)).toBe(equalTerms(b, a))
      }),
      { numRuns: 1000 },
    )
  })

  it('are those of the later stamp, with the earlier creation', () => {
    const joined = joinTerms({ createdAt: 5, stamp: 1, idleTimeout: 900 }, { createdAt: 3, stamp: 2, idleTimeout: 10 })
    expect(joined).toEqual({ createdAt: 3, stamp: 2, idleTimeout: 10 })
  })

  it('rather let a session live when stamps are equal', () => {
    const never = { createdAt: 0, stamp: 1 }
    expect(joinTerms({ createdAt: 0, stamp: 1, idleTimeout: 10 }, never)).toEqual(never)
  })

  it('end a session at the earlier of both limits', () => {
    expect(deadlineOf({ createdAt: 0, stamp: 0 }, 7)).toBeUndefined()
    expect(deadlineOf({ createdAt: 0, stamp: 0, idleTimeout: 10 }, 7)).toBe(17)
    expect(deadlineOf({ createdAt: 0, stamp: 0, idleTimeout: 10, absoluteDeadline: 12 }, 7)).toBe(12)
    expect(deadlineOf({ createdAt: 0, stamp: 0, absoluteDeadline: 12 }, 7)).toBe(12)
  })
})

describe('death markers', () => {
  it('join commutatively, associatively and idempotently [SES-5]', () => {
    fc.assert(
      fc.property(death, death, death, (a, b, c) => {
        expect(joinDeaths(a, b)).toEqual(joinDeaths(b, a))
        expect(joinDeaths(joinDeaths(a, b), c)).toEqual(joinDeaths(a, joinDeaths(b, c)))
        expect(joinDeaths(a, a)).toEqual(a)
      }),
    )
  })

  it('let the earlier stand, and destruction before expiry', () => {
    const expired: Death = { at: 1, reason: 'expired' }
    const destroyed: Death = { at: 1, reason: 'destroyed' }
    expect(joinDeaths({ at: 2, reason: 'destroyed' }, expired)).toEqual(expired)
    expect(joinDeaths(expired, destroyed)).toEqual(destroyed)
  })
})

describe('terms of a save', () => {
  const before: Terms = { createdAt: 3, stamp: 2, idleTimeout: 10 }

  it('replace those before, and the absolute time-out counts from the save [TRM-1]', () => {
    const after = termsAfter(before, [{ op: 'terms', absoluteTimeout: 50 }], 1_000)
    expect(after).toEqual({ createdAt: 3, stamp: 3, absoluteDeadline: 1_050 })
    expect(joinTerms(before, after)).toEqual(after)
  })

  it('change nothing where they are the same, or where there are none [TRM-1]', () => {
    expect(termsAfter(before, [{ op: 'terms', idleTimeout: 10 }], 1_000)).toBe(before)
    expect(termsAfter(before, [{ op: 'remove', name: 'a' }], 1_000)).toBe(before)
  })

  it.each([0, -1, 1.5, NaN, 2 ** 44])('are refused when a time-out is %d ms [TRM-2]', (ms) => {
    expect(() => termsAfter(before, [{ op: 'terms', idleTimeout: ms }], 1_000)).toThrow(/time-out/)
    expect(() => termsAfter(before, [{ op: 'terms', absoluteTimeout: ms }], 1_000)).toThrow(/time-out/)
  })
})
