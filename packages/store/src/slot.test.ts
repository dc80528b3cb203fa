/** Slots: places, positions and digests. */
import { LiveDocuments } from '@understudy/document'
import { describe, expect, it } from 'vitest'
import { key } from '../test-support/stores.js'
import { Places } from './places.js'
import { Slot } from './slot.js'

const A = key('a')
const B = key('b')

function newSlot(number: number): Slot {
  const unasked = (): never => {
    throw new Error('nothing is on disk')
  }
  return new Slot(number, new Places({ live: new LiveDocuments({ limit: 1 }) }, { readCold: unasked, filedUnder: () => undefined }))
}

function keysSince(slot: Slot, sequence: number): string[] {
  return Array.from(slot.changedSince(sequence), (stored) => stored.key)
}

describe('the numbering of a slot', () => {
  it('takes a number for each change on the primary, from 2 on [STO-3]', () => {
    const slot = newSlot(0)
    slot.begin({ epoch: 1, nonce: 1 })
    expect(slot.sequence).toBe(1)
    slot.record(slot.place(A), [1, 1])
    slot.record(slot.place(B), [2, 2])
    expect([slot.place(A).sequence, slot.place(B).sequence, slot.sequence]).toEqual([2, 3, 3])
  })

  it('begins anew with a reign: what is there counts as its first change [STO-3]', () => {
    const slot = newSlot(0)
    slot.follow(3)
    slot.advance(500)
    slot.record(slot.place(A), [1, 1])
    Object.assign(slot.place(A), { sequence: 500 }).date({ terms: true })
    slot.begin({ epoch: 4, nonce: 1 })
    expect([slot.place(A).sequence, slot.place(A).termsSequence, slot.sequence]).toEqual([1, 1, 1])
    expect(keysSince(slot, 0)).toEqual([A])
    expect(keysSince(slot, 1)).toEqual([])
  })

  it('goes on when a reign is raised [STO-3]', () => {
    const slot = newSlot(0)
    slot.begin({ epoch: 1, nonce: 1 })
    slot.record(slot.place(A), [1, 1])
    slot.begin({ epoch: 5, nonce: 1 })
    expect([slot.epoch, slot.sequence, slot.place(A).sequence]).toEqual([5, 2, 2])
  })

  it('stands still on a back-up until the primary confirms a position [STO-4]', () => {
    const slot = newSlot(0)
    slot.follow(1)
    slot.record(slot.place(A), [1, 1])
    expect([slot.epoch, slot.sequence]).toEqual([1, 0])
    slot.advance(7)
    expect([slot.epoch, slot.sequence]).toEqual([1, 7])
  })

  it('means nothing in the next epoch, and that of an older one is not gone back to [STO-4]', () => {
    const slot = newSlot(0)
    slot.follow(2)
    slot.advance(7)
    slot.follow(2)
    slot.follow(1)
    expect([slot.epoch, slot.sequence]).toEqual([2, 7])
    slot.follow(3)
    expect([slot.epoch, slot.sequence]).toEqual([3, 0])
  })

  it('is not given away by a node that reigns', () => {
    const slot = newSlot(0)
    slot.begin({ epoch: 2, nonce: 1 })
    slot.follow(9)
    slot.advance(9)
    expect([slot.epoch, slot.sequence]).toEqual([2, 1])
  })

  it('ends with the reign, so that nobody takes it for a position [STO-4]', () => {
    const slot = newSlot(0)
    slot.begin({ epoch: 2, nonce: 1 })
    slot.record(slot.place(A), [1, 1])
    slot.end()
    expect([slot.reign, slot.epoch, slot.sequence]).toEqual([undefined, 2, 0])
  })
})

describe('the digest of a slot', () => {
  it('is that of the empty slot when nothing is in it', () => {
    expect(newSlot(0).digest).toEqual([0, 0])
  })

  it('does not depend on the way there, only on what is held [STO-5]', () => {
    const one = newSlot(0)
    one.record(one.place(A), [1, 2])
    one.record(one.place(B), [3, 4])
    one.record(one.place(A), [5, 6])
    const other = newSlot(0)
    other.record(other.place(B), [3, 4])
    other.record(other.place(A), [5, 6])
    expect(one.digest).toEqual(other.digest)
  })

  it('forgets what is dropped [STO-5]', () => {
    const slot = newSlot(0)
    slot.record(slot.place(A), [1, 2])
    const { digest } = slot
    slot.record(slot.place(B), [3, 4])
    slot.drop(slot.place(B))
    expect(slot.digest).toEqual(digest)
    expect([Array.from(slot.all(), (stored) => stored.key), slot.size]).toEqual([[A], 1])
  })

  it('has one place for a key', () => {
    const slot = newSlot(3)
    expect([slot.place(A).row, slot.place(A).slot, slot.place(A).key]).toEqual([slot.place(A).row, 3, A])
    expect(slot.place(B).row).not.toBe(slot.place(A).row)
  })
})
