import { describe, expect, test } from 'vitest'
import { addressOf, openWorld, run } from './test-cluster.test-support.js'

describe('reading with a moment', () => {
  test('needs no round trip where the replica has it already [FRE-1]', async () => {
    const { world, store, node, open, connect } = await openWorld()
    const session = await open()
    const other = await connect()
    await run(world, other.open('id'))
    const { at } = await run(world, session.set('a', 1).save())
    expect(at).toMatch(/^[\w-]{1,300}$/)
    const before = node.frames.length
    for (const reader of [store, other]) expect((await run(world, reader.find('id', { atLeast: at })))?.get('a')).toBe(1)
    expect(node.frames).toHaveLength(before)
  })

  test('fetches what the replica lacks before it answers, and not again [FRE-2]', async () => {
    const { world, node, open, connect } = await openWorld()
    const session = await open()
    const other = await connect()
    const stale = await run(world, other.open('id'))
    const link = [...node.links].at(-1)
    if (link) link.isDeaf = true
    const { at } = await run(world, session.set('a', 1).save())
    expect(stale.get('a')).toBeUndefined()
    const asked = (): number => node.received('open').length + node.received('refresh').length
    const before = asked()
    const found = await run(world, Promise.all([1, 2, 3].map(() => other.find('id', { atLeast: at }))))
    expect(found.map((handle) => handle?.get('a'))).toEqual([1, 1, 1])
    expect(stale.get('a')).toBe(1)
    const after = asked()
    expect(after - before).toBeLessThanOrEqual(3)
    await run(world, other.find('id', { atLeast: at }))
    expect(asked()).toBe(after)
  })

  test('of now shows what was saved before, from one question to the primary; a session that was not open costs no second [FRE-7]', async () => {
    const { world, store, node, open, connect } = await openWorld()
    const session = await open()
    const other = await connect()
    const link = [...node.links].at(-1)
    if (link) link.isDeaf = true
    const opens = (): number => node.received('open').length + node.received('refresh').length
    const before = opens()
    expect((await run(world, other.find('id', { atLeast: 'now' })))?.get('a')).toBeUndefined()
    expect(opens() - before).toBe(1)
    await run(world, session.set('a', 1).save())
    const found = await run(world, other.find('id', { atLeast: 'now' }))
    expect([found?.get('a'), opens() - before]).toEqual([1, 2])
    // One that was asked before the save does not answer for one that was asked after it.
    await run(world, session.set('a', 2).save())
    expect((await run(world, other.open('id', { atLeast: 'now' }))).get('a')).toBe(2)
    expect(await run(world, other.find('none', { atLeast: 'now' }))).toBeUndefined()
    await run(world, store.destroy('id'))
    expect(await run(world, other.find('id', { atLeast: 'now' }))).toBeUndefined()
    await expect(run(world, other.open('id', { atLeast: 'now' }))).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
  })

  test('of what not even the primary has is BEHIND; of a session that is over it finds none [FRE-3]', async () => {
    const { world, store, cluster, nodes, node, open } = await openWorld(2, { timeouts: { operation: 1_000 } })
    const session = await open()
    const second = nodes[1]
    if (second) second.takeOver(node)
    const { at } = await run(world, session.set('a', 1).save())
    session.close()
    world.network.shutDown(addressOf(node))
    cluster.promote(1, true)
    const outcome = store.find('id', { atLeast: at }).catch((error: unknown) => error)
    await world.pass(3_000)
    expect(await outcome).toMatchObject({ code: 'BEHIND', retryable: true })
    const found = await run(world, store.find('id'))
    expect(found?.get('a')).toBeUndefined()
    if (found) second?.end(found.key, 'destroyed')
    await world.settle()
    expect(await run(world, store.find('id', { atLeast: at }))).toBeUndefined()
  })

  test.each([[7], ['nonsense!'], ['AA'], ['']])('refuses the moment %j, and sends nothing [FRE-4]', async (atLeast) => {
    const { world, store, node, open } = await openWorld()
    await open()
    const before = node.frames.length
    await expect(run(world, Reflect.apply(store.find, store, ['id', { atLeast }]))).rejects.toMatchObject({ code: 'MOMENT_INVALID' })
    await expect(run(world, Reflect.apply(store.open, store, ['id', { atLeast }]))).rejects.toMatchObject({ code: 'MOMENT_INVALID' })
    expect(node.frames).toHaveLength(before)
  })

  test('is told of a save under way when the handle was closed meanwhile, too [FRE-1]', async () => {
    const { world, store, open, connect } = await openWorld()
    const session = await open()
    const saving = session.set('a', 1).save()
    session.close()
    const { at } = await run(world, saving)
    await world.settle()
    const found = await run(world, (await connect()).find('id', { atLeast: at }))
    expect(found?.get('a')).toBe(1)
    await run(world, store.close())
  })
})
