import { describe, expect, test } from 'vitest'
import { connectIn } from '../connect.js'
import { addressOf, buildCluster, openWorld, run } from '../test-cluster.test-support.js'

describe('finding a node', () => {
  test('one that is reached under another URL than the placement says keeps its link [CLI-8]', async () => {
    const { world, node } = buildCluster()
    world.network.listen('ws://gateway:8080/client', node.accept)
    const store = await run(world, connectIn(world, { nodes: ['ws://gateway:8080'] }))
    await run(world, store.open('id'))
    expect(world.network.attempts).toEqual(['ws://gateway:8080/client'])
  })

  test('one that returns elsewhere is found where the placement says [CLI-8]', async () => {
    const { world, cluster, nodes, node, open } = await openWorld(2)
    const session = await open()
    world.network.shutDown(addressOf(node))
    await world.settle()
    Object.assign(node, { url: 'ws://moved:1' })
    cluster.version++
    world.network.listen(addressOf(node), node.accept)
    nodes[1]?.sendAll({ type: 'placement', placement: cluster.placement })
    const saving = session.set('a', 1).save()
    await world.pass(2_000)
    expect(await saving).toMatchObject({ copies: 1 })
    expect(world.network.attempts).toContain('ws://moved:1/client')
  })

  test.each([['http://n1:1'], ['nonsense'], [''], ['javascript:alert(1)']])(
    'a placement with the URL %j does no harm [CLI-8]',
    async (url) => {
      const { world, cluster, node, store, open } = await openWorld(2)
      const session = await open()
      const { version, nodes, primaries } = cluster.placement
      const bad = nodes.map(({ name }) => ({ name, url }))
      node.sendAll({ type: 'placement', placement: { version: version + 1, nodes: bad, primaries } })
      await world.settle()
      expect(await run(world, session.set('a', 1).save())).toMatchObject({ copies: 1 })
      node.sendAll({ type: 'placement', placement: { version: version + 2, nodes: bad, primaries: primaries.map(() => 1) } })
      await world.settle()
      const outcome = Promise.allSettled([store.find('other')])
      await world.pass(10_000)
      expect(await outcome).toMatchObject([{ reason: { code: 'NOT_CONNECTED', message: expect.stringContaining('node-1') } }])
    },
  )

  test('a platform that refuses to connect is a node that cannot be reached', async () => {
    const { world, node } = buildCluster()
    const refusing = {
      now: () => world.now(),
      random: () => world.random(),
      startTimer: (delay: number, fire: () => void) => world.startTimer(delay, fire),
      openSocket: () => {
        throw new Error('ws: on an https: page')
      },
    }
    const outcome = Promise.allSettled([connectIn(refusing, { nodes: [node.url], timeouts: { connect: 300 } })])
    await world.pass(300)
    expect(await outcome).toMatchObject([
      { reason: { code: 'NOT_CONNECTED', cause: { cause: { message: 'ws: on an https: page' } } } },
    ])
    expect(world.timers).toBe(0)
  })
})

describe('many sessions', () => {
  test('are all opened again after a fail-over, with all that was under way [CLI-3] [CLI-8]', async () => {
    const { world, cluster, nodes, node, store } = await openWorld(2)
    const sessions = await run(
      world,
      Promise.all(Array.from({ length: 500 }, (_, index) => store.open(`id-${index}`))),
    )
    const saves = sessions.map((session) => session.increment('n').save())
    cluster.promote(1)
    world.network.shutDown(addressOf(node))
    await world.pass(2_000)
    await Promise.all(saves)
    for (const session of sessions) expect(nodes[1]?.sessions.get(session.key)?.get('n')).toBe(1)
    expect(sessions.every((session) => session.get('n') === 1)).toBe(true)
  })
})
