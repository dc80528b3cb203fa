import { describe, expect, test } from 'vitest'
import { LiveDocuments } from '@understudy/document'
import { readEntries, Session } from '@understudy/session'
import { addressOf, openWorld, run } from './test-cluster.test-support.js'
import { UnderstudyError } from './understudy-error.js'

/** Two handles of one session, of two clients. */
async function two() {
  const cluster = await openWorld()
  const { world, connect, open } = cluster
  const mine = await open()
  const theirs = await run(world, (await connect()).open('id'))
  return { ...cluster, mine, theirs, saved: <T>(promise: Promise<T>) => run(world, promise) }
}

function codeOf(act: () => unknown): string {
  try {
    act()
    return 'none'
  } catch (error) {
    return error instanceof UnderstudyError ? error.code : String(error)
  }
}

async function fate(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'saved', (error: unknown) => (error instanceof UnderstudyError ? error.code : String(error)))
}

describe('parts of an attribute', () => {
  test('are written and read by path, and travel alone [PTH-5]', async () => {
    const { mine, theirs, node, saved } = await two()
    mine.set('cart', { 'sku-1': { count: 1, note: 'x'.repeat(500) } })
    await saved(mine.save())
    mine.set(['cart', 'sku-1', 'count'], 2).set(['cart', 'sku-2', 'count'], 1).remove(['cart', 'sku-1', 'note'])
    expect(mine.get(['cart', 'sku-1', 'count'])).toBe(2)
    expect([mine.has(['cart', 'sku-2']), mine.has(['cart', 'sku-1', 'note']), mine.get(['cart', 'nothing', 'here'])]).toEqual([true, false, undefined])
    await saved(mine.save())
    expect(theirs.get('cart')).toEqual({ 'sku-1': { count: 2 }, 'sku-2': { count: 1 } })
    const [, second] = node.received('save')
    expect(second?.operations.map((one) => ('name' in one ? `${one.op} ${one.name.replaceAll('\u001f', '/')}` : one.op))).toEqual([
      'set cart/sku-1/count', 'make cart/sku-2', 'set cart/sku-2/count', 'remove cart/sku-1/note',
    ])
  })

  test('that two requests add at once are both kept, by path or by whole objects [PTH-6]', async () => {
    const { mine, theirs, saved } = await two()
    await saved(mine.set('cart', {}).save())
    const [one, other] = [mine.get('cart'), theirs.get('cart')]
    mine.set('cart', { ...Object(one), 'sku-1': 1 })
    theirs.set('cart', { ...Object(other), 'sku-2': 1 })
    await saved(Promise.all([mine.save(), theirs.save()]))
    expect(mine.get('cart')).toEqual({ 'sku-1': 1, 'sku-2': 1 })
    // What each had read before the other saved is what its object is compared with.
    mine.set('cart', { 'sku-1': 1, 'sku-2': 2 })
    theirs.remove(['cart', 'sku-1'])
    await saved(Promise.all([mine.save(), theirs.save()]))
    expect([mine.get('cart'), theirs.get('cart')]).toEqual([{ 'sku-2': 2 }, { 'sku-2': 2 }])
  })

  test('that others wrote since an object was read stay when it is set [PTH-6]', async () => {
    const { mine, theirs, saved } = await two()
    await saved(mine.set('cart', { a: 1 }).save())
    const read = mine.get('cart')
    await saved(theirs.set(['cart', 'b'], 2).save())
    await saved(mine.set('cart', { ...Object(read), c: 3 }).save())
    expect(mine.get('cart')).toEqual({ a: 1, b: 2, c: 3 })
    // Its own write it has seen.
    mine.set(['cart', 'd'], 4).set('cart', { a: 1 })
    expect(mine.get('cart')).toEqual({ a: 1 })
  })

  test('of an object that is set again as it was are no change [PTH-5]', async () => {
    const { mine, node, saved } = await two()
    await saved(mine.set('cart', { a: { b: [1, 2] } }).save())
    mine.set('cart', { a: { b: [1, 2] } })
    expect(mine.hasUnsaved).toBe(false)
    await saved(mine.save())
    expect(node.received('save')).toHaveLength(1)
  })

  test('are refused with the handle as it was, where a path is none or leads through no object [PTH-7]', async () => {
    const { mine } = await two()
    mine.set('list', [1]).set('cart', {})
    const before = mine.toJSON()
    expect(codeOf(() => mine.set(['list', '0'], 1))).toBe('ATTRIBUTE_NOT_AN_OBJECT')
    for (const path of [[], ['a', ''], ['a', 'x\u001fy'], ['a', '__proto__'], ['a', 'y'.repeat(255)], Array(33).fill('a')]) {
      expect(codeOf(() => mine.set(path as never, 1))).toBe('NAME_INVALID')
    }
    expect(codeOf(() => mine.set('a\u001fb', 1))).toBe('NAME_INVALID')
    expect([mine.set(['cart', 'x'], 1).get('cart\u001fx'), mine.remove(['cart', 'x']).has('cart\u001fx')]).toEqual([undefined, false])
    expect(codeOf(() => mine.set(['cart', 'a'], () => 1))).toBe('VALUE_NOT_STORABLE')
    expect(codeOf(() => mine.set('cart', JSON.parse('{"__proto__": 1}')))).toBe('VALUE_NOT_STORABLE')
    expect(mine.toJSON()).toEqual(before)
  })

  test('of an attribute that is frozen are, too [FRZ-2]', async () => {
    const { mine, theirs, saved } = await two()
    await saved(mine.set('user', { id: 5 }).freeze('user').save())
    expect(codeOf(() => theirs.set(['user', 'id'], 6))).toBe('ATTRIBUTE_FROZEN')
    expect([theirs.isFrozen('user'), theirs.get('user')]).toEqual([true, { id: 5 }])
  })

  test('can be read by any program that knows Yjs, and put together by readEntries [PTH-8]', async () => {
    const { mine, node, saved } = await two()
    await saved(mine.set('cart', { a: 1 }).set('theme', 'dark').increment('views', 2).add('tags', 'x').save())
    const entries = node.sessions.get(mine.key)?.attributes.entries() ?? []
    const flat = Object.fromEntries(entries)
    expect([flat['theme'], flat['cart\u001fa']]).toEqual(['dark', 1])
    expect(readEntries(entries)).toEqual({ cart: { a: 1 }, theme: 'dark', views: 2, tags: ['x'] })
  })
})

