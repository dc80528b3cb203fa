import { describe, expect, test } from 'vitest'
import { addressOf, openWorld, run } from '../test-cluster.test-support.js'

describe('a save without answer', () => {
  test('ends with TIMEOUT, stays under way, and is done once [CLI-10]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    world.network.blackHoles.add(addressOf(node))
    const saving = session.increment('n').save()
    const outcome = Promise.allSettled([saving])
    await world.pass(10_000)
    const [result] = await outcome
    expect(result).toMatchObject({ reason: { code: 'TIMEOUT', retryable: true } })
    expect(String(result?.status === 'rejected' && result.reason)).toMatch(/may have happened/)
    expect([session.get('n'), session.hasUnsaved]).toEqual([1, false])

    world.network.blackHoles.clear()
    const again = session.save()
    await world.pass(5_000)
    expect(await again).toMatchObject({ copies: 1 })
    expect(node.sessions.get(session.key)?.get('n')).toBe(1)
    expect(session.get('n')).toBe(1)
  })

  test('that is refused after its TIMEOUT disappears from reads [CLI-11]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.holdsSaves = true
    node.rewrite = (frame) => (frame.type === 'changed' ? undefined : frame)
    const outcome = Promise.allSettled([session.set('a', 1).save()])
    await world.pass(10_000)
    await outcome
    expect(session.get('a')).toBe(1)
    node.sessions.delete(session.key)
    const request = node.received('save')[0]?.request ?? 0
    node.sendAll({ type: 'failure', request, code: 'VALUE_TOO_LARGE', message: 'No.', retryable: false })
    await world.settle()
    expect(session.get('a')).toBeUndefined()
  })

  test('keeps a later one of its session from being sent; that one waits for the next save() [CLI-4] [CLI-10]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.rewrite = (frame) => (frame.type === 'changed' || frame.type === 'saved' ? undefined : frame)
    const first = session.set('a', 1).save()
    const second = session.set('b', 2).save()
    const outcomes = Promise.allSettled([first, second])
    await world.pass(10_000)
    const [, later] = await outcomes
    expect(later).toMatchObject({ reason: { code: 'TIMEOUT', message: expect.stringMatching(/was not sent/) } })
    expect(node.received('save')).toHaveLength(1)
    expect([session.get('b'), session.hasUnsaved]).toEqual([2, true])
  })
})

describe('a save of a session that its node does not open again', () => {
  test('ends with what the node says, and waits for the next save() [CLI-10]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.refuse = (frame) => (frame.type === 'open' ? { code: 'SESSION_DAMAGED', message: 'Its record is damaged.' } : undefined)
    world.network.shutDown(addressOf(node))
    await world.settle()
    world.network.listen(addressOf(node), node.accept)
    const outcome = Promise.allSettled([session.set('a', 1).save()])
    await world.pass(10_000)
    expect(await outcome).toMatchObject([{ reason: { code: 'SESSION_DAMAGED', message: 'Its record is damaged.' } }])
    expect([session.get('a'), session.hasUnsaved]).toEqual([1, true])
    node.refuse = () => undefined
    const again = session.save()
    await world.pass(5_000)
    expect(await again).toMatchObject({ copies: 1 })
    expect(node.sessions.get(session.key)?.get('a')).toBe(1)
  })

  test('that may have it already ends with TIMEOUT, of which that is the cause [CLI-10]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.holdsSaves = true
    node.rewrite = (frame) => (frame.type === 'changed' ? undefined : frame)
    const outcome = Promise.allSettled([session.set('a', 1).save()])
    await world.settle()
    node.refuse = (frame) => (frame.type === 'open' ? { code: 'SESSION_DAMAGED' } : undefined)
    world.network.shutDown(addressOf(node))
    await world.settle()
    world.network.listen(addressOf(node), node.accept)
    await world.pass(10_000)
    expect(await outcome).toMatchObject([{ reason: { code: 'TIMEOUT', cause: { code: 'SESSION_DAMAGED' } } }])
  })
})

describe('without any node', () => {
  test('an operation ends with NOT_CONNECTED, and what was to be saved waits [CLI-10]', async () => {
    const { world, node, store, open } = await openWorld()
    const session = await open()
    world.network.shutDown(addressOf(node))
    await world.settle()
    session.set('a', 1).increment('n', 2)
    const outcomes = Promise.allSettled([session.save(), store.find('other'), store.destroy('other')])
    session.increment('n')
    await world.pass(10_000)
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ reason: { code: 'NOT_CONNECTED', retryable: true, cause: expect.anything() } })
    }
    expect(session.toJSON()).toEqual({ a: 1, n: 3 })
    world.network.listen(addressOf(node), node.accept)
    await world.pass(10_000)
    await run(world, session.save())
    expect(node.received('save')).toHaveLength(1)
    expect(node.sessions.get(session.key)?.toJSON()).toEqual({ a: 1, n: 3 })
  })

  test('several saves wait again in the order in which they were made [CLI-4] [CLI-10]', async () => {
    const { world, node, open } = await openWorld()
    const [one, two] = await Promise.all([open(), open()])
    world.network.shutDown(addressOf(node))
    await world.settle()
    const saves = [one.set('a', 1).set('n', 5).save(), one.set('a', 2).increment('n').save(), one.set('a', 3).save()]
    one.increment('n', 10)
    await world.pass(5_000)
    const other = two.set('b', 1).save()
    const outcomes = Promise.allSettled(saves)
    await world.pass(5_000)
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'NOT_CONNECTED' } })
    expect(one.toJSON()).toEqual({ a: 3, n: 16 })
    world.network.listen(addressOf(node), node.accept)
    const again = one.save()
    await world.pass(4_900)
    await Promise.all([again, other])
    expect(node.received('save')).toHaveLength(2)
    expect(node.sessions.get(one.key)?.toJSON()).toEqual({ a: 3, b: 1, n: 16 })
  })

  test('an open that ends with TIMEOUT leaves nothing followed', async () => {
    const { world, node, store } = await openWorld()
    node.rewrite = (frame) => (frame.type === 'opened' ? undefined : frame)
    const outcome = Promise.allSettled([store.open('id')])
    await world.pass(10_000)
    expect(await outcome).toMatchObject([{ reason: { code: 'TIMEOUT' } }])
    node.rewrite = (frame) => frame
    await world.settle()
    expect(node.received('leave')).toHaveLength(1)
    expect((await run(world, store.open('id'))).toJSON()).toEqual({})
  })

  test('a timeout of the app\'s own choice holds', async () => {
    const { world, node, store } = await openWorld(1, { timeouts: { operation: 200 } })
    node.rewrite = () => undefined
    const start = world.now()
    let end = 0
    store.find('id').catch(() => (end = world.now()))
    await world.pass(1_000)
    expect(end - start).toBe(200)
  })
})
