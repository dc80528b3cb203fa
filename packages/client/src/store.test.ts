import { describe, expect, test } from 'vitest'
import { sessionKey } from '@understudy/session'
import { openWorld, run } from './test-cluster.test-support.js'
import { UnderstudyError } from './understudy-error.js'

describe('opening', () => {
  test('creates a session with its terms and finds it again', async () => {
    const { world, store, node, connect } = await openWorld()
    const session = await run(world, store.open('id', { idleTimeout: 60_000 }))
    expect(session.id).toBe('id')
    expect(session.key).toBe(sessionKey('id'))
    expect(session.expiresAt).toBe(world.now() + 60_000)
    session.set('theme', 'dark')
    expect(await run(world, session.save())).toMatchObject({ copies: 1 })
    expect(node.sessions.get(session.key)?.toJSON()).toEqual({ theme: 'dark' })

    const found = await run(world, (await connect()).find('id'))
    expect(found?.toJSON()).toEqual({ theme: 'dark' })
  })

  test('the node gets the key and never the id', async () => {
    const { world, store, node } = await openWorld()
    await run(world, store.open('a-secret-id'))
    expect(JSON.stringify(node.frames)).not.toContain('a-secret-id')
    expect(node.received('open')[0]?.key).toBe(sessionKey('a-secret-id'))
  })

  test('find gives undefined for a session that nobody created, and creates none', async () => {
    const { world, store, node } = await openWorld()
    expect(await run(world, store.find('nobody'))).toBeUndefined()
    expect(node.sessions.size).toBe(0)
  })

  test('an open behind a find that finds nothing still creates', async () => {
    const { world, store, node } = await openWorld()
    const [found, opened] = await run(world, Promise.all([store.find('id'), store.open('id')]))
    expect(found).toBeUndefined()
    expect(opened.toJSON()).toEqual({})
    expect(node.received('open')).toHaveLength(2)
  })

  test('who waits for another\'s opening shares its outcome, also an error', async () => {
    const { world, store, node } = await openWorld()
    node.refuse = () => ({ code: 'SESSION_DESTROYED' })
    const outcomes = await run(world, Promise.allSettled([store.open('id'), store.open('id'), store.find('id')]))
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'SESSION_DESTROYED' } })
    expect(node.received('open')).toHaveLength(1)
    node.refuse = () => undefined
    expect((await run(world, store.open('id'))).toJSON()).toEqual({})
  })

  test('a store that is closed meanwhile leaves nothing open', async () => {
    const { world, store } = await openWorld()
    const outcomes = Promise.allSettled([store.open('id'), store.find('id'), store.find('other')])
    await run(world, store.close())
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'STORE_CLOSED' } })
    expect(world.timers).toBe(0)
  })

  test('the terms of an existing session stay as they are', async () => {
    const { world, store } = await openWorld()
    const first = await run(world, store.open('id', { absoluteTimeout: 5_000 }))
    first.close()
    const second = await run(world, store.open('id', { absoluteTimeout: 99_000 }))
    expect(second.expiresAt).toBe(first.expiresAt)
  })

  test.each([[''], [1], [undefined], ['x'.repeat(1025)], ['\ud800']])('refuses the id %j', async (id) => {
    const { world, store } = await openWorld()
    // As a program without types would.
    await expect(run(world, Reflect.apply(store.open, store, [id]))).rejects.toMatchObject({ code: 'SESSION_ID_INVALID' })
    await expect(run(world, Reflect.apply(store.find, store, [id]))).rejects.toBeInstanceOf(UnderstudyError)
  })

  test.each([[{ idle: 1 }], [{ idleTimeout: 0 }], [{ idleTimeout: 1.5 }], [{ absoluteTimeout: '1' }], [null]])(
    'refuses the terms %j [CLI-17]',
    async (terms) => {
      const { world, store, node } = await openWorld()
      const opening = Reflect.apply(store.open, store, ['id', terms])
      await expect(run(world, opening)).rejects.toMatchObject({ code: 'OPTION_INVALID' })
      expect(node.frames).toEqual([])
    },
  )
})

describe('two handles of one session', () => {
  test('share one replica and one follow, and each has its own unsaved operations [CLI-6]', async () => {
    const { world, node, open } = await openWorld()
    const [one, two] = await Promise.all([open(), open()])
    expect(node.received('open')).toHaveLength(1)
    one.set('a', 1)
    two.set('b', 2)
    expect(one.toJSON()).toEqual({ a: 1 })
    expect(two.toJSON()).toEqual({ b: 2 })
    await run(world, one.save())
    expect(two.toJSON()).toEqual({ a: 1, b: 2 })
    expect(node.sessions.get(one.key)?.toJSON()).toEqual({ a: 1 })
  })

  test('keep the follow until the last one closes [CLI-6]', async () => {
    const { world, node, open } = await openWorld()
    const [one, two] = await Promise.all([open(), open()])
    one.close()
    one.close()
    await world.settle()
    expect(node.received('leave')).toHaveLength(0)
    node.write(two.key, { operations: [{ op: 'increment', name: 'n', by: 3 }] })
    await world.settle()
    expect(two.get('n')).toBe(3)
    two.close()
    await world.settle()
    expect(node.received('leave')).toHaveLength(1)
  })

  test('a session that was closed is fetched anew', async () => {
    const { world, node, open } = await openWorld()
    const first = await open()
    first.close()
    await world.settle()
    node.write(first.key, { operations: [{ op: 'increment', name: 'n', by: 3 }] })
    expect((await open()).get('n')).toBe(3)
    expect(node.received('open')).toHaveLength(2)
  })
})