describe('an attribute that is changed in place', () => {
  test('is compared at the save, leaf by leaf [EDT-1]', async () => {
    const { mine, theirs, node, saved } = await two()
    await saved(mine.set('cart', { a: { n: 1 }, b: { n: 1 } }).set('list', [1]).save())
    const cart = mine.edit('cart') as Record<string, Record<string, number>>
    const list = mine.edit('list') as number[]
    expect(mine.edit('cart')).toBe(cart)
    expect(mine.hasUnsaved).toBe(false)
    Object.assign(cart['a'] ?? {}, { n: 2 })
    cart['c'] = { n: 3 }
    delete cart['b']
    list.push(2)
    expect(mine.hasUnsaved).toBe(true)
    expect(mine.get('cart')).toEqual({ a: { n: 2 }, c: { n: 3 } })
    await saved(mine.save())
    expect([theirs.get('cart'), theirs.get('list')]).toEqual([{ a: { n: 2 }, c: { n: 3 } }, [1, 2]])
    expect(node.received('save').at(-1)?.operations).toHaveLength(5)
    cart['d'] = { n: 4 }
    await saved(mine.save())
    expect(theirs.get(['cart', 'd', 'n'])).toBe(4)
  })

  test('keeps what others change in it meanwhile [EDT-2]', async () => {
    const { mine, theirs, saved } = await two()
    await saved(mine.set('cart', { a: 1 }).save())
    const cart = mine.edit('cart') as Record<string, number>
    await saved(theirs.set(['cart', 'b'], 2).save())
    cart['c'] = 3
    await saved(mine.save())
    expect(mine.get('cart')).toEqual({ a: 1, b: 2, c: 3 })
  })

  test('is begun where there is none, ends with a set, and must be an object [EDT-1]', async () => {
    const { mine, saved } = await two()
    expect(mine.edit('cart')).toBeUndefined()
    const cart = mine.edit('cart', {}) as Record<string, number>
    cart['a'] = 1
    await saved(mine.save())
    expect(mine.get('cart')).toEqual({ a: 1 })
    mine.set('cart', 'none')
    cart['b'] = 2
    expect(mine.get('cart')).toBe('none')
    expect(codeOf(() => mine.edit('cart'))).toBe('ATTRIBUTE_NOT_AN_OBJECT')
  })

  test('that cannot be stored is said by the save, and nothing is lost [EDT-3]', async () => {
    const { mine, theirs, saved } = await two()
    const cart = mine.set('n', 1).edit('cart', {}) as Record<string, unknown>
    cart['a'] = 1
    cart['cycle'] = cart
    expect(await saved(fate(mine.save()))).toBe('VALUE_NOT_STORABLE')
    delete cart['cycle']
    await saved(mine.save())
    expect(theirs.toJSON()).toEqual({ n: 1, cart: { a: 1 } })
  })

  test('is the only one that is compared: reading costs a save nothing [EDT-4]', async () => {
    const { mine, saved } = await two()
    let asked = 0
    await saved(mine.set('big', { a: 1 }).set('small', { a: 1 }).save())
    mine.get('big')
    const small = mine.edit('small') as object
    Object.defineProperty(small, 'b', { enumerable: true, get: () => ++asked })
    await saved(mine.save())
    expect(asked).toBeGreaterThan(0)
    asked = 0
    mine.set('small', 1)
    await saved(mine.save())
    const after = asked
    await saved(mine.save())
    expect(asked).toBe(after)
  })
})

