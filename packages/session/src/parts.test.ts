import { encodeValue, LiveDocuments, type Reign, type Value } from '@understudy/document'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KEPT_REIGNS, TOLD_INCREMENTS } from './counter.js'
import { DEFAULT_LIMITS } from './limits.js'
import type { SaveId } from './operation-log.js'
import type { Operation } from './operation.js'
import { nameOf } from './path.js'
import { readEntries } from './parts.js'
import { memberAt, stepOf, type Member } from './set-member.js'
import { SessionError } from './session-error.js'
import { Session } from './session.js'
import { hashOf } from './value-hash.js'

const live = new LiveDocuments()
const A: Reign = { epoch: 1, nonce: 1 }
const B: Reign = { epoch: 2, nonce: 2 }
const admitAll = (): boolean => true

const emptySession = (): Session => Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live })
const set = (path: string | readonly string[], value: Value): Operation => ({ op: 'set', name: nameOf(path), value: encodeValue(value) })
const remove = (path: string | readonly string[]): Operation => ({ op: 'remove', name: nameOf(path) })
const increment = (name: string, by = 1): Operation => ({ op: 'increment', name, by })
const json = (session: Session): unknown => structuredClone({ ...session.toJSON() })

function save(session: Session, reign: Reign, operations: readonly Operation[], operation?: SaveId): readonly string[] {
  return session.apply(operations, { reign, now: 0, ...(operation && { operation }) }).changed
}

function codeOf(act: () => unknown): string {
  try {
    act()
    return 'none'
  } catch (error) {
    return error instanceof SessionError ? error.code : String(error)
  }
}

/** Two that hold the same, and know nothing of each other from then on; `heal` joins them at the second. */
function split(...operations: Operation[]) {
  const one = emptySession()
  if (operations.length > 0) save(one, { epoch: 0, nonce: 9 }, operations)
  const other = Session.load(one.state(), { live })
  const heal = (): unknown => {
    other.merge(one.state(), admitAll, { reign: { epoch: 3, nonce: 3 } })
    one.merge(other.state(), admitAll)
    expect(json(one)).toEqual(json(other))
    return json(other)
  }
  return { one, other, heal }
}

