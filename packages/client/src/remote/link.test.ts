import { encodeClientDownFrame } from '@understudy/protocol/client'
import { describe, expect, test } from 'vitest'
import { connectIn } from '../connect.js'
import { addressOf, buildCluster, openWorld, run } from '../test-cluster.test-support.js'

describe('connecting', () => {
  test('takes the first node that answers [CLI-9]', async () => {
    const { world, nodes, node } = buildCluster(3)
    world.network.shutDown(addressOf(node))
    await run(world, connectIn(world, { nodes: nodes.map(({ url }) => url) }))
    expect(world.network.attempts).toEqual(['ws://n0:1/client', 'ws://n1:1/client'])
  })

  test('does not wait long for a node that is silent [CLI-9]', async () => {
    const { world, nodes, node } = buildCluster(2)
    world.network.blackHoles.add(addressOf(node))
    const connecting = connectIn(world, { nodes: nodes.map(({ url }) => url) })
    await world.pass(499)
    expect(world.network.attempts).toHaveLength(1)
    await world.pass(1)
    await connecting
    expect(world.network.attempts).toHaveLength(2)
  })

  test('fails with NOT_CONNECTED when nobody answers in time, and leaves nothing behind', async () => {
    const { world, node } = buildCluster()
    world.network.shutDown(addressOf(node))
    const start = world.now()
    const outcome = Promise.allSettled([connectIn(world, { nodes: [node.url], timeouts: { connect: 3_000 } })])
    await world.pass(3_000)
    const [result] = await outcome
    expect(result).toMatchObject({ reason: { code: 'NOT_CONNECTED', message: expect.stringContaining(node.url) } })
    expect(world.now() - start).toBe(3_000)
    expect([world.network.connections, world.timers]).toEqual([0, 0])
  })

  test('fails at once with UNAUTHORIZED for a wrong token [CLI-14]', async () => {
    const { world, node } = buildCluster()
    node.token = 'right'
    const connecting = run(world, connectIn(world, { nodes: [node.url], token: 'wrong' }))
    await expect(connecting).rejects.toMatchObject({ code: 'UNAUTHORIZED', retryable: false })
    await run(world, connectIn(world, { nodes: [node.url], token: 'right' }))
    expect(world.network.attempts.join()).not.toMatch(/right|wrong/)
  })

  test('fails at once when the node says so in a bye', async () => {
    const { world, node } = buildCluster()
    node.rewrite = () => ({ type: 'bye', code: 'VERSION_MISMATCH', message: 'Too old.' })
    await expect(run(world, connectIn(world, { nodes: [node.url] }))).rejects.toMatchObject({ code: 'VERSION_MISMATCH' })
  })

  test('fails at once when the node chose a version that we do not speak', async () => {
    const { world, node } = buildCluster()
    node.rewrite = (frame) => (frame.type === 'welcome' ? { ...frame, version: 99 } : frame)
    await expect(run(world, connectIn(world, { nodes: [node.url] }))).rejects.toMatchObject({ code: 'VERSION_MISMATCH' })
  })
})

describe('a lost link', () => {
  test('is tried again after pauses that grow, and no faster [CLI-9]', async () => {
    const { world, node } = await openWorld(1, { reconnect: { first: 100, longest: 1_000 } })
    world.network.shutDown(addressOf(node))
    const times: number[] = []
    for (let index = 0; index < 100; index++) {
      const before = world.network.attempts.length
      await world.pass(100)
      for (let more = before; more < world.network.attempts.length; more++) times.push(world.now())
    }
    // 10 s of outage; pauses of 500 to 1,000 ms once they are at their longest.
    expect(times.length).toBeGreaterThan(9)
    expect(times.length).toBeLessThan(25)
    world.network.listen(addressOf(node), node.accept)
    await world.pass(1_000)
    expect(world.network.connections).toBe(1)
  })

  test('makes the client try the other nodes at once [CLI-9]', async () => {
    const { world, nodes, node, store } = await openWorld(3)
    const connected: string[] = []
    store.on('connected', ({ node: name }) => connected.push(name))
    for (const each of nodes) if (each !== nodes[2]) world.network.shutDown(addressOf(each))
    await world.settle()
    expect(connected).toEqual(['node-2'])
    expect(node.links.size).toBe(0)
  })

  test('is noticed by silence within seconds, and an idle one is kept by pings [CLI-9]', async () => {
    const { world, node, store } = await openWorld()
    const lost: string[] = []
    store.on('disconnected', ({ error }) => lost.push(error.message))
    await world.pass(60_000)
    expect(lost).toEqual([])
    world.network.blackHoles.add(addressOf(node))
    await world.pass(8_000)
    expect(lost).toEqual([expect.stringMatching(/no sign of life/)])
  })

  test.each([
    ['bytes that are no frame', new Uint8Array([255, 1, 2])],
    ['an empty message', new Uint8Array(0)],
    [
      'welcome twice',
      encodeClientDownFrame({
        type: 'welcome',
        version: 3,
        node: 'node-0',
        time: 0,
        placement: { version: 1, nodes: [], primaries: Array.from({ length: 256 }, () => 255) },
      }),
    ],
  ])('is what a node gets for %s', async (_what, bytes) => {
    const { world, node, store, open } = await openWorld()
    const session = await open()
    const codes: string[] = []
    store.on('disconnected', ({ error }) => codes.push(error.code))
    for (const link of node.links) link.sendBytes(bytes)
    await world.pass(1_000)
    expect(codes).toEqual(['LINK_BROKEN'])
    expect(await run(world, session.set('a', 1).save())).toMatchObject({ copies: 1 })
  })

  test('a frame before welcome breaks the link', async () => {
    const { world, node } = buildCluster()
    node.rewrite = () => ({ type: 'saved', request: 1, copies: 1, duplicate: false })
    const outcome = Promise.allSettled([connectIn(world, { nodes: [node.url], timeouts: { connect: 1_000 } })])
    await world.pass(1_000)
    expect(await outcome).toMatchObject([{ reason: { code: 'NOT_CONNECTED', cause: { code: 'LINK_BROKEN' } } }])
  })

  test('a bye that is no refusal is a loss like any other', async () => {
    const { world, node, store } = await openWorld()
    const codes: string[] = []
    store.on('disconnected', ({ error }) => codes.push(`${error.code} ${error.message}`))
    node.sendAll({ type: 'bye', code: 'SHUTTING_DOWN', message: 'See you.' })
    await world.pass(1_000)
    expect(codes).toEqual([expect.stringMatching(/^NOT_CONNECTED .*SHUTTING_DOWN: See you/)])
    expect(world.network.connections).toBe(1)
  })
})
