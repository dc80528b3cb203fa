import { sessionKey } from '@understudy/session'
import type { SessionKey } from '@understudy/session'
import { describe, expect, test } from 'vitest'
import { slotOf } from './remote/placement.js'
import type { TestCluster } from './test-cluster.test-support.js'
import { openWorld, run } from './test-cluster.test-support.js'

/** Fills a cluster's first node with sessions of two users. */
async function filled(count = 1): Promise<Awaited<ReturnType<typeof openWorld>>> {
  const opened = await openWorld(count, { timeouts: { operation: 1_000 } })
  for (let i = 0; i < 6; i++) {
    const session = await opened.open(`id ${i}`)
    await run(opened.world, session.set('user', i % 2 === 0 ? 'ada' : 'bob').save())
    session.close()
  }
  return opened
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const KEYS = Array.from({ length: 6 }, (_, i) => sessionKey(`id ${i}`)).sort()

/** Splits the slots among two nodes that hold the same. */
async function share({ world, cluster, nodes, node }: TestCluster): Promise<void> {
  const [, second] = nodes
  for (const [key, session] of node.sessions) second?.sessions.set(key, session)
  cluster.primaryOf = (slot) => slot % 2
  cluster.version = 9
  node.sendAll({ type: 'placement', placement: cluster.placement })
  for (const each of nodes) each.alwaysPrimary = true
  await world.settle()
}

describe('a listing', () => {
  test('is asked for in pages, and only as long as somebody reads on [LST-5]', async () => {
    const { world, store, node } = await filled()
    const keys = store.keys({ pageSize: 2 })
    const first = await run(world, keys.next())
    expect([first.value, node.received('list').length]).toEqual([KEYS[0], 1])
    await keys.return()
    expect(node.received('list')).toHaveLength(1)
    expect(await run(world, collect(store.keys({ pageSize: 2 })))).toEqual(KEYS)
    expect(node.received('list')).toHaveLength(4)
  })

  test('goes to every primary, about its own slots [LST-5]', async () => {
    const opened = await filled(2)
    await share(opened)
    expect((await run(opened.world, collect(opened.store.keys()))).sort()).toEqual(KEYS)
    for (const node of opened.nodes) {
      const [list, ...others] = node.received('list')
      expect(others).toEqual([])
      expect(new Set(list?.slots.map((slot) => slot % 2)).size).toBe(1)
    }
    expect(await run(opened.world, opened.store.count({ user: 'ada' }))).toBe(3)
  })

  test('asks again, by the placement that holds then, about slots that a node refuses [LST-6]', async () => {
    const opened = await filled(2)
    const { world, node, nodes, store } = opened
    for (const [key, session] of node.sessions) nodes[1]?.sessions.set(key, session)
    for (const each of nodes) each.alwaysPrimary = true
    const refused = slotOf(KEYS[2] ?? ('' as SessionKey))
    node.refusedSlots = [refused]
    node.rewrite = (frame) => {
      if (frame.type === 'listed') {
        const { placement } = opened.cluster
        node.sendAll({ type: 'placement', placement: { ...placement, version: 9, primaries: placement.primaries.map((_, slot) => (slot === refused ? 1 : 0)) } })
      }
      return frame
    }
    expect((await run(world, collect(store.keys()))).sort()).toEqual(KEYS)
    expect(nodes[1]?.received('list').map(({ slots }) => slots)).toEqual([[refused]])
  })

  test('that cannot be whole ends with an error which names the slots, after all that there is [USR-6]', async () => {
    const opened = await filled(2)
    const { world, nodes, store } = opened
    await share(opened)
    const [, second] = nodes
    if (second) second.refuse = () => ({ code: 'NO_PRIMARY', retryable: true })
    const came: SessionKey[] = []
    const reading = (async () => {
      for await (const key of store.keys()) came.push(key)
    })().catch((error: unknown) => error)
    await world.pass(2_000)
    expect(await reading).toMatchObject({ code: 'SLOTS_UNREACHABLE', retryable: true, slots: Array.from({ length: 128 }, (_, i) => 2 * i + 1) })
    expect(came).toEqual(KEYS.filter((key) => slotOf(key) % 2 === 0))
  })

  test('that may not be is refused as it is, and not taken for a slot that is away [ACC-11]', async () => {
    const { world, store, node } = await filled()
    node.refuse = () => ({ code: 'UNAUTHORIZED' })
    const calls: (() => Promise<unknown>)[] = [() => collect(store.keys()), () => store.count(), () => store.destroyAllOf('ada')]
    for (const call of calls) {
      await expect(run(world, call())).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    }
  })

  test.each([[{ pageSize: 0 }], [{ pageSize: 10_001 }], [{ page: 1 }], [null]])('refuses the options %j [CLI-17]', async (options) => {
    const { store } = await filled()
    await expect(collect(Reflect.apply(store.keys, store, [options]))).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test.each([[''], [{}], [Number.NaN], [undefined], ['x'.repeat(1_025)]])('refuses the user %j [USR-2]', async (user) => {
    const { store, node } = await filled()
    const before = node.frames.length
    await expect(Reflect.apply(store.destroyAllOf, store, [user])).rejects.toMatchObject({ code: 'USER_INVALID' })
    expect(node.frames).toHaveLength(before)
  })
})

test('a key that is none is refused before anything is sent [CLI-17]', async () => {
  const { world, store, node } = await openWorld()
  for (const key of ['', 'id', 7]) await expect(run(world, Reflect.apply(store.destroyKey, store, [key]))).rejects.toMatchObject({ code: 'SESSION_ID_INVALID' })
  expect(node.frames).toEqual([])
})
