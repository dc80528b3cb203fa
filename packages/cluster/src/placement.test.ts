import { describe, expect, it } from 'vitest'
import { Membership } from './membership.js'
import { Placement } from './placement.js'
import { SLOT_COUNT, slotOf } from './session-slot.js'
import type { SessionKey } from './session-slot.js'

const member = (name: string) => ({ name, role: 'member' as const })
const slots = Array.from({ length: SLOT_COUNT }, (_, slot) => slot)

describe('placement', () => {
  it('is the same on every node, in whatever order the members are listed [CLU-1]', () => {
    const one = new Placement([member('a'), member('b'), member('c')], 2)
    const other = new Placement([member('c'), member('a'), member('b')], 2)
    for (const slot of slots) {
      expect(other.primary(slot)).toBe(one.primary(slot))
      expect(other.backups(slot)).toEqual(one.backups(slot))
    }
  })

  it('gives every slot exactly one primary, and shares slots within a factor of two of even [CLU-2]', () => {
    const placement = new Placement([member('a'), member('b'), member('c')], 1)
    const counts = ['a', 'b', 'c'].map((name) => placement.reignsOf(name).length)
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(SLOT_COUNT)
    for (const count of counts) expect(count).toBeGreaterThan(SLOT_COUNT / 6)
  })

  it('moves only the slots of a member that goes [CLU-3]', () => {
    const before = new Placement([member('a'), member('b'), member('c')], 1)
    const after = new Placement([member('a'), member('b')], 1)
    for (const slot of slots) {
      if (before.primary(slot) !== 'c') expect(after.primary(slot)).toBe(before.primary(slot))
    }
  })

  it('never makes a dedicated back-up primary, and has it hold every slot [CLU-4]', () => {
    const placement = new Placement([member('a'), { name: 'd', role: 'backup' }], 0)
    for (const slot of slots) {
      expect(placement.primary(slot)).toBe('a')
      expect(placement.isBackup(slot, 'd')).toBe(true)
    }
  })

  it('puts the next holder that is alive in the place of one that is not, and keeps that one as a holder [TAK-1]', () => {
    const all = new Placement([member('a'), member('b'), member('c'), member('d')], 1)
    const without = new Placement([member('a'), { ...member('b'), alive: false }, member('c'), member('d')], 1)
    for (const slot of slots) {
      if (all.primary(slot) === 'b') expect(without.primary(slot)).toBe(all.backups(slot)[0])
      else expect(without.primary(slot)).toBe(all.primary(slot))
      if (all.stores(slot, 'b')) expect(without.stores(slot, 'b')).toBe(true)
      expect(without.backups(slot).filter((name) => name !== 'b').length).toBeGreaterThanOrEqual(1)
      expect(without.holds(slot, 'b')).toBe(all.holds(slot, 'b'))
    }
  })

  it('puts members before or behind their share by rank, among those that are alive and hold the slot [TAK-9]', () => {
    const first = new Placement([member('a'), { ...member('b'), rank: 'first' }, member('c')], 2)
    expect(first.reignsOf('b')).toEqual(slots)
    const last = new Placement([member('a'), { ...member('b'), rank: 'last' }, member('c')], 2)
    expect(last.reignsOf('b')).toEqual([])
    const alone = new Placement([{ ...member('a'), alive: false }, { ...member('b'), rank: 'last' }], 2)
    expect(alone.reignsOf('b')).toEqual(slots)
    const few = new Placement([member('a'), { ...member('b'), rank: 'first' }, member('c')], 0)
    expect(few.reignsOf('b')).toEqual(new Placement([member('a'), member('b'), member('c')], 0).reignsOf('b'))
  })

  it('has no primary when there are no members', () => {
    expect(new Placement([{ name: 'd', role: 'backup' }], 2).primary(0)).toBeUndefined()
  })
})

describe('membership', () => {
  const self = { name: 'a', role: 'member' as const, url: 'ws://a' }

  it('learns from its hello that a configured peer is a dedicated back-up, and places anew', () => {
    const membership = new Membership(self, { d: 'ws://d' }, 2)
    expect(membership.placement.reignsOf('d').length).toBeGreaterThan(0)
    expect(membership.admit({ name: 'd', role: 'backup', url: 'ws://d' })).toEqual({ admitted: true })
    expect(membership.placement.reignsOf('d')).toEqual([])
  })

  it('lets a dedicated back-up in that nobody configured', () => {
    const membership = new Membership(self, {}, 0)
    expect(membership.admit({ name: 'd', role: 'backup', url: '' }).admitted).toBe(true)
    expect(membership.placement.backups(7)).toEqual(['d'])
  })

  it('knows whether more than half of the members are alive [TAK-7]', () => {
    const membership = new Membership(self, { b: 'ws://b', c: 'ws://c' }, 2)
    expect(membership.isMajority).toBe(true)
    membership.live(new Map([['a', undefined]]), true)
    expect(membership.isMajority).toBe(false)
    membership.live(new Map([['a', undefined], ['c', undefined]]), true)
    expect(membership.isMajority).toBe(true)
  })

  it('refuses a member that is not configured, and a second node of its own name, and says what to do [CLU-5]', () => {
    const membership = new Membership(self, {}, 2)
    expect(membership.admit({ name: 'x', role: 'member', url: '' })).toMatchObject({ admitted: false, message: expect.stringMatching(/--peer x=/) as unknown })
    expect(membership.admit({ ...self })).toMatchObject({ admitted: false, message: expect.stringMatching(/two nodes/) as unknown })
  })
})

describe('slotOf', () => {
  it('is the first byte of the key', () => {
    expect(slotOf(('00' + 'f'.repeat(30)) as SessionKey)).toBe(0)
    expect(slotOf(('9a' + '0'.repeat(30)) as SessionKey)).toBe(0x9a)
    expect(slotOf(('ff' + '0'.repeat(30)) as SessionKey)).toBe(255)
  })
})