describe('an object', () => {
  it('is written leaf by leaf: one changed leaf is one entry', () => {
    const session = emptySession()
    save(session, A, [set('cart', { a: { n: 1, text: 'x'.repeat(300) }, b: [1, 2] })])
    const before = session.attributes.vector()
    expect(save(session, A, [set('cart', { a: { n: 2, text: 'x'.repeat(300) }, b: [1, 2] })])).toEqual(['cart'])
    expect(session.attributes.deltaSince(before).length).toBeLessThan(60)
    expect(save(session, A, [set('cart', { b: [1, 2], a: { text: 'x'.repeat(300), n: 2 } })])).toEqual([])
  })

  it('keeps what both sides of a split put into it, also if both made it [PTH-2]', () => {
    const { one, other, heal } = split()
    save(one, A, [set(['cart', 'sku-1'], 1)])
    save(other, B, [set('cart', { 'sku-2': 2 })])
    expect(heal()).toEqual({ cart: { 'sku-1': 1, 'sku-2': 2 } })
  })

  it('stays when its last members are taken out on two sides at once [PTH-2]', () => {
    const { one, other, heal } = split(set('cart', { a: 1, b: 2 }))
    save(one, A, [remove(['cart', 'a'])])
    save(other, B, [remove(['cart', 'b'])])
    expect(heal()).toEqual({ cart: {} })
  })

  const wholes: [string, Operation, unknown][] = [
    ['is gone if one took it away', remove('user'), {}],
    ['is what one put in its place', set('user', null), { user: null }],
  ]
  for (const [what, whole, expected] of wholes) {
    for (const restarted of [false, true]) {
      for (const [first, second] of [[A, B], [B, A]] as const) {
        it(`${what} while another changed something in it, whoever reigns later${restarted ? ', through restarts' : ''} [PTH-3]`, () => {
          const { one, other, heal } = split(set('user', { name: 'x', deep: { a: 1 } }))
          save(one, first, [whole])
          save(other, second, [set(['user', 'seen'], 1), set(['user', 'deep', 'a'], 2)])
          if (restarted) one.restart(first)
          expect(heal()).toEqual(expected)
          // What did not count does not come back with an object that is made anew.
          const after: Reign = { epoch: 4, nonce: 4 }
          save(other, after, [set(['user', 'name'], 'y')])
          expect(json(other)).toEqual({ user: { name: 'y' } })
          other.restart(after)
          expect(other.attributes.names().sort()).toEqual(['user', nameOf(['user', 'name'])])
        })
      }
    }
  }

  it('is one leaf where its keys make no paths, and can be changed all the same [PTH-9]', () => {
    const session = emptySession()
    save(session, A, [set('odd', { '': 1, inner: { a: 1 } })])
    expect(session.attributes.names()).toEqual(['odd'])
    save(session, A, [set(['odd', 'inner', 'a'], 2), increment(nameOf(['odd', 'n']), 3)])
    expect(json(session)).toEqual({ odd: { '': 1, inner: { a: 2 }, n: 3 } })
    save(session, A, [set('odd', { a: { '\u001fx': 1 } })])
    expect(json(session)).toEqual({ odd: { a: { '\u001fx': 1 } } })
    expect(codeOf(() => save(session, A, [set('odd', { '\u001f': 1 })]))).toBe('VALUE_NOT_STORABLE')
  })

  it('that an older node kept as one leaf is read, and taken apart with its first change [PTH-9]', () => {
    const session = emptySession()
    session.attributes.append(4_503_599_627_370_496 - 2, [{ name: 'cart', value: encodeValue({ a: 1, b: { c: 2 } }) }])
    expect(json(session)).toEqual({ cart: { a: 1, b: { c: 2 } } })
    save(session, { epoch: 600_000, nonce: 1 }, [set(['cart', 'b', 'd'], 3)])
    expect(json(session)).toEqual({ cart: { a: 1, b: { c: 2, d: 3 } } })
    expect(session.attributes.names()).toContain(nameOf(['cart', 'b', 'd']))
  })

  it('is frozen whole, and nothing can be put into it, not even on another side [FRZ-2]', () => {
    const { one, other, heal } = split(set('user', { id: 1, name: 'x' }))
    save(one, A, [{ op: 'freeze', name: 'user' }])
    expect(codeOf(() => save(one, A, [set(['user', 'id'], 2)]))).toBe('ATTRIBUTE_FROZEN')
    expect(codeOf(() => save(one, A, [{ op: 'freeze', name: nameOf(['user', 'id']) }]))).toBe('NAME_INVALID')
    expect([one.isFrozen('user'), one.isFrozen(nameOf(['user', 'id'])), one.frozen.names()]).toEqual([true, true, ['user']])
    save(other, B, [set(['user', 'role'], 'admin')])
    expect(heal()).toEqual({ user: { id: 1, name: 'x' } })
  })

  it('counts each leaf as an attribute, and each leaf may be as large as a value [PTH-10]', () => {
    const session = emptySession()
    const members = Object.fromEntries(Array.from({ length: DEFAULT_LIMITS.attributes - 1 }, (_, i) => [`k${i}`, i]))
    save(session, A, [set('all', members)])
    expect(codeOf(() => save(session, A, [set(['all', 'more'], 1)]))).toBe('TOO_MANY_ATTRIBUTES')
    save(session, A, [set(['all', 'k0'], 1), remove(['all', 'k1']), set('other', 1)])
    expect(codeOf(() => save(session, A, [set('large', { a: 'x'.repeat(65_536) })]))).toBe('VALUE_TOO_LARGE')
    const two = emptySession()
    save(two, A, [set('large', { a: 'x'.repeat(50_000), b: 'x'.repeat(50_000) })])
    expect(two.names()).toEqual(['large'])
  })

  it('is refused before it costs much, where a save has too many operations or parts [PTH-10]', () => {
    const session = emptySession()
    const makes = (count: number): Operation[] => Array.from({ length: count }, (_, i) => ({ op: 'make', name: nameOf(['a', `k${i}`]) }))
    expect(codeOf(() => save(session, A, makes(4_097)))).toBe('OPERATION_INVALID')
    expect(codeOf(() => save(session, A, makes(4_096)))).toBe('TOO_MANY_ATTRIBUTES')
    const wide = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, {}]))
    expect(codeOf(() => save(session, A, [set('a', wide)]))).toBe('TOO_MANY_ATTRIBUTES')
    expect(json(session)).toEqual({})
  })

  it('is refused for names that make no path, with nothing changed [PTH-7]', () => {
    const session = emptySession()
    for (const name of ['a\u001f', '\u001fa', 'a\u001f\u001fb', 'a\u001f__proto__', 'a\u001fconstructor', `a\u001f${'y'.repeat(255)}`, Array(33).fill('a').join('\u001f')]) {
      for (const op of ['remove', 'make'] as const) expect(codeOf(() => save(session, A, [set('z', 1), { op, name }]))).toBe('NAME_INVALID')
    }
    expect(json(session)).toEqual({})
  })

  it('never gets members that reach a prototype, though another node sends them', () => {
    const session = emptySession()
    session.attributes.append(2, [{ name: 'a', value: encodeValue({}) }, { name: 'a\u001f__proto__', value: encodeValue(1) }, { name: 'a\u001fb', value: encodeValue(2) }])
    expect(json(session)).toEqual({ a: { b: 2 } })
    expect(readEntries(session.attributes.entries())).toEqual({ a: { b: 2 } })
  })
})

