import { describe, expect, test } from 'vitest'
import { openWorld, run } from './test-cluster.test-support.js'

describe('reading', () => {
  test('shows own operations at once, and to others only after the save [CLI-1]', async () => {
    const { world, connect, open } = await openWorld()
    const mine = await open()
    const other = await run(world, (await connect()).open('id'))
    mine.set('theme', 'dark').set('n', 1).increment('n', 2).set('gone', true).remove('gone')
    expect(mine.toJSON()).toEqual({ theme: 'dark', n: 3 })
    expect(mine.names().sort()).toEqual(['n', 'theme'])
    expect([mine.has('theme'), mine.has('gone'), mine.get('gone')]).toEqual([true, false, undefined])
    expect(mine.hasUnsaved).toBe(true)
    expect(other.toJSON()).toEqual({})
    await run(world, mine.save())
    expect(mine.hasUnsaved).toBe(false)
    expect(other.toJSON()).toEqual({ theme: 'dark', n: 3 })
  })

  test('gives read-only values, and toJSON values of one\'s own [CLI-21]', async () => {
    const { world, open } = await openWorld()
    const session = await open()
    const cart = { items: [1, 2], note: { text: 'x' } }
    session.set('cart', cart)
    cart.items.push(3)
    await run(world, session.save())
    const read = session.get('cart')
    expect(read).toEqual({ items: [1, 2], note: { text: 'x' } })
    expect(session.get('cart')).toBe(read)
    expect(Object.isFrozen(read)).toBe(true)
    const own = session.toJSON()
    expect(Object.getPrototypeOf(own)).toBeNull()
    own['cart'] = 'changed'
    const again: { cart?: { items?: number[] } } = session.toJSON()
    again.cart?.items?.push(4)
    expect(session.get('cart')).toEqual({ items: [1, 2], note: { text: 'x' } })
  })

  test('entries are all attributes, with what is unsaved, read-only [CLI-21]', async () => {
    const { world, open } = await openWorld()
    const session = await open()
    await run(world, session.set('cart', { items: [1, 2] }).set('theme', 'dark').set('n', 1).freeze('theme').save())
    session.set('cart', { items: [3] }).remove('n').set('m', true)
    const entries = session.entries()
    expect(Object.fromEntries(entries)).toEqual({ cart: { items: [3] }, theme: 'dark', m: true })
    expect(session.names().toSorted()).toEqual([...entries.keys()].toSorted())
    expect(Object.isFrozen(entries.get('cart'))).toBe(true)
  })

  test('an attribute of an open session is decoded once, and again only when it was changed [CLI-18]', async () => {
    const { world, open } = await openWorld()
    const session = await open()
    session.set('cart', { items: [1] }).set('theme', { dark: true })
    await run(world, session.save())
    const [cart, theme] = [session.get('cart'), session.get('theme')]
    expect(session.get('cart')).toBe(cart)
    session.set('cart', { items: [1, 2] })
    await run(world, session.save())
    expect(session.get('cart')).toEqual({ items: [1, 2] })
    expect(session.get('theme')).toBe(theme)
  })
})

