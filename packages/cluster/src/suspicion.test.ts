import { describe, expect, it } from 'vitest'
import { SUSPICION, Suspicion } from './suspicion.js'

/** A detector that heard a beat at each of these times. */
function after(beats: readonly number[]): Suspicion {
  const suspicion = new Suspicion(SUSPICION, 0)
  for (const beat of beats) suspicion.beat(beat)
  return suspicion
}

/** ms of silence after the last beat until the peer is suspected. */
function patience(suspicion: Suspicion, last: number): number {
  let silence = 0
  while (!suspicion.isSuspect(last + silence)) silence++
  return silence
}

const steady = Array.from({ length: 60 }, (_, i) => (i + 1) * 100)
const uneven = Array.from({ length: 60 }, (_, i) => (i + 1) * 100 + (i % 2) * 90)

describe('suspicion', () => {
  it('falls on a peer that beat steadily within 0.8 s, and on any within 1 s [TAK-3]', () => {
    expect(patience(after(steady), 6_000)).toBeLessThan(800)
    expect(patience(after(uneven), 6_090)).toBeLessThanOrEqual(1_000)
    expect(patience(after([]), 0)).toBeLessThan(800)
  })

  it('is more patient with a peer whose beats are uneven [TAK-3]', () => {
    expect(patience(after(uneven), 6_090)).toBeGreaterThan(patience(after(steady), 6_000) + 50)
  })

  it('means nothing by a stall of 0.3 s, again and again [TAK-4]', () => {
    const suspicion = after(steady)
    for (let now = 6_000; now < 60_000; now += 400) {
      for (let silence = 0; silence <= 400; silence += 50) expect(suspicion.isSuspect(now + silence)).toBe(false)
      suspicion.beat(now + 400)
    }
  })

  it('takes no time in which the observer slept for silence [TAK-4]', () => {
    const suspicion = after(steady)
    expect(suspicion.isSuspect(66_000)).toBe(true)
    suspicion.slept(60_000, 66_000)
    expect(suspicion.isSuspect(66_000)).toBe(false)
    expect(patience(suspicion, 66_000)).toBe(patience(after(steady), 6_000))
  })

  it('is neither blind nor hasty after a clock was set, forward or back [TAK-4]', () => {
    for (const leap of [60_000, -60_000]) {
      const suspicion = after(steady)
      // The peer is heard between the leap and the look that notices it.
      suspicion.heard(6_000 + leap)
      suspicion.slept(leap, 6_000 + leap)
      expect(patience(suspicion, 6_000 + leap)).toBe(patience(after(steady), 6_000))
    }
  })

  it('grows with silence, and anything heard ends it', () => {
    const suspicion = after(steady)
    const phis = [6_100, 6_400, 6_500, 6_600, 6_700].map((now) => suspicion.phi(now))
    expect(phis).toEqual(phis.toSorted((a, b) => a - b))
    suspicion.heard(6_700)
    expect(suspicion.phi(6_750)).toBeLessThan(1)
  })
})
