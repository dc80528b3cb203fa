/** A session: saves, merges, and the plain fields beside the documents. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { decodeValue, encodeValue, LiveDocuments, type Reign } from '@understudy/document'
import type { SessionLimits } from './limits.js'
import type { Operation } from './operation.js'
import { Session } from './session.js'

const live = new LiveDocuments({ limit: 16 })
const reign: Reign = { epoch: 3, nonce: 70_000 }
const admitAll = (): boolean => true

function emptySession(limits?: SessionLimits): Session {
  return Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live, ...(limits ? { limits } : {}) })
}

function set(name: string, value: unknown): Operation {
  return { op: 'set', name, value: encodeValue(value) }
}

function remove(name: string): Operation {
  return { op: 'remove', name }
}

function freeze(name: string): Operation {
  return { op: 'freeze', name }
}

function increment(name: string, by: number): Operation {
  return { op: 'increment', name, by }
}

function sessionWith(...operations: Operation[]): Session {
  const session = emptySession()
  session.apply(operations, { reign, now: 1 })
  return session
}

function save(session: Session, ...operations: Operation[]): readonly string[] {
  return session.apply(operations, { reign, now: 1 }).changed
}

function withCode(code: string, attribute?: string): unknown {
  return expect.objectContaining(attribute === undefined ? { code } : { code, attribute })
}

/** Everything that can be seen of a session. */
function picture(session: Session): unknown {
  const [fingerprint, benchmark] = [session.fingerprint('k'), session.benchmark()]
  return { state: session.state(), json: session.toJSON(), fingerprint, benchmark }
}

describe('reading a session', () => {
  it('gives what was set', () => {
    const session = sessionWith(set('a', 1), set('b', { deep: ['x', null] }))
    expect(session.get('a')).toBe(1)
    expect(session.toJSON()).toEqual({ a: 1, b: { deep: ['x', null] } })
    expect(session.names().sort()).toEqual(['a', 'b'])
    expect([session.has('a'), session.has('c'), session.get('c')]).toEqual([true, false, undefined])
  })

  it('hands out objects without a prototype', () => {
    expect(Object.getPrototypeOf(sessionWith(set('a', 1)).toJSON())).toBeNull()
  })

  it('lets a frozen attribute hide a mutable one that was set elsewhere at the same time [SES-6]', () => {
    const ours = sessionWith(set('a', 'before'))
    const theirs = Session.load(ours.state(), { live })
    save(ours, freeze('a'))
    theirs.apply([set('a', 'meanwhile')], { reign: { epoch: 4, nonce: 1 }, now: 2 })
    ours.merge(theirs.state(), admitAll)
    theirs.merge(ours.state(), admitAll)
    for (const session of [ours, theirs]) {
      expect(session.toJSON()).toEqual({ a: 'before' })
      expect(session.names()).toEqual(['a'])
      expect(session.isFrozen('a')).toBe(true)
    }
  })
})

describe('a save', () => {
  it('tells what it changed, and leaves out what it did not', () => {
    const session = sessionWith(set('a', 1), set('b', 2), set('c', 3))
    expect(save(session, set('a', 1), set('b', 5), remove('c'), remove('unknown'))).toEqual(['b', 'c'])
    expect(save(session, set('b', 5))).toEqual([])
    expect(save(session, set('new', 1), remove('new'))).toEqual([])
  })

  it('lets its operations see each other', () => {
    const session = sessionWith(set('n', 1))
    save(session, increment('n', 2), increment('n', 2), set('m', 'x'), freeze('m'), increment('fresh', 7))
    expect(session.toJSON()).toEqual({ n: 5, m: 'x', fresh: 7 })
  })

  it('writes one entry an attribute, however often it is touched', () => {
    const session = emptySession()
    const before = session.attributes.vector().size
    save(session, ...Array.from({ length: 50 }, (_, i) => set('a', i)))
    expect(before).toBe(0)
    expect([...session.attributes.vector().values()]).toEqual([1])
  })

  it('is applied whole or not at all [SES-2]', () => {
    const good = fc.constantFrom(set('a', 9), remove('b'), increment('n', 1), freeze('a'), set('new', 1))
    const bad = fc.constantFrom(
      set('frozen', 2), remove('frozen'), increment('frozen', 1), freeze('missing'), increment('text', 1),
      increment('n', Number.MAX_SAFE_INTEGER), increment('n', NaN),
      set('', 1), set('__proto__', 1), set('a'.repeat(257), 1),
      set('a', 'x'.repeat(70_000)), { op: 'set', name: 'z', value: Uint8Array.of(1, 2, 3) } as const,
    )
    fc.assert(
      fc.property(fc.array(good), bad, fc.array(good), (before, wrong, after) => {
        const session = sessionWith(set('a', 1), set('b', 2), set('n', 3), set('text', 't'))
        save(session, set('frozen', 1), freeze('frozen'))
        const was = picture(session)
        const operation = { client: 1, counter: 1 }
        expect(() => session.apply([...before, wrong, ...after], { reign, now: 99, operation })).toThrowError()
        expect(picture(session)).toEqual(was)
      }),
      { numRuns: 200 },
    )
  })

  it('has no second effect when it comes again [SES-8]', () => {
    const session = emptySession()
    const operation = { client: 7, counter: 1 }
    expect(session.apply([increment('n', 1)], { reign, now: 1, operation }).duplicate).toBe(false)
    expect(session.apply([increment('n', 1)], { reign, now: 2, operation })).toMatchObject({ changed: [], duplicate: true })
    const promoted = Session.load(session.state(), { live })
    const later = { reign: { epoch: 4, nonce: 2 }, now: 3, operation }
    expect(promoted.apply([increment('n', 1)], later).duplicate).toBe(true)
    expect(promoted.get('n')).toBe(1)
  })

  it('refuses an operation that does not exist', () => {
    const operation: Operation = JSON.parse('{"op":"drop","name":"a"}')
    expect(() => save(emptySession(), operation)).toThrowError(withCode('OPERATION_INVALID'))
  })
})