describe('writing', () => {
  test('is one atomic frame for all operations of a save [CLI-2]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    session.set('a', 1).set('b', [true]).increment('views').freeze('a').remove('c')
    await run(world, session.save())
    expect(node.received('save')).toHaveLength(1)
    expect(node.received('save')[0]?.operations.map((operation) => `${operation.op} ${operation.op === 'terms' ? '' : operation.name}`)).toEqual([
      'set a',
      'freeze a',
      'set b',
      'increment views',
      'remove c',
    ])
    expect(node.sessions.get(session.key)?.toJSON()).toEqual({ a: 1, b: [true], views: 1 })
    expect(node.sessions.get(session.key)?.isFrozen('a')).toBe(true)
  })

  test.each([
    ['a function', () => 1, 'VALUE_NOT_STORABLE'],
    ['undefined', undefined, 'VALUE_NOT_STORABLE'],
    ['a date', new Date(0), 'VALUE_NOT_STORABLE'],
    ['a hidden symbol', { a: [Symbol('s')] }, 'VALUE_NOT_STORABLE'],
    ['a prototype', { ['__proto__x'.slice(0, 9)]: 1 }, 'VALUE_NOT_STORABLE'],
  ])('refuses %s at once and changes nothing', async (_what, value, code) => {
    const { open } = await openWorld()
    const session = await open()
    expect(() => session.set('v', value)).toThrow(expect.objectContaining({ code, attribute: 'v', retryable: false }))
    expect(session.toJSON()).toEqual({})
    expect(session.hasUnsaved).toBe(false)
  })

  test.each([[''], ['__proto__'], ['constructor'], ['x'.repeat(257)], ['\udfff'], [7], [null]])(
    'refuses the name %j at once',
    async (name) => {
      const { open } = await openWorld()
      const session = await open()
      for (const call of [session.set, session.remove, session.increment, session.freeze]) {
        expect(() => Reflect.apply(call, session, [name, 1])).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
      }
    },
  )

  test('a frozen attribute is refused at once, whether its freeze is saved or not', async () => {
    const { world, connect, open } = await openWorld()
    const session = await open()
    session.set('user', 7).freeze('user').freeze('user')
    const frozen = expect.objectContaining({ code: 'ATTRIBUTE_FROZEN', attribute: 'user' })
    expect(session.isFrozen('user')).toBe(true)
    expect(() => session.set('user', 8)).toThrow(frozen)
    await run(world, session.save())
    for (const handle of [session, await run(world, (await connect()).open('id'))]) {
      expect(handle.isFrozen('user')).toBe(true)
      expect(() => handle.set('user', 8)).toThrow(frozen)
      expect(() => handle.remove('user')).toThrow(frozen)
      expect(() => handle.increment('user')).toThrow(frozen)
      handle.freeze('user')
      expect(handle.hasUnsaved).toBe(false)
      expect(handle.get('user')).toBe(7)
    }
  })

  test('freeze needs a value, increment a finite number', async () => {
    const { open } = await openWorld()
    const session = await open()
    session.set('text', 'x')
    expect(() => session.freeze('none')).toThrow(expect.objectContaining({ code: 'ATTRIBUTE_MISSING' }))
    expect(() => session.increment('text')).toThrow(expect.objectContaining({ code: 'ATTRIBUTE_NOT_A_NUMBER' }))
    expect(() => session.increment('n', Number.NaN)).toThrow(expect.objectContaining({ code: 'NUMBER_OUT_OF_RANGE' }))
    expect(() => Reflect.apply(session.increment, session, ['n', '1'])).toThrow(/finite/)
    expect(session.toJSON()).toEqual({ text: 'x' })
  })
})

