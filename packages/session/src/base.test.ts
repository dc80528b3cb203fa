/** Bases and lineages: what a generation remembers of those before it. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { decodeBase, encodeBase, NO_BASE } from './base.js'
import { bounded, CONTEXT_WRITERS, coversKnowledge, joinKnowledge, knows, NO_LINEAGE, type Lineage } from './lineage.js'

const writer = fc.maxSafeNat()
const clock = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const lineage: fc.Arbitrary<Lineage> = fc.record({
  context: fc.record({ clocks: fc.array(fc.tuple(writer, clock)).map((entries) => new Map(entries)), floor: writer }),
  carrier: fc.nat(2 ** 30),
  origins: fc.array(fc.record({ writer, clock: fc.nat(2 ** 31 - 1) })),
})
function sorted({ context, ...rest }: Lineage): unknown {
  return { ...rest, floor: context.floor, clocks: [...context.clocks].sort((a, b) => a[0] - b[0]) }
}

describe('a base', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(lineage, (lineage) => {
        expect(sorted(decodeBase(encodeBase(lineage)))).toEqual(sorted(lineage))
      }),
    )
    expect(decodeBase(NO_BASE)).toBe(NO_LINEAGE)
  })

  it('is refused when it is damaged, with nothing but DELTA_MALFORMED [SES-9]', () => {
    const damaged = fc.tuple(lineage, fc.nat(200), fc.nat(255), fc.nat(3)).map(([lineage, at, byte, cut]) => {
      const bytes = encodeBase(lineage)
      bytes[at % bytes.length] = byte
      return bytes.slice(0, bytes.length - cut)
    })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array()), (bytes) => {
        try {
          const read = decodeBase(bytes)
          expect(sorted(decodeBase(encodeBase(read)))).toEqual(sorted(read))
        } catch (error) {
          expect(error).toMatchObject({ code: 'DELTA_MALFORMED' })
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused when it claims more than it has, or is followed by something', () => {
    const refused = expect.objectContaining({ code: 'DELTA_MALFORMED' })
    const claims = [[0, 0, 255, 255, 3], [0, 0, 0, 255, 127], [0, 0, 2, 5, 1, 0, 1, 0], [0, 0, 0, 1, 0, 0]]
    for (const bytes of [...claims, [0, 0, 0, 0, 0]]) {
      expect(() => decodeBase(Uint8Array.from(bytes))).toThrowError(refused)
    }
    expect(() => decodeBase(new Uint8Array(70_000))).toThrowError(refused)
  })
})

describe('a context', () => {
  it('keeps a bounded number of writers, and counts what lower ones wrote as seen [SES-10]', () => {
    const clocks = new Map(Array.from({ length: 1000 }, (_, i) => [10 + i, 5] as const))
    const context = bounded({ clocks, floor: 0 })
    expect(context.clocks.size).toBe(CONTEXT_WRITERS)
    expect(knows(context, { writer: 1009, clock: 4 })).toBe(true)
    expect(knows(context, { writer: 1009, clock: 5 })).toBe(false)
    expect(knows(context, { writer: 11, clock: 900 })).toBe(true)
    expect(coversKnowledge(context, { clocks, floor: 0 })).toBe(true)
    expect(coversKnowledge({ clocks, floor: 0 }, context)).toBe(true)
  })

  it('knows what either side knew when two are joined', () => {
    const one = { clocks: new Map([[1, 5], [2, 1]]), floor: 0 }
    const joined = joinKnowledge(one, { clocks: new Map([[2, 3], [4, 1]]), floor: 2 })
    expect(joined).toEqual({ clocks: new Map([[2, 3], [4, 1]]), floor: 2 })
    expect(knows(joined, { writer: 1, clock: 4 })).toBe(true)
  })
})
