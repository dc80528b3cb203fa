/** Whether a replica has seen a save, told by a small text. */
import { encodeValue, LiveDocuments } from '@understudy/document'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasReached, momentOf, readMoment } from './moment.js'
import { sessionKey } from './session-key.js'
import { Session } from './session.js'

const KEY = sessionKey('a')
const live = new LiveDocuments({ limit: 8 })
const fresh = (): Session => Session.create({ terms: { createdAt: 0, stamp: 1 }, lastAccess: 0, live })
const load = (session: Session): Session => Session.load(session.state(), { live })

/** A save by the primary of an epoch. */
function save(session: Session, name: string, value: unknown, epoch = 1): void {
  session.apply([{ op: 'set', name, value: encodeValue(value) }], { reign: { epoch, nonce: epoch }, now: 0 })
}

const reached = (session: Session, moment: string): boolean => hasReached(session, readMoment(moment, KEY))

describe('a moment', () => {
  it('is reached by whoever has seen the save, and by nobody else, through generations, freezes and primaries [FRE-5]', () => {
    const step = fc.record({
      do: fc.constantFrom('save' as const, 'freeze' as const, 'restart' as const, 'carry' as const, 'reign' as const),
      name: fc.constantFrom('x', 'y', 'z'),
      value: fc.nat(3),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const primary = fresh()
        let replica = load(primary)
        let epoch = 1
        const moments: { moment: string; at: number }[] = []
        let writes = 0
        let carried = 0
        for (const { do: what, name, value } of steps) {
          const reign = { epoch, nonce: epoch }
          if (what === 'reign') epoch++
          else if (what === 'restart') primary.restart(reign)
          else if (what === 'carry') [replica, carried] = [load(primary), writes]
          else {
            try {
              const op = what === 'freeze' ? ({ op: 'freeze', name } as const) : ({ op: 'set', name, value: encodeValue(value) } as const)
              if (primary.apply([op], { reign, now: 0 }).changed.length > 0) writes++
            } catch {
              // Frozen, or nothing to freeze: nothing was written.
            }
            moments.push({ moment: momentOf(primary, KEY), at: writes })
          }
          for (const { moment, at } of moments) {
            expect(reached(primary, moment)).toBe(true)
            expect(reached(replica, moment)).toBe(carried >= at)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('stays below 300 letters, digits, - and _, after 40 primaries, too [FRE-5]', () => {
    const session = fresh()
    for (let epoch = 1; epoch <= 40; epoch++) {
      save(session, `x${epoch}`, epoch, epoch * 20_000)
      session.apply([{ op: 'freeze', name: `x${epoch}` }], { reign: { epoch: epoch * 20_000, nonce: 1 }, now: 0 })
    }
    const moment = momentOf(session, KEY)
    expect(moment).toMatch(/^[\w-]{20,300}$/)
    expect(reached(session, moment)).toBe(true)
  })

  it('of another session, of another version, cut, long or damaged is refused with a code [FRE-4]', () => {
    const session = fresh()
    save(session, 'x', 1)
    const moment = momentOf(session, KEY)
    const invalid = expect.objectContaining({ code: 'MOMENT_INVALID' })
    const bad: unknown[] = [undefined, null, 7, {}, '', '!', moment.slice(0, -2), `${moment}AA`, `B${moment.slice(1)}`, 'A'.repeat(301), 'AQ']
    for (const each of bad) expect(() => readMoment(each, KEY)).toThrow(invalid)
    expect(() => readMoment(moment, sessionKey('b'))).toThrow(invalid)
    fc.assert(
      fc.property(fc.base64String({ maxLength: 60 }), (text) => {
        try {
          hasReached(session, readMoment(text, KEY))
        } catch (error) {
          expect(error).toEqual(invalid)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
