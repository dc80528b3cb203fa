import { describe, expect, it } from 'vitest'
import { decide } from './reign-rule.js'
import type { SlotFacts } from './reign-rule.js'

const backup: SlotFacts = { self: 'a', own: undefined, other: undefined, heard: 4, wanted: 'a', mayBegin: true }
const primary: SlotFacts = { ...backup, own: 5 }

describe('a node that does not reign', () => {
  it('begins when it is wanted and nobody reigns, if it may [TAK-1]', () => {
    expect(decide(backup)).toBe('begin')
    expect(decide({ ...backup, wanted: 'b' })).toBe('stay')
    expect(decide({ ...backup, mayBegin: false })).toBe('stay')
  })

  it('leaves a primary that is alive where it is, until it hands over [TAK-8]', () => {
    expect(decide({ ...backup, other: { name: 'b', epoch: 4 } })).toBe('stay')
  })
})

describe('a primary', () => {
  it('ends its reign when a higher epoch reigns elsewhere, wanted or not [TAK-6]', () => {
    expect(decide({ ...primary, other: { name: 'b', epoch: 6 } })).toBe('end')
    expect(decide({ ...primary, other: { name: 'b', epoch: 6 }, wanted: 'b' })).toBe('end')
  })

  it('goes on above an equal epoch if it is wanted, and ends if not: one of the two remains [TAK-6]', () => {
    expect(decide({ ...primary, other: { name: 'b', epoch: 5 } })).toBe('raise')
    expect(decide({ ...primary, other: { name: 'b', epoch: 5 }, wanted: 'b' })).toBe('end')
    expect(decide({ ...primary, self: 'b', other: { name: 'a', epoch: 5 } })).toBe('end')
  })

  it('goes on above an epoch that someone saw whose primary is gone [TAK-6]', () => {
    expect(decide({ ...primary, heard: 5 })).toBe('raise')
    expect(decide({ ...primary, heard: 9 })).toBe('raise')
  })

  it('hands over to who is wanted, and to nobody else [TAK-8]', () => {
    expect(decide({ ...primary, wanted: 'b' })).toBe('handOver')
    expect(decide({ ...primary, wanted: undefined })).toBe('stay')
    expect(decide(primary)).toBe('stay')
  })
})
