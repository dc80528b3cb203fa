/** Times as people read them. */
import { expect, it } from 'vitest'
import { SPACE } from './bytes.js'
import { length, milliseconds, moment, roundTrip, span, timeOfDay } from './duration.js'

it('a short time keeps what matters of it', () => {
  expect([0.4161, 1.26, 12.4, 999.6, 1_302].map((ms) => milliseconds(ms).replace(SPACE, ' '))).toEqual(['0.42 ms', '1.3 ms', '12 ms', '1.00 s', '1.30 s'])
})

it('a round trip of no whole ms is less than one', () => {
  expect([0, 3].map((ms) => roundTrip(ms).replaceAll(SPACE, ' '))).toEqual(['< 1 ms', '3 ms'])
})

it('a span has two units at most, and is never negative', () => {
  expect([-5_000, 8_400, 1_747_000, 3 * 3_600_000, 100 * 3_600_000].map((ms) => span(ms).replaceAll(SPACE, ' '))).toEqual(['0 s', '8 s', '29 min 07 s', '3 h 00 min', '4 d 04 h'])
})

it('what lasts a round time is told in a round figure', () => {
  expect([1_800_000, 43_200_000, 90_000, 45_000, 172_800_000].map((ms) => length(ms).replaceAll(SPACE, ' '))).toEqual(['30 min', '12 h', '1 min 30 s', '45 s', '2 d'])
})

it('a moment is told in UTC, wherever the reader is', () => {
  const at = Date.UTC(2026, 10, 22, 15, 24, 8, 123)
  expect(timeOfDay(at)).toBe('15:24:08.123')
  expect(moment(at)).toBe('2026-11-22 15:24:08 UTC')
})