describe('sets and counters', () => {
  test('keep what several put in and add, at once [MEM-2]', async () => {
    const { mine, theirs, saved } = await two()
    mine.add('tags', 'red').add('tags', 5).increment(['stats', 'views'], 2)
    theirs.add('tags', 'blue').add('tags', 'red').increment(['stats', 'views'], 3)
    expect(mine.get('tags')).toEqual(['red', 5])
    await saved(Promise.all([mine.save(), theirs.save()]))
    expect(mine.members('tags')).toEqual(new Set(['red', 5, 'blue']))
    expect(theirs.toJSON()).toEqual({ tags: expect.arrayContaining(['red', 5, 'blue']), stats: { views: 5 } })
    await saved(theirs.discard('tags', 'red').discard('tags', 'none').save())
    expect(mine.members('tags')).toEqual(new Set([5, 'blue']))
    expect(mine.members('nothing')).toEqual(new Set())
  })

  test('refuse what is none [MEM-3]', async () => {
    const { mine } = await two()
    mine.set('text', 'x').set('list', ['a'])
    expect(codeOf(() => mine.add('text', 'a'))).toBe('ATTRIBUTE_NOT_A_SET')
    expect(codeOf(() => mine.add('tags', { a: 1 } as never))).toBe('VALUE_NOT_STORABLE')
    expect(codeOf(() => mine.add('tags', Number.NaN))).toBe('VALUE_NOT_STORABLE')
    expect(codeOf(() => mine.increment('text'))).toBe('ATTRIBUTE_NOT_A_NUMBER')
    expect(mine.add('list', 'b').get('list')).toEqual(['a', 'b'])
  })

  test('count an increment once that two primaries applied, because it was sent to both [CNT-2]', async () => {
    const { world, node, nodes, cluster, open } = await openWorld(2)
    const session = await open()
    const other = nodes[1]
    if (other === undefined) throw new Error('There is no second node.')
    await run(world, session.increment('n').save())
    const state = node.sessions.get(session.key)?.state()
    if (state === undefined) throw new Error('There is no session.')
    other.sessions.set(session.key, Session.load(state, { live: new LiveDocuments() }))
    // The primary applies it, and is lost before anyone hears of it.
    node.rewrite = (frame) => (frame.type === 'saved' || frame.type === 'changed' ? undefined : frame)
    const saving = session.increment('n').save()
    await world.settle()
    expect(node.sessions.get(session.key)?.get('n')).toBe(2)
    world.network.cut(addressOf(node))
    cluster.promote(1, true)
    await world.pass(2_000)
    expect(await saving).toMatchObject({ copies: 1 })
    // Whoever closes the session and opens it again names what went out twice, too.
    session.close()
    const again = await open()
    await run(world, again.increment('n').save())
    expect(other.received('save').map(({ resent }) => resent?.length)).toEqual([1, 1])
    expect(again.get('n')).toBe(3)
    // It comes back with what it alone held.
    const late = node.sessions.get(session.key)?.state()
    if (late !== undefined) other.sessions.get(session.key)?.merge(late, () => true, { reign: { epoch: 9, nonce: 7 } })
    expect(other.sessions.get(session.key)?.get('n')).toBe(3)
  })
})