describe('a counter', () => {
  it('adds up what both sides of a split counted, from nothing and from a number [CNT-1]', () => {
    const { one, other, heal } = split(set('n', 10), set('m', 1))
    save(one, A, [increment('n', 2), increment('new', 5)])
    save(one, A, [increment('n', 3)])
    save(other, B, [increment('n', 100), increment('new', -1)])
    expect(heal()).toEqual({ n: 115, m: 1, new: 4 })
  })

  it('that is set on one side has that value, and what the other side added besides [CNT-3]', () => {
    const { one, other, heal } = split(set('n', 10), increment('n', 1))
    save(one, A, [increment('n', 5)])
    save(one, A, [set('n', 0)])
    expect(one.get('n')).toBe(0)
    save(other, B, [increment('n', 7)])
    expect(heal()).toEqual({ n: 7 })
  })

  it('that is removed or becomes something else on one side is so, whatever the other side added [CNT-3]', () => {
    for (const [operation, expected] of [[remove('n'), {}], [set('n', 'text'), { n: 'text' }]] as const) {
      const { one, other, heal } = split(increment('n', 1))
      save(one, B, [operation])
      save(other, A, [increment('n', 7)])
      expect(heal()).toEqual(expected)
    }
  })

  it('counts a save once that two reigns applied [CNT-2]', () => {
    const { one, other, heal } = split()
    const id = { client: 2 ** 52 + 5, counter: 1_000 }
    save(one, A, [increment('n', 2)], id)
    save(other, B, [increment('n', 2)], { ...id, resent: [0] })
    // Both go on, and the client says what it had sent twice.
    for (let i = 1; i <= 20; i++) {
      save(one, A, [increment('n', 10)], { client: 7, counter: 2_000 + i })
      save(other, B, [increment('n', 100)], { client: id.client, counter: id.counter + i, resent: [i] })
    }
    expect(heal()).toEqual({ n: 2 + 200 + 2_000 })
  })

  it('counts each save once, however many of them two reigns applied, and however many follow [CNT-2]', () => {
    const { one, other, heal } = split()
    const client = 2 ** 52 + 5
    const [first, count] = [1_000, 25]
    // The first reign has all of them, and the client no answer; then they come again to the second, one after the other.
    for (let i = 0; i < count; i++) save(one, A, [increment('n')], { client, counter: first + i, oldest: i })
    for (let i = 0; i < count; i++) {
      // It names the latest eight.
      const resent = Array.from({ length: Math.min(8, i + 1) }, (_, before) => before)
      save(other, B, [increment('n')], { client, counter: first + i, resent })
    }
    for (let i = 0; i < 100; i++) save(other, B, [increment('n')], { client, counter: 2_000 + i })
    expect(heal()).toEqual({ n: count + 100 })
  })

  it('stays small and exact through 1,000 reigns and 10 clients [CNT-4]', () => {
    const session = emptySession()
    let sum = 0
    let largest = 0
    for (let epoch = 1; epoch <= 1_000; epoch++) {
      for (let i = 0; i < 3; i++) {
        save(session, { epoch, nonce: (epoch * 7919) % 2 ** 20 }, [increment('n', epoch)], { client: (epoch * 31 + i) % 10, counter: 1_000 * epoch + i, oldest: 5 })
        sum += epoch
      }
      largest = Math.max(largest, session.count)
    }
    expect(session.get('n')).toBe(sum)
    expect(largest).toBeLessThanOrEqual(KEPT_REIGNS + 2)
    const longest = Math.max(...session.attributes.entries().map(([, value]) => (Array.isArray(value) ? value.length : 1)))
    expect(longest).toBeLessThanOrEqual(1 + 3 * TOLD_INCREMENTS)
    expect(session.attributes.freshByteLength).toBeLessThan(4_000)
  })

  it('adds up on two sides that fold what came before each for itself [CNT-4]', () => {
    const { one, other, heal } = split()
    for (let epoch = 1; epoch <= 30; epoch++) save(one, { epoch, nonce: 1 }, [increment('n')])
    other.merge(one.state(), admitAll)
    for (let i = 0; i < 6; i++) save(one, { epoch: 40 + 2 * i, nonce: 1 }, [increment('n')])
    for (let i = 0; i < 10; i++) save(other, { epoch: 41 + 2 * i, nonce: 1 }, [increment('n', 100)])
    expect(heal()).toEqual({ n: 30 + 6 + 1_000 })
  })

  it('passes over what comes back from a reign that was folded long ago, and counts nothing twice [CNT-4]', () => {
    const { one, other } = split()
    save(one, A, [increment('n', 5)])
    other.merge(one.state(), admitAll)
    for (let i = 0; i < 40; i++) save(other, { epoch: 10 + i, nonce: 1 }, [increment('n', 1)])
    other.restart({ epoch: 60, nonce: 1 })
    save(one, A, [increment('n', 3)])
    other.merge(one.state(), admitAll, { reign: { epoch: 61, nonce: 3 } })
    expect(json(other)).toEqual({ n: 5 + 40 })
  })

  it('that would not stay exact is refused, with what it was [SES-13]', () => {
    const session = emptySession()
    save(session, A, [increment('n', Number.MAX_SAFE_INTEGER)])
    expect(codeOf(() => save(session, A, [increment('n', 1)]))).toBe('NUMBER_OUT_OF_RANGE')
    save(session, A, [increment('n', -1)])
    expect(session.get('n')).toBe(Number.MAX_SAFE_INTEGER - 1)
    save(session, A, [increment('half', 0.1)])
    save(session, B, [increment('half', 0.2)])
    save(session, B, [set('half', 5)])
    expect(session.get('half')).toBe(5)
    for (const value of [null, 'x', [], {}]) expect(codeOf(() => save(session, A, [set('v', value), increment('v')]))).toBe('ATTRIBUTE_NOT_A_NUMBER')
  })
})