describe('a frozen attribute', () => {
  it('never changes again, and writing to it changes nothing [SES-12]', () => {
    const session = sessionWith(set('a', 1))
    expect(save(session, freeze('a'))).toEqual(['a'])
    const was = picture(session)
    for (const operation of [set('a', 2), set('a', 1), remove('a'), increment('a', 1)]) {
      expect(() => save(session, operation)).toThrowError(withCode('ATTRIBUTE_FROZEN', 'a'))
      expect(() => save(session, set('b', 1), operation)).toThrowError(withCode('ATTRIBUTE_FROZEN', 'a'))
    }
    expect(picture(session)).toEqual(was)
  })

  it('can be frozen twice, to no effect', () => {
    const session = sessionWith(set('a', 1), freeze('a'), freeze('a'))
    const was = session.fingerprint('k')
    expect(save(session, freeze('a'))).toEqual([])
    expect(session.fingerprint('k')).toEqual(was)
  })

  it('must have a value', () => {
    expect(() => save(emptySession(), freeze('a'))).toThrowError(withCode('ATTRIBUTE_MISSING', 'a'))
    const session = sessionWith(set('a', 1))
    expect(() => save(session, remove('a'), freeze('a'))).toThrowError(withCode('ATTRIBUTE_MISSING', 'a'))
  })

  it('leaves the attributes document, without a trace if it never was there', () => {
    expect(sessionWith(set('a', 1), freeze('a')).attributes.vector().size).toBe(0)
    const session = sessionWith(set('a', 1))
    save(session, freeze('a'))
    expect(session.attributes.has('a')).toBe(false)
    expect(session.frozen.get('a')).toBe(1)
  })
})

describe('an increment', () => {
  it('keeps whole numbers exact or fails [SES-13]', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (from, by) => {
        const session = sessionWith(set('n', from))
        const exact = BigInt(from) + BigInt(by)
        if (Number.isSafeInteger(Number(exact)) && BigInt(Number(exact)) === exact) {
          save(session, increment('n', by))
          expect(session.get('n')).toBe(Number(exact))
        } else {
          expect(() => save(session, increment('n', by))).toThrowError(withCode('NUMBER_OUT_OF_RANGE', 'n'))
        }
      }),
    )
  })

  it('adds fractions as JavaScript does, and refuses what is not finite', () => {
    const session = sessionWith(set('n', 0.5))
    save(session, increment('n', 0.25))
    expect(session.get('n')).toBe(0.75)
    save(session, set('n', Number.MAX_VALUE))
    expect(() => save(session, increment('n', 0.5))).not.toThrow()
    expect(() => save(session, increment('n', 1))).toThrowError(withCode('NUMBER_OUT_OF_RANGE', 'n'))
  })

  it.each([['text', 'x'], ['a bigint', 5n], ['null', null], ['a list', [1]]])('refuses %s', (_, value) => {
    const session = sessionWith(set('n', value))
    expect(() => save(session, increment('n', 1))).toThrowError(withCode('ATTRIBUTE_NOT_A_NUMBER', 'n'))
  })

  it.each([NaN, Infinity, '1', 1n, undefined])('refuses to add %s', (by) => {
    const refused = withCode('ATTRIBUTE_NOT_A_NUMBER', 'n')
    const operation = { ...increment('n', 0), by }
    expect(() => Reflect.apply(save, undefined, [emptySession(), operation])).toThrowError(refused)
  })
})

