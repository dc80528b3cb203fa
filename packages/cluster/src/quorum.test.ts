import { describe, expect, it } from 'vitest'
import { beginQuorum, writeQuorum } from './quorum.js'

describe('quorums', () => {
  it('of writing and of taking over share a holder, and two of writing do, too [TAK-7]', () => {
    for (let holders = 1; holders <= 17; holders++) {
      expect(writeQuorum(holders) + beginQuorum(holders)).toBeGreaterThan(holders)
      expect(writeQuorum(holders) * 2).toBeGreaterThan(holders)
      expect(beginQuorum(holders)).toBeGreaterThan(0)
    }
  })

  it('with the usual three holders are two', () => {
    expect([writeQuorum(3), beginQuorum(3)]).toEqual([2, 2])
  })
})