describe('a set', () => {
  it('has what both sides of a split put in, and not what either took out [MEM-1]', () => {
    const { one, other, heal } = split(...['old', 'kept'].map((member) => ({ op: 'add', name: 'tags', member }) as const))
    save(one, A, [{ op: 'add', name: 'tags', member: 'a' }, { op: 'discard', name: 'tags', member: 'old' }])
    save(other, B, [{ op: 'add', name: 'tags', member: 'b' }])
    expect(heal()).toEqual({ tags: expect.arrayContaining(['kept', 'a', 'b']) })
    expect(other.get('tags')).toHaveLength(3)
  })

  it('is there without members, but not before the first', () => {
    const session = emptySession()
    save(session, A, [{ op: 'discard', name: 'tags', member: 1 }])
    expect(session.has('tags')).toBe(false)
    save(session, A, [{ op: 'add', name: 'tags', member: 1 }])
    save(session, A, [{ op: 'discard', name: 'tags', member: 1 }])
    expect(session.get('tags')).toEqual([])
    expect(save(session, A, [{ op: 'discard', name: 'tags', member: 1 }])).toEqual([])
  })

  it('holds text, numbers, bigints, booleans and null, each as it is, and refuses the rest [MEM-3]', () => {
    const members = fc.oneof(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u001f')), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.boolean(), fc.constant(null))
    fc.assert(fc.property(members, (member: Member) => {
      expect(memberAt(stepOf('a', member))).toEqual(Object.is(member, -0) ? 0 : member)
    }), { numRuns: 2_000, seed: 1 })
    for (const step of ['', 'x', '#', '#n', '#nulln', '#Infinity', '#{}', `#${'9'.repeat(20)}n`]) expect(memberAt(step)).toBeUndefined()
    const session = emptySession()
    for (const member of [Number.NaN, Infinity, 2n ** 63n, 'a\u001fb', undefined, {}, []]) {
      expect(codeOf(() => save(session, A, [{ op: 'add', name: 'tags', member: member as Member }]))).toBe('VALUE_NOT_STORABLE')
    }
    expect(codeOf(() => save(session, A, [{ op: 'add', name: 'tags', member: 'x'.repeat(260) }]))).toBe('VALUE_TOO_LARGE')
    expect(codeOf(() => save(session, A, [set('tags', [{}]), { op: 'add', name: 'tags', member: 1 }]))).toBe('ATTRIBUTE_NOT_A_SET')
    expect(json(session)).toEqual({})
  })
})

describe('a save with conditions', () => {
  const expectation = (path: string | readonly string[], value: Value | undefined): Operation => ({ op: 'expect', name: nameOf(path), hash: hashOf(value) })

  it('is applied only if all of them hold before it [CAS-1]', () => {
    const session = emptySession()
    save(session, A, [set('token', 'x'), set('cart', { b: 1, a: [1, { z: 1, y: 2 }] })])
    const conditions = [expectation('token', 'x'), expectation('cart', { a: [1, { y: 2, z: 1 }], b: 1 }), expectation(['cart', 'none'], undefined)]
    save(session, A, [...conditions, remove('token'), set('used', 1)])
    expect(codeOf(() => save(session, A, [set('used', 2), ...conditions]))).toBe('ATTRIBUTE_CHANGED')
    expect(session.get('used')).toBe(1)
  })

  it('that comes again after it was applied is no refusal [CAS-4]', () => {
    const session = emptySession()
    save(session, A, [set('token', 'x')])
    const id = { client: 1, counter: 1 }
    save(session, A, [expectation('token', 'x'), remove('token')], id)
    expect(session.apply([expectation('token', 'x'), remove('token')], { reign: A, now: 0, operation: id }).duplicate).toBe(true)
  })
})
