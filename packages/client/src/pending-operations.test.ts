import type { Value } from '@understudy/document'
import { decodeValue, encodeValue, LiveDocuments } from '@understudy/document'
import type { Operation } from '@understudy/session'
import { Session } from '@understudy/session'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PendingOperations } from './pending-operations.js'

const set = (name: string, value: Value): Operation => ({ op: 'set', name, value: encodeValue(value) })
const increment = (name: string, by: number): Operation => ({ op: 'increment', name, by })
const remove = (name: string): Operation => ({ op: 'remove', name })

describe('pending operations', () => {
  test('of one name replace what they make pointless', () => {
    const pending = new PendingOperations()
    for (const each of [set('a', 1), set('b', 1), increment('a', 2), set('a', 5), increment('a', 2), increment('a', 3)]) {
      pending.add(each)
    }
    expect(pending.take().operations).toEqual([set('a', 5), increment('a', 5), set('b', 1)])
    expect(pending.hasUnsaved).toBe(false)
  })

  test('go back before later ones when they were not sent', () => {
    const pending = new PendingOperations()
    pending.add(set('a', 1))
    pending.add(increment('n', 1))
    const batch = pending.take()
    pending.add(set('a', 2))
    pending.add(increment('n', 10))
    expect([pending.valueOf('a', undefined), pending.valueOf('n', 100)]).toEqual([2, 111])
    pending.restore(batch)
    expect(pending.hasBatches).toBe(false)
    expect([pending.valueOf('a', undefined), pending.valueOf('n', 100)]).toEqual([2, 111])
    expect(pending.take().operations).toEqual([set('a', 2), increment('n', 11)])
  })

  test('are settled once', () => {
    const pending = new PendingOperations()
    pending.add(set('a', 1))
    const batch = pending.take()
    expect([pending.settle(batch), pending.settle(batch)]).toEqual([true, false])
    pending.restore(batch)
    expect(pending.hasUnsaved).toBe(false)
  })

  test('look as the primary will make it, whenever saves were taken [CLI-1]', () => {
    const name = fc.constantFrom('a', 'b')
    const number = fc.integer({ min: -9, max: 9 })
    const operation = fc.oneof(
      fc.tuple(name, number).map(([of, value]) => set(of, value)),
      fc.tuple(name, number).map(([of, by]) => increment(of, by)),
      name.map((of) => remove(of)),
    )
    const live = new LiveDocuments({ limit: 2 })
    const reign = { epoch: 1, nonce: 1 }
    fc.assert(
      fc.property(fc.array(fc.oneof(operation, fc.constant('save' as const)), { maxLength: 30 }), (steps) => {
        const pending = new PendingOperations()
        const batches: (readonly Operation[])[] = []
        const primary = Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live })
        primary.apply([set('a', 100)], { reign, now: 0 })
        const base = primary.raw('a')
        for (const step of steps) {
          if (step === 'save') batches.push(pending.take().operations)
          else pending.add(step)
        }
        const seen = [pending.valueOf('a', base && decodeValue(base)), pending.valueOf('b', undefined)]
        batches.push(pending.take().operations)
        for (const batch of batches) primary.apply(batch, { reign, now: 0 })
        expect(seen).toEqual([primary.get('a'), primary.get('b')])
      }),
    )
  })
})