describe('limits', () => {
  const limits: SessionLimits = { valueBytes: 100, sessionBytes: 600, attributes: 4 }

  it('bound a value, a session, and the number of attributes [SES-14]', () => {
    const session = emptySession(limits)
    expect(() => save(session, set('a', 'x'.repeat(100)))).toThrowError(withCode('VALUE_TOO_LARGE', 'a'))
    for (const name of ['a', 'b', 'c', 'd']) save(session, set(name, 'x'.repeat(90)))
    expect(() => save(session, set('e', 1))).toThrowError(withCode('TOO_MANY_ATTRIBUTES'))
    save(session, remove('a'), set('e', 1))
    const wide = emptySession({ ...limits, attributes: 100 })
    const names = Array.from({ length: 10 }, (_, i) => `n${i}`)
    const fill = () => names.forEach((name) => save(wide, set(name, 'x'.repeat(90))))
    expect(fill).toThrowError(withCode('SESSION_TOO_LARGE'))
    expect(wide.byteLength).toBeLessThanOrEqual(600)
  })

  it('count values, not the history that led to them', () => {
    const session = emptySession(limits)
    for (let i = 0; i < 200; i++) save(session, set('a', 'x'.repeat(80) + i))
    expect(session.get('a')).toBe('x'.repeat(80) + 199)
  })

  it('let a session that is too large shrink', () => {
    const large = sessionWith(...Array.from({ length: 20 }, (_, i) => set(`n${i}`, 'x'.repeat(90))))
    const session = Session.load(large.state(), { live, limits })
    expect(() => save(session, set('n0', 'x'.repeat(95)))).toThrowError(withCode('SESSION_TOO_LARGE'))
    save(session, set('n0', 'x'))
    save(session, remove('n1'))
    expect(session.count).toBe(19)
  })
})

describe('a merge', () => {
  it('brings a replica to the same state, again and again', () => {
    const primary = sessionWith(set('a', 1), set('b', 2), set('f', 3), freeze('f'))
    const replica = emptySession()
    expect([...replica.merge(primary.state(), admitAll).changed].sort()).toEqual(['a', 'b', 'f'])
    expect(picture(replica)).toEqual(picture(primary))
    expect(replica.merge(primary.state(), admitAll).changed).toEqual([])
  })

  it('checks both documents before it changes either [SES-15]', () => {
    const primary = sessionWith(set('a', 1), set('f', 3), freeze('f'))
    const replica = emptySession()
    replica.apply([set('x', 1), set('y', 1), freeze('x')], { reign: { epoch: 2, nonce: 5 }, now: 1 })
    const was = picture(replica)
    const { attributes, frozen, ...rest } = primary.state()
    const broken = Uint8Array.of(1, 1, 1)
    const halves = [{ ...rest, attributes, frozen: broken }, { ...rest, attributes: broken, frozen }]
    for (const delta of halves) {
      expect(() => Reflect.apply(replica.merge, replica, [delta, admitAll])).toThrowError(withCode('DELTA_MALFORMED'))
      expect(picture(replica)).toEqual(was)
    }
    const attributesOnly = (writer: number) => writer % 2 === 0
    expect(() => replica.merge(primary.state(), attributesOnly)).toThrowError(withCode('DELTA_FORGED_WRITER'))
    expect(picture(replica)).toEqual(was)
  })

  it('reports that it lacks the frozen part, until it has it [SES-16]', () => {
    const primary = sessionWith(set('a', 1), set('f', 3), freeze('f'))
    const { frozen: _, ...without } = primary.state()
    const replica = emptySession()
    expect(replica.merge(without, admitAll).lacksFrozen).toBe(true)
    expect(replica.merge(primary.state(), admitAll).lacksFrozen).toBe(false)
    expect(replica.merge(without, admitAll).lacksFrozen).toBe(false)
  })

  it('takes the latest access, the joined terms and all operations', () => {
    const a = Session.create({ terms: { createdAt: 5, stamp: 1 }, lastAccess: 10, live })
    const b = Session.create({ terms: { createdAt: 3, stamp: 2, idleTimeout: 100 }, lastAccess: 4, live })
    b.apply([set('x', 1)], { reign, now: 6, operation: { client: 1, counter: 1 } })
    a.merge(b.state(), admitAll)
    b.merge(a.state(), admitAll)
    for (const session of [a, b]) {
      expect(session.terms).toEqual({ createdAt: 3, stamp: 2, idleTimeout: 100 })
      expect(session.lastAccess).toBe(10)
      expect(session.deadline()).toBe(110)
      expect(session.operations).toEqual([{ client: 1, counter: 1 }])
    }
  })
})