describe('destroying', () => {
  test('ends every handle; only reads go on [CLI-12]', async () => {
    const { world, store, open } = await openWorld()
    const session = await open()
    session.set('a', 1)
    await run(world, session.save())
    const heard: string[] = []
    session.on('destroyed', (reason) => heard.push(reason))
    expect(await run(world, store.destroy('id'))).toMatchObject({ copies: 1 })
    expect(heard).toEqual(['destroyed'])
    expect(session.ended).toBe('destroyed')
    expect([session.get('a'), session.toJSON(), session.has('a')]).toEqual([1, { a: 1 }, true])
    for (const use of [
      () => session.set('a', 2),
      () => session.remove('a'),
      () => session.freeze('a'),
      () => session.increment('a'),
      () => session.touch(),
    ]) {
      expect(use).toThrow(expect.objectContaining({ code: 'SESSION_DESTROYED' }))
    }
    await expect(session.save()).rejects.toMatchObject({ code: 'SESSION_DESTROYED', retryable: false })
    session.close()
  })

  test('uses the id up: open fails, find finds nothing [CLI-12]', async () => {
    const { world, store, open } = await openWorld()
    await open()
    await run(world, store.destroy('id'))
    await expect(run(world, store.open('id'))).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    expect(await run(world, store.find('id'))).toBeUndefined()
  })

  test('by another client, or by time, is heard of [CLI-12]', async () => {
    const { world, node, open } = await openWorld()
    const [one, two] = await Promise.all([open('one'), open('two')])
    const heard: unknown[] = []
    one.on('destroyed', (reason) => heard.push(['one', reason]))
    two.on('destroyed', (reason) => heard.push(['two', reason]))
    node.end(one.key, 'destroyed')
    node.end(two.key, 'expired')
    await world.settle()
    expect(heard).toEqual([['one', 'destroyed'], ['two', 'expired']])
  })

  test('with too few copies where they are required fails, though the session is gone [CLI-19]', async () => {
    const { world, store, open } = await openWorld()
    const session = await open()
    const destroying = run(world, store.destroy('id', { copies: 2, required: true }))
    await expect(destroying).rejects.toMatchObject({ code: 'TOO_FEW_COPIES', copies: 1 })
    expect(session.ended).toBe('destroyed')
  })

  test('of a session that does not exist is no error', async () => {
    const { world, store } = await openWorld()
    expect(await run(world, store.destroy('nobody'))).toMatchObject({ copies: 1 })
  })
})

describe('closing the store', () => {
  test('sends the touches that wait and rejects what is outstanding [CLI-13]', async () => {
    const { world, store, node, open } = await openWorld()
    const session = await open()
    node.holdsSaves = true
    const saving = session.set('a', 1).save()
    const opening = store.open('other')
    const outcomes = Promise.allSettled([saving, opening])
    session.touch()
    session.touch()
    await run(world, store.close())
    expect(node.received('touch')).toHaveLength(1)
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_CLOSED' } })
    }
    expect(world.network.connections).toBe(0)
    expect(world.timers).toBe(0)
  })

  test('leaves handles readable and refuses everything else [CLI-13]', async () => {
    const { world, store, open } = await openWorld()
    const session = await open()
    await run(world, session.set('a', 1).save())
    await run(world, store.close())
    await store.close()
    expect(session.get('a')).toBe(1)
    expect(() => session.set('a', 2)).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
    await expect(session.save()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(store.open('id')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(store.find('id')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(store.destroy('id')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })
})

describe('events of a store', () => {
  test('tell of links and placement', async () => {
    const { world, store, cluster, node } = await openWorld(2)
    const heard: unknown[] = []
    store.on('connected', ({ node: name, url }) => heard.push(['connected', name, url]))
    store.on('disconnected', ({ node: name, error }) => heard.push(['disconnected', name, error.code]))
    const off = store.on('placement', ({ version }) => heard.push(['placement', version]))
    cluster.promote(1)
    await world.settle()
    off()
    cluster.promote(0)
    await world.settle()
    world.network.cut(`${node.url}/client`)
    await world.settle()
    expect(heard).toEqual([
      ['placement', 2],
      ['disconnected', 'node-0', 'NOT_CONNECTED'],
      ['connected', 'node-1', 'ws://n1:1/client'],
    ])
  })

  test('there are no others', async () => {
    const { store } = await openWorld()
    expect(() => Reflect.apply(store.on, store, ['nonsense', () => undefined])).toThrow(/no event "nonsense"/)
  })
})
