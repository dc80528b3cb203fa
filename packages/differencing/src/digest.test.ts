/** Digests. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { Digest } from './digest.js'

const half = fc.nat(0xffffffff)
const prints = fc.uniqueArray(fc.tuple(half, half), { selector: String, maxLength: 20 })

function digestOf(fingerprints: readonly (readonly [number, number])[]): Digest {
  const digest = new Digest()
  for (const [high, low] of fingerprints) digest.toggle(high, low)
  return digest
}

describe('a digest', () => {
  it('is the same in whatever order a set grew, and whatever came and went [DIF-4]', () => {
    const grown = prints.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), prints),
    )
    fc.assert(
      fc.property(grown, ([all, shuffled, guests]) => {
        const digest = digestOf([...guests, ...shuffled, ...guests])
        expect(digest.equals(digestOf(all))).toBe(true)
      }),
    )
  })

  it('is read from the bytes it gives, high half first', () => {
    fc.assert(
      fc.property(half, half, (high, low) => {
        const digest = new Digest().toggle(high, low)
        const read = Digest.fromBytes(digest.toBytes())
        expect([read.high, read.low]).toEqual([high, low])
        expect(read.equals(digest)).toBe(true)
      }),
    )
    expect([...new Digest().toggle(1, 0xfffffffe).toBytes()]).toEqual([0, 0, 0, 1, 255, 255, 255, 254])
  })

  it('of the empty set is zero, and differs from that of one session', () => {
    expect(new Digest().toBytes()).toEqual(new Uint8Array(8))
    expect(new Digest().equals(new Digest().toggle(0, 1))).toBe(false)
    expect(new Digest().equals(new Digest().toggle(1, 0))).toBe(false)
  })

  it.each([0, 7, 9])('is refused in %d bytes', (length) => {
    const refused = expect.objectContaining({ code: 'DIGEST_MALFORMED' })
    expect(() => Digest.fromBytes(new Uint8Array(length))).toThrowError(refused)
  })
})
