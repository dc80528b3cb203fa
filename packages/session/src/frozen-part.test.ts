/** What a frozen part says without its document is what the document says. */
import { encodeValue, LiveDocuments } from '@understudy/document'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrozenPart } from './frozen-part.js'
import { documentHash } from './fingerprint.js'

const live = new LiveDocuments({ limit: 8 })
const admitAll = (): boolean => true

describe('a frozen part', () => {
  it('knows which names it has, how far it is and its hash, whoever froze what and in whatever order it came [SES-23]', () => {
    // Few letters, so that many names have the same mark; more names than there are marks.
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '1'), minLength: 1, maxLength: 5 })
    const step = fc.record({ at: fc.nat(1), names: fc.uniqueArray(name, { maxLength: 3 }), carries: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), fc.array(name), (steps, others) => {
        const parts = [new FrozenPart(live), new FrozenPart(live)] as const
        const all = new Set(others)
        for (const { at, names, carries } of steps) {
          const [part, other] = at === 0 ? parts : [parts[1], parts[0]]
          const entries = names.filter((one) => !part.document.has(one)).map((one) => ({ name: one, value: encodeValue(at) }))
          part.append({ epoch: 1, nonce: 1 + at }, entries)
          if (carries) other.merge(other.check(part.document.deltaSince(other.vector), admitAll))
          for (const one of names) all.add(one)
          for (const { document, vector, has, hash } of parts.map((one) => ({ document: one.document, vector: one.vector, has: (of: string) => one.has(of), hash: one.hash() }))) {
            for (const one of all) expect(has(one)).toBe(document.has(one))
            expect([...vector]).toEqual([...document.vector()])
            expect(hash).toBe(documentHash(document))
          }
        }
      }),
    )
  })
})