describe('saving', () => {
  test('nothing resolves without a round trip [CLI-20]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    expect(await session.save()).toMatchObject({ copies: 1 })
    node.copies = 3
    await run(world, session.set('a', 1).save())
    expect(await session.save({ copies: 3, required: true })).toMatchObject({ copies: 3 })
    expect(node.received('save')).toHaveLength(1)
  })

  test('nothing asks the node after all when more copies are wanted than are known [CLI-20]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.copies = 2
    expect(await run(world, session.save({ copies: 2 }))).toMatchObject({ copies: 2 })
    expect(node.received('save')[0]).toMatchObject({ operations: [], copies: 2 })
  })

  test.each([[{ copies: 0 }], [{ copies: 1.5 }], [{ copies: '2' }], [{ required: 1 }], [{ durable: true }], [null]])(
    'refuses the options %j and keeps what is unsaved [CLI-17]',
    async (options) => {
      const { open } = await openWorld()
      const session = await open()
      session.set('a', 1)
      await expect(Reflect.apply(session.save, session, [options])).rejects.toMatchObject({ code: 'OPTION_INVALID' })
      expect(session.hasUnsaved).toBe(true)
    },
  )

  test('too few copies where they are required is an error that carries them; the write stands [CLI-19]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    const saving = run(world, session.set('a', 1).save({ copies: 2, required: true }))
    await expect(saving).rejects.toMatchObject({ code: 'TOO_FEW_COPIES', copies: 1, retryable: false })
    expect(session.get('a')).toBe(1)
    expect(session.hasUnsaved).toBe(false)
    expect(node.sessions.get(session.key)?.get('a')).toBe(1)
  })

  test('refused operations are dropped whole; those made after stay [CLI-11]', async () => {
    const { world, node, connect, open } = await openWorld()
    const session = await open()
    const other = await run(world, (await connect()).open('id'))
    await run(world, session.set('user', 1).set('kept', 0).save())
    // Both write before either knows of the other.
    other.freeze('user')
    session.set('user', 2).set('kept', 5)
    const saves = [other.save(), session.save()]
    session.set('later', true)
    const [, refused] = await run(world, Promise.allSettled(saves))
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'ATTRIBUTE_FROZEN', attribute: 'user' } })
    expect(session.toJSON()).toEqual({ user: 1, kept: 0, later: true })
    await run(world, session.save())
    expect(node.sessions.get(session.key)?.toJSON()).toEqual({ user: 1, kept: 0, later: true })
  })

  test('what is too large for one frame is refused without being sent [CLI-11]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    for (let index = 0; index < 20; index++) session.set(`a${index}`, 'x'.repeat(60_000))
    await expect(run(world, session.save())).rejects.toMatchObject({ code: 'SESSION_TOO_LARGE' })
    expect(node.received('save')).toHaveLength(0)
    expect(session.toJSON()).toEqual({})
    expect(await run(world, session.set('a', 1).save())).toMatchObject({ copies: 1 })
  })

  test('a code that only newer nodes know becomes NODE_FAILED', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.refuse = () => ({ code: 'QUOTA_EXCEEDED', message: 'Too much this month.' })
    const saving = run(world, session.set('a', 1).save())
    await expect(saving).rejects.toMatchObject({ code: 'NODE_FAILED', message: 'QUOTA_EXCEEDED: Too much this month.' })
  })
})

describe('events of a session', () => {
  test('name what others and saves changed, not what is unsaved', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    const heard: (readonly string[])[] = []
    const off = session.on('changed', (names) => heard.push([...names].sort()))
    session.set('a', 1).set('b', 2)
    expect(heard).toEqual([])
    await run(world, session.save())
    node.write(session.key, { operations: [{ op: 'remove', name: 'b' }, { op: 'increment', name: 'c', by: 1 }] })
    await world.settle()
    expect(heard).toEqual([['a', 'b'], ['b', 'c']])
    off()
    node.write(session.key, { operations: [{ op: 'increment', name: 'c', by: 1 }] })
    await world.settle()
    expect(heard).toHaveLength(2)
    expect(session.toJSON()).toEqual({ a: 1, c: 2 })
  })

  test('only changed attributes are decoded anew', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    await run(world, session.set('a', { x: 1 }).set('b', { x: 1 }).save())
    const [a, b] = [session.get('a'), session.get('b')]
    node.write(session.key, { operations: [{ op: 'remove', name: 'b' }] })
    await world.settle()
    expect(session.get('a')).toBe(a)
    expect(session.get('b')).not.toBe(b)
  })
})

describe('closing a handle', () => {
  test('leaves it readable and refuses the rest; the save under way goes on', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    const saving = session.set('a', 1).save()
    session.set('lost', 1)
    session.close()
    expect(await run(world, saving)).toMatchObject({ copies: 1 })
    expect(node.sessions.get(session.key)?.toJSON()).toEqual({ a: 1 })
    expect(() => session.set('a', 2)).toThrow(expect.objectContaining({ code: 'SESSION_CLOSED' }))
    await expect(session.save()).rejects.toMatchObject({ code: 'SESSION_CLOSED' })
  })

  test('touches are collected for a second and move the expiry at once', async () => {
    const { world, store, node } = await openWorld()
    const session = await run(world, store.open('id', { idleTimeout: 10_000 }))
    await world.pass(4_000)
    for (let index = 0; index < 5; index++) session.touch()
    expect(session.expiresAt).toBe(world.now() + 10_000)
    expect(node.received('touch')).toHaveLength(0)
    await world.pass(1_000)
    expect(node.received('touch')).toHaveLength(1)
    expect(node.sessions.get(session.key)?.lastAccess).toBe(world.now())
  })
})
