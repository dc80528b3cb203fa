/** The change order finds what changed after a sequence, and walks no further. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { key } from '../test-support/stores.js'
import { ChangeOrder } from './change-order.js'
import { StoredSession } from './stored-session.js'

function storedSessions(count: number): StoredSession[] {
  return Array.from({ length: count }, (_, i) => new StoredSession(key(String(i)), 0))
}

function change(order: ChangeOrder, stored: StoredSession | undefined, sequence: number): void {
  if (stored === undefined) return
  stored.sequence = sequence
  order.moveToEnd(stored)
}

describe('the change order', () => {
  it('gives what changed after a sequence, newest first [STO-1]', () => {
    const order = new ChangeOrder()
    const [a, b, c] = storedSessions(3)
    change(order, a, 1)
    change(order, b, 2)
    change(order, c, 3)
    expect([...order.since(1)]).toEqual([c, b])
    expect([...order.since(3)]).toEqual([])
    expect([...order.since(0)]).toEqual([c, b, a])
  })

  it('lists a session once, at its latest change [STO-1]', () => {
    const order = new ChangeOrder()
    const [a, b] = storedSessions(2)
    change(order, a, 1)
    change(order, b, 2)
    change(order, a, 3)
    change(order, a, 4)
    expect([...order.since(0)]).toEqual([a, b])
    expect([...order.since(2)]).toEqual([a])
  })

  it('lets a session leave from anywhere', () => {
    for (const leaving of [0, 1, 2]) {
      const order = new ChangeOrder()
      const all = storedSessions(3)
      for (const [i, stored] of all.entries()) change(order, stored, i + 1)
      const gone = all[leaving]
      if (gone !== undefined) order.remove(gone)
      expect([...order.since(0)]).toEqual(all.filter((stored) => stored !== gone).toReversed())
    }
  })

  it('looks at nothing but what changed', () => {
    const order = new ChangeOrder()
    const all = storedSessions(1_000)
    for (const [i, stored] of all.entries()) change(order, stored, i + 1)
    let looked = 0
    for (const stored of all) {
      const { sequence } = stored
      Object.defineProperty(stored, 'sequence', { get: () => (looked++, sequence) })
    }
    expect([...order.since(998)]).toHaveLength(2)
    expect(looked).toBe(3)
  })

  it('is what sorting by sequence would give, whatever changes and leaves [STO-1]', () => {
    const step = fc.record({ which: fc.nat(9), leaves: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), fc.nat(40), (steps, since) => {
        const order = new ChangeOrder()
        const all = storedSessions(10)
        const present = new Set<StoredSession>()
        for (const [i, { which, leaves }] of steps.entries()) {
          const stored = all[which]
          if (stored === undefined) continue
          if (leaves) {
            if (present.delete(stored)) order.remove(stored)
          } else {
            present.add(stored)
            change(order, stored, i + 1)
          }
        }
        const sorted = [...present].filter(({ sequence }) => sequence > since).sort((a, b) => b.sequence - a.sequence)
        expect([...order.since(since)]).toEqual(sorted)
      }),
    )
  })
})
