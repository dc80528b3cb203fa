/** Which saves a session remembers. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { isKnownOperation, joinOperations, NO_OPERATIONS, recordOperation, REMEMBERED_CLIENTS } from './operation-log.js'
import type { OperationId } from './operation-log.js'

const operation = fc.record({ client: fc.nat(14), counter: fc.nat(30) })
const log = fc.array(operation, { maxLength: 20, size: 'max' }).map((ids) => joinOperations(NO_OPERATIONS, ids))

describe('the operation log', () => {
  it('joins commutatively, associatively and idempotently [SES-3]', () => {
    fc.assert(
      fc.property(log, log, log, (a, b, c) => {
        expect(joinOperations(a, b)).toEqual(joinOperations(b, a))
        expect(joinOperations(joinOperations(a, b), c)).toEqual(joinOperations(a, joinOperations(b, c)))
        expect(joinOperations(a, a)).toEqual(a)
      }),
      { numRuns: 500 },
    )
  })

  it('is the same in whatever order saves become known', () => {
    const shuffled = fc.array(operation, { maxLength: 20, size: 'max' }).chain((ids) =>
      fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, { minLength: ids.length })),
    )
    fc.assert(
      fc.property(shuffled, ([ids, others]) => {
        expect(joinOperations(NO_OPERATIONS, ids)).toEqual(joinOperations(NO_OPERATIONS, others))
      }),
    )
  })

  it('knows a save, and every earlier one of its client', () => {
    const known = recordOperation(NO_OPERATIONS, { client: 1, counter: 5 })
    expect(isKnownOperation(known, { client: 1, counter: 5 })).toBe(true)
    expect(isKnownOperation(known, { client: 1, counter: 4 })).toBe(true)
    expect(isKnownOperation(known, { client: 1, counter: 6 })).toBe(false)
    expect(isKnownOperation(known, { client: 2, counter: 1 })).toBe(false)
  })

  it('remembers the latest clients only', () => {
    let known: readonly OperationId[] = NO_OPERATIONS
    for (let client = 1; client <= 100; client++) known = recordOperation(known, { client, counter: 1000 + client })
    expect(known).toHaveLength(REMEMBERED_CLIENTS)
    expect(isKnownOperation(known, { client: 100, counter: 1100 })).toBe(true)
    expect(isKnownOperation(known, { client: 92, counter: 1092 })).toBe(false)
  })
})
