/** When a session ends, as cookies say it. */
import { describe, expect, test } from 'vitest'
import { expiryOf, isExpiryOf, termsOf } from './expiry.js'

const NOW = 1_800_000_000_000
const DAY = 86_400_000

describe('a session', () => {
  test.each([
    ['no cookie', undefined, { kind: 'sliding', idleTimeout: DAY }],
    ['a cookie of a browser’s session', { expires: null, originalMaxAge: null }, { kind: 'sliding', idleTimeout: DAY }],
    ['a life alone', { originalMaxAge: 5_000 }, { kind: 'sliding', idleTimeout: 5_000 }],
    ['a life, written by hand', { maxAge: 5_000 }, { kind: 'sliding', idleTimeout: 5_000 }],
    ['a life and the instant that follows from it', { originalMaxAge: 60_000, expires: new Date(NOW + 59_990) }, { kind: 'sliding', idleTimeout: 60_000 }],
    ['the same instant as text', { originalMaxAge: 60_000, expires: new Date(NOW + 60_000).toISOString() }, { kind: 'sliding', idleTimeout: 60_000 }],
    ['an instant alone', { expires: new Date(NOW + 7_000) }, { kind: 'fixed', at: NOW + 7_000 }],
    ['an instant that does not follow from its life', { originalMaxAge: 60_000, expires: NOW + 200 }, { kind: 'fixed', at: NOW + 200 }],
    ['an instant in the past', { originalMaxAge: 60_000, expires: new Date(NOW) }, { kind: 'past' }],
    ['a life of nothing', { originalMaxAge: 0 }, { kind: 'past' }],
    ['an instant that is none', { expires: 'tomorrow' }, { kind: 'sliding', idleTimeout: DAY }],
    ['a life that is none', { originalMaxAge: Number.NaN, expires: Number.POSITIVE_INFINITY }, { kind: 'sliding', idleTimeout: DAY }],
  ])('with %s ends as that says [ADP-11]', (_, cookie, expiry) => {
    expect(expiryOf(cookie, NOW, DAY)).toEqual(expiry)
  })

  test('that slides has an idle time-out, and is not given it again [ADP-11]', () => {
    const expiry = { kind: 'sliding', idleTimeout: 5_000 } as const
    expect(termsOf(expiry, NOW)).toEqual({ idleTimeout: 5_000 })
    expect(isExpiryOf({ idleTimeout: 5_000 }, expiry)).toBe(true)
    expect(isExpiryOf({ idleTimeout: 5_001 }, expiry)).toBe(false)
    expect(isExpiryOf({ idleTimeout: 5_000, absoluteDeadline: NOW }, expiry)).toBe(false)
  })

  test('that ends at an instant has an absolute time-out, and clocks may differ by a second [ADP-11]', () => {
    const expiry = { kind: 'fixed', at: NOW + 5_000 } as const
    expect(termsOf(expiry, NOW)).toEqual({ absoluteTimeout: 5_000 })
    expect(isExpiryOf({ absoluteDeadline: NOW + 5_900 }, expiry)).toBe(true)
    expect(isExpiryOf({ absoluteDeadline: NOW + 6_100 }, expiry)).toBe(false)
    expect(isExpiryOf({ idleTimeout: 5_000 }, expiry)).toBe(false)
  })
})
