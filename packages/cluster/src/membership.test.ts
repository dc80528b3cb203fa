/** Epochs are dealt out: no two members ever begin the same one. */
import { describe, expect, it } from 'vitest'
import { Membership } from './membership.js'

const NAMES = ['a', 'b', 'c']

function member(name: string): Membership {
  const peers = Object.fromEntries(NAMES.filter((other) => other !== name).map((other) => [other, `ws://${other}`]))
  return new Membership({ name, role: 'member', url: '' }, peers, 2)
}

describe('epochs', () => {
  it('are dealt out to the members in turn, so that two sides of a split never begin the same one [CLU-13]', () => {
    const members = NAMES.map(member)
    for (let newest = 0; newest < 100; newest++) {
      const next = members.map((one) => one.nextEpoch(newest))
      expect(new Set(next).size).toBe(NAMES.length)
      for (const epoch of next) {
        expect(epoch).toBeGreaterThan(newest)
        expect(epoch).toBeLessThanOrEqual(newest + NAMES.length)
      }
    }
  })

  it('of a node that is alone are all its own [CLU-13]', () => {
    const alone = new Membership({ name: 'a', role: 'member', url: '' }, {}, 2)
    expect([0, 1, 2].map((newest) => alone.nextEpoch(newest))).toEqual([1, 2, 3])
  })
})