describe('last access', () => {
  it('only goes forward, and not beyond the absolute deadline [SES-17]', () => {
    const session = Session.create({ terms: { createdAt: 0, stamp: 0, absoluteDeadline: 50 }, lastAccess: 10, live })
    expect([session.touch(5), session.lastAccess]).toEqual([false, 10])
    expect([session.touch(20), session.lastAccess]).toEqual([true, 20])
    expect([session.touch(80), session.lastAccess]).toEqual([true, 50])
    expect(session.deadline()).toBe(50)
  })

  it('moves with every save', () => {
    const session = emptySession()
    session.apply([set('a', 1)], { reign, now: 77 })
    expect(session.lastAccess).toBe(77)
  })
})

describe('terms of a session', () => {
  it('change for a later stamp only', () => {
    const session = emptySession()
    expect(session.setTerms({ createdAt: 0, stamp: 5, idleTimeout: 10 })).toBe(true)
    expect(session.setTerms({ createdAt: 0, stamp: 4, idleTimeout: 99 })).toBe(false)
    expect(session.terms.idleTimeout).toBe(10)
  })
})

describe('a fingerprint', () => {
  it('moves with every change, and depends on the key', () => {
    const session = emptySession()
    const seen = new Set([String(session.fingerprint('k'))])
    const frozen = [[set('f', 1), freeze('f')], [set('b', 1)], [freeze('b')]]
    for (const operations of [[set('a', 1)], [set('a', 2)], [remove('a')], ...frozen]) {
      save(session, ...operations)
      seen.add(String(session.fingerprint('k')))
    }
    session.restart(reign)
    seen.add(String(session.fingerprint('k'))).add(String(session.fingerprint('other')))
    expect(seen.size).toBe(9)
  })

  it('has two unsigned halves of 32 bits', () => {
    for (const half of sessionWith(set('a', 1)).fingerprint('k')) expect(half).toBe(half >>> 0)
  })

  it('is no different when concurrent changes arrived in another order [SES-18]', () => {
    const start = sessionWith(set('a', 0)).state()
    const sides = [1, 2, 3].map((nonce) => {
      const side = Session.load(start, { live })
      side.apply([set('a', nonce), set(`n${nonce}`, 1), freeze(`n${nonce}`)], { reign: { epoch: 4, nonce }, now: 1 })
      return side.state()
    })
    const merged = [[0, 1, 2], [2, 1, 0], [1, 0, 2, 1]].map((order) => {
      const session = Session.load(start, { live })
      for (const at of order) session.merge(sides[at] ?? start, admitAll)
      return session
    })
    expect(new Set(merged.map((session) => String(session.fingerprint('k')))).size).toBe(1)
    expect(new Set(merged.map((session) => session.frozenHash())).size).toBe(1)
  })
})

describe('the state of a session', () => {
  it('is all there is to load it again [SES-19]', () => {
    const session = sessionWith(set('a', 1), set('f', 'x'), freeze('f'), set('gone', 1), remove('gone'))
    session.restart(reign)
    session.apply([increment('a', 1)], { reign, now: 9, operation: { client: 3, counter: 8 } })
    const loaded = Session.load(session.state(), { live })
    expect(picture(loaded)).toEqual(picture(session))
    save(session, set('b', 1))
    loaded.merge(session.state(), admitAll)
    expect(picture(loaded)).toEqual(picture(session))
  })

  it('is refused without terms, or without the base of its generation', () => {
    const session = sessionWith(set('a', 1))
    session.restart(reign)
    const { terms: _, ...termless } = session.state()
    const { base: __, ...baseless } = session.state()
    expect(() => Session.load(termless, { live })).toThrowError(withCode('DELTA_MALFORMED'))
    expect(() => Session.load(baseless, { live })).toThrowError(withCode('DELTA_GAP'))
  })

  it('keeps the values as they were encoded', () => {
    const session = sessionWith(set('bytes', Uint8Array.of(1, 2)), set('big', 12n))
    expect(decodeValue(session.raw('bytes') ?? Uint8Array.of())).toEqual(Uint8Array.of(1, 2))
    expect(session.get('big')).toBe(12n)
  })
})
