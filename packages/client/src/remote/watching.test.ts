import { sessionKey } from '@understudy/session'
import { describe, expect, test, vi } from 'vitest'
import { addressOf, openWorld, run } from '../test-cluster.test-support.js'
import type { WatchListener } from '../watch-listener.js'

const KEY = sessionKey('id')

/** A listener that writes down what it hears. */
function ear(): { heard: unknown[]; listener: WatchListener } {
  const heard: unknown[] = []
  const listener: WatchListener = {
    created: (key) => heard.push(['created', key]),
    changed: (key, names) => heard.push(['changed', key, ...names]),
    destroyed: (key) => heard.push(['destroyed', key]),
    expired: (key) => heard.push(['expired', key]),
    missed: (count) => heard.push(['missed', count]),
  }
  return { heard, listener }
}

describe('watching', () => {
  test('begins at every primary, with one word each, and ends when nobody listens any more [WAT-1]', async () => {
    const { world, cluster, nodes, store } = await openWorld(2)
    for (const node of nodes) node.alwaysPrimary = true
    nodes[0]?.sendAll({ type: 'placement', placement: { ...cluster.placement, version: 9, primaries: Array.from({ length: 256 }, (_, slot) => slot % 2) } })
    await world.settle()
    const [one, other] = [ear(), ear()]
    const stopOne = await run(world, store.watch(one.listener))
    const stopOther = await run(world, store.watch(other.listener))
    expect(nodes.map((node) => node.received('watch').map(({ on }) => on))).toEqual([[true], [true]])
    for (const [i, node] of nodes.entries()) node.happened({ kind: 'created', key: sessionKey(`${i}`) }, { kind: 'expired', key: sessionKey(`${i}`) })
    await world.settle()
    expect(one.heard).toHaveLength(4)
    expect(other.heard).toEqual(one.heard)
    stopOne()
    stopOther()
    await world.settle()
    expect(nodes.map((node) => node.received('watch').map(({ on }) => on))).toEqual([[true, false], [true, false]])
  })

  test('has begun at who is primary of nothing before that becomes one [WAT-1]', async () => {
    const { world, cluster, nodes, store } = await openWorld(2)
    for (const node of nodes) node.alwaysPrimary = true
    const { heard, listener } = ear()
    await run(world, store.watch(listener))
    expect(nodes.map((node) => node.received('watch').length)).toEqual([1, 1])
    cluster.promote(1)
    nodes[1]?.happened({ kind: 'created', key: KEY })
    await world.settle()
    expect(heard).toEqual([['created', KEY]])
  })

  test('tells of events that were missed, and begins anew after a cut [WAT-2]', async () => {
    const { world, node, store } = await openWorld()
    const { heard, listener } = ear()
    await run(world, store.watch(listener))
    for (const link of node.links) link.send({ type: 'events', missed: 3, events: [{ kind: 'changed', key: KEY, names: ['a'] }] })
    await world.settle()
    world.network.cut(addressOf(node))
    await world.pass(1_000)
    node.happened({ kind: 'destroyed', key: KEY })
    await world.settle()
    expect(heard).toEqual([['missed', 3], ['changed', KEY, 'a'], ['missed', undefined], ['destroyed', KEY]])
    expect(node.received('watch')).toHaveLength(2)
  })

  test('fails with what a node says, or in time, and then listens to nothing [WAT-2]', async () => {
    const { world, node, cluster, store } = await openWorld(2, { timeouts: { operation: 1_000 } })
    const refusing = node.rewrite
    node.rewrite = (frame) => (frame.type === 'watching' ? { type: 'failure', request: 0, code: 'UNAUTHORIZED', message: 'No.', retryable: false } : frame)
    await expect(run(world, store.watch({}))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    node.rewrite = refusing
    world.network.shutDown('ws://n1:1/client')
    node.sendAll({ type: 'placement', placement: { ...cluster.placement, version: 9, primaries: Array.from({ length: 256 }, (_, slot) => slot % 2) } })
    await world.settle()
    const { heard, listener } = ear()
    const outcome = store.watch(listener).catch((error: unknown) => error)
    await world.pass(1_500)
    expect(await outcome).toMatchObject({ code: 'NOT_CONNECTED', message: expect.stringContaining('node-1') })
    node.happened({ kind: 'destroyed', key: KEY })
    await world.settle()
    expect(heard).toEqual([])
    const last = store.watch(listener).catch((error: unknown) => error)
    await run(world, store.close())
    expect(await last).toMatchObject({ code: 'STORE_CLOSED' })
    expect(world.timers).toBe(0)
    await expect(store.watch(listener)).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })

  test('goes on for the others when one listener throws [CLI-22]', async () => {
    const { world, node, store } = await openWorld()
    const { heard, listener } = ear()
    const uncaught = vi.fn()
    process.once('uncaughtException', uncaught)
    await run(world, store.watch({ created: () => { throw new Error('a listener of the test') } }))
    await run(world, store.watch(listener))
    node.happened({ kind: 'created', key: KEY })
    await world.settle()
    process.off('uncaughtException', uncaught)
    expect(heard).toEqual([['created', KEY]])
    expect(uncaught).toHaveBeenCalledOnce()
  })
})
