/** A session that comes to rest and wakes is what it was: its documents, generation, terms, operations, and what it does next. */
import { ByteReader, ByteWriter, encodeValue, Lexicon, LiveDocuments } from '@understudy/document'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Operation } from './operation.js'
import { packSession, unpackSession } from './packed.js'
import { writeResting } from './resting.js'
import { Session } from './session.js'

const live = new LiveDocuments({ limit: 2 })
const admitAll = (): boolean => true
const NAMES = ['a', 'b', 'c', 'ü']

/** One for all, so that what is met often gets its number. */
const lexicon = new Lexicon()

/** The session at rest, after it was packed and unpacked. */
function record(session: Session): ByteReader {
  const out = new ByteWriter()
  writeResting(out, session)
  const bytes = out.take()
  const [packed, unpacked] = [new ByteWriter(), new ByteWriter()]
  packSession(new ByteReader(bytes, 'DELTA_MALFORMED'), packed, lexicon)
  unpackSession(new ByteReader(packed.take(), 'DELTA_MALFORMED'), unpacked, lexicon)
  expect(Buffer.from(unpacked.window()).equals(bytes)).toBe(true)
  return new ByteReader(unpacked.take(), 'DELTA_MALFORMED')
}

const rested = (session: Session): Session => Session.awake(record(session), { live })

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('save' as const), name: fc.constantFrom(...NAMES), value: fc.string({ maxLength: 60 }), client: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), name: fc.constantFrom('f', 'g') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'restart' as const, 'reign' as const, 'merge' as const), name: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('terms' as const), idle: fc.option(fc.nat(1e6), { nil: undefined }), absolute: fc.option(fc.nat(1e6), { nil: undefined }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('rest' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never

/** Two sessions that go through the same, of which one rests; and what a stranger writes at the same time. */
class Pair {
  readonly awake = Session.create({ terms: { createdAt: 5, stamp: 7 }, lastAccess: 6, live })
  resting = Session.create({ terms: { createdAt: 5, stamp: 7 }, lastAccess: 6, live })
  #stranger = Session.create({ terms: { createdAt: 5, stamp: 7 }, lastAccess: 6, live })
  #reign = { epoch: 2, nonce: 4 }
  #now = 10

  take(step: Step): void {
    this.#now++
    if (step.do === 'rest') this.resting = rested(this.resting)
    else if (step.do === 'reign') this.#reign = { epoch: this.#reign.epoch + 1, nonce: this.#now }
    else if (step.do === 'merge') this.#merge(step.name)
    else if (step.do === 'restart') for (const session of [this.awake, this.resting]) session.restart(this.#reign)
    else for (const session of [this.awake, this.resting]) this.#save(session, step)
  }

  #save(session: Session, step: Exclude<Step, { do: 'rest' | 'restart' | 'reign' | 'merge' }>): void {
    const operation = { client: 2 ** 52 + (step.do === 'save' ? step.client : 0), counter: this.#now }
    session.apply(operationsOf(step, session), { reign: this.#reign, now: this.#now, operation })
  }

  #merge(name: string): void {
    this.#stranger.apply([{ op: 'set', name, value: encodeValue(this.#now) }], { reign: { epoch: 1, nonce: 9 }, now: this.#now })
    const [one, other] = [this.awake, this.resting].map((session) => session.merge(this.#stranger.state(), admitAll, { reign: this.#reign }))
    expect(other).toEqual(one)
  }
}

function operationsOf(step: Exclude<Step, { do: 'rest' | 'restart' | 'reign' | 'merge' }>, session: Session): Operation[] {
  switch (step.do) {
    case 'save':
      return [{ op: 'set', name: step.name, value: encodeValue(step.value) }]
    case 'freeze':
      return session.isFrozen(step.name) ? [] : [{ op: 'set', name: step.name, value: encodeValue('for good') }, { op: 'freeze', name: step.name }]
    case 'terms':
      return [{ op: 'terms', ...(step.idle && { idleTimeout: step.idle }), ...(step.absolute && { absoluteTimeout: step.absolute }) }]
    default:
      return [{ op: 'remove', name: step.name }]
  }
}

describe('a session that rests', () => {
  it('is after any history what it would be without [SES-24]', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const pair = new Pair()
        for (const each of steps) {
          pair.take(each)
          expect(pair.resting.state()).toEqual(pair.awake.state())
        }
        const { awake, resting } = pair
        expect(resting.benchmark()).toEqual(awake.benchmark())
        expect(resting.fingerprint('k')).toEqual(awake.fingerprint('k'))
        expect(resting.toJSON()).toEqual(awake.toJSON())
        expect(Session.load(resting.state(), { live }).toJSON()).toEqual(awake.toJSON())
      }),
      { numRuns: 500 },
    )
  })

  it('keeps numbers of 53 bits [SES-24]', () => {
    const most = Number.MAX_SAFE_INTEGER
    const session = Session.create({ terms: { createdAt: most - 1, stamp: most, idleTimeout: most, absoluteDeadline: most }, lastAccess: most, live })
    session.apply([{ op: 'set', name: 'a', value: encodeValue(1) }], { reign: { epoch: 1, nonce: 1 }, now: 1, operation: { client: most, counter: most } })
    expect(rested(session).state()).toEqual(session.state())
  })
})