describe('a save with a condition', () => {
  test('is done by exactly one of two who read the same [CAS-1]', async () => {
    const { mine, theirs, saved } = await two()
    await saved(mine.set('token', 'secret').set('uses', 0).save())
    for (const one of [mine, theirs]) {
      expect(one.get('token')).toBe('secret')
      one.remove('token').increment('uses')
    }
    const fates = await saved(Promise.all([mine, theirs].map((one) => fate(one.save({ ifUnchanged: ['token'] })))))
    expect(fates.sort()).toEqual(['ATTRIBUTE_CHANGED', 'saved'])
    expect([mine.get('uses'), theirs.get('uses'), theirs.has('token'), theirs.hasUnsaved]).toEqual([1, 1, false, false])
  })

  test('is about what was read, not about what the replica has learnt since [CAS-2]', async () => {
    const { mine, theirs, saved } = await two()
    await saved(mine.set('token', 'secret').save())
    expect(mine.get('token')).toBe('secret')
    await saved(theirs.set('token', 'other').save())
    expect(await saved(fate(mine.set('used', true).save({ ifUnchanged: ['token'] })))).toBe('ATTRIBUTE_CHANGED')
    expect(mine.get('token')).toBe('other')
    await saved(mine.set('used', true).save({ ifUnchanged: ['token'] }))
    expect(theirs.get('used')).toBe(true)
  })

  test('takes absence, objects and parts of them, and own saves as read [CAS-2]', async () => {
    const { mine, theirs, saved } = await two()
    await saved(mine.set('cart', { a: 1, b: { c: 2 } }).save({ ifUnchanged: ['cart', ['nothing', 'here']] }))
    await saved(theirs.set(['cart', 'z'], 1).save())
    mine.get('cart')
    await saved(mine.set(['cart', 'b', 'c'], 3).save({ ifUnchanged: [['cart', 'b'], 'cart'] }))
    await saved(mine.set(['cart', 'b', 'c'], 4).save({ ifUnchanged: ['cart'] }))
    const both = [mine.set('n', 1).save({ ifUnchanged: ['n'] }), mine.set('n', 2).save({ ifUnchanged: ['n'] })]
    expect(await saved(Promise.all(both.map(fate)))).toEqual(['saved', 'saved'])
    expect(theirs.toJSON()).toEqual({ cart: { a: 1, b: { c: 4 }, z: 1 }, n: 2 })
  })

  test('may consist of nothing else, and is checked [CAS-3]', async () => {
    const { mine, theirs, saved } = await two()
    mine.get('n')
    await saved(theirs.set('n', 1).save())
    mine.get('n')
    expect(await saved(fate(mine.save({ ifUnchanged: ['n'] })))).toBe('saved')
    expect(await saved(fate(mine.save({ ifUnchanged: 'n' as never })))).toBe('OPTION_INVALID')
    expect(await saved(fate(mine.save({ ifUnchanged: [''] })))).toBe('NAME_INVALID')
    expect(await saved(fate(mine.save({ ifUnchanged: Array(65).fill('n') })))).toBe('OPTION_INVALID')
  })
})

describe('a rule by name', () => {
  test('freezes attributes with their first save [FRZ-1]', async () => {
    const { world, open, connect } = await openWorld(1, { frozen: ['userId', 'org*', /^x-/] })
    const session = await open()
    session.set('userId', 1).set('userId', 2).set('orgName', 'a').set('theme', 'dark').set('org', { a: 1 })
    await run(world, session.save())
    expect(['userId', 'orgName', 'org', 'theme'].map((name) => session.isFrozen(name))).toEqual([true, true, true, false])
    const other = await run(world, (await connect()).open('id'))
    expect(codeOf(() => other.set('userId', 3))).toBe('ATTRIBUTE_FROZEN')
    expect([other.get('userId'), other.get('org')]).toEqual([2, { a: 1 }])
    await run(world, session.set('x-1', 1).remove('x-1').save())
    expect(session.isFrozen('x-1')).toBe(false)
  })
})
