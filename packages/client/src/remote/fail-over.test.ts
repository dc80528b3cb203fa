import { describe, expect, test } from 'vitest'
import { addressOf, openWorld, run } from '../test-cluster.test-support.js'

const operations = (frames: readonly { readonly operations: readonly { readonly op: string; readonly name?: string }[] }[]): string[] =>
  frames.map((frame) => namesOf(frame.operations).join())
const namesOf = (list: readonly { readonly op: string; readonly name?: string }[]): (string | undefined)[] => list.map(({ name }) => name)

describe('after a cut', () => {
  test('a save is sent again with the same counter and takes effect once [CLI-3]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.rewrite = (frame) => (frame.type === 'saved' || frame.type === 'changed' ? undefined : frame)
    const saving = session.increment('n').save()
    await world.settle()
    expect(node.sessions.get(session.key)?.get('n')).toBe(1)
    node.rewrite = (frame) => frame
    world.network.cut(addressOf(node))
    await world.pass(1_000)
    expect(await saving).toMatchObject({ copies: 1 })
    const [first, second] = node.received('save')
    expect(second?.counter).toBe(first?.counter)
    expect(node.sessions.get(session.key)?.get('n')).toBe(1)
    expect(session.get('n')).toBe(1)
  })

  test('saves go again in their order, with their counters, behind the open [CLI-3] [CLI-4]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    world.network.cut(addressOf(node))
    const saves = ['a', 'b', 'c'].map((name) => session.set(name, 1).save())
    await world.settle()
    expect(node.received('save')).toEqual([])
    await world.pass(1_000)
    await Promise.all(saves)
    expect(operations(node.received('save'))).toEqual(['a', 'b', 'c'])
    const counters = node.received('save').map(({ counter }) => counter)
    expect(counters).toEqual([...counters].sort((one, two) => one - two))
    const types = node.frames.map(({ type }) => type)
    expect(types).toEqual(['open', 'open', 'save', 'save', 'save'])
  })

  test('sessions whose saves wait are opened again before those that nobody waits for [CLI-27]', async () => {
    const { world, node, open } = await openWorld()
    const sessions = [await open('one'), await open('two'), await open('three')]
    world.network.cut(addressOf(node))
    const saving = sessions[2]?.set('a', 1).save()
    await world.pass(1_000)
    await saving
    const opened = node.received('open').slice(3).map(({ key }) => key)
    expect(opened).toEqual([sessions[2]?.key, sessions[0]?.key, sessions[1]?.key])
  })

  test('who is told of the cut can give sessions up: they are not opened again; others are followed again [CLI-27]', async () => {
    const { world, node, store, open } = await openWorld()
    const [kept, given] = [await open('kept'), await open('given up')]
    const followed: boolean[] = []
    store.on('disconnected', () => {
      followed.push(kept.isFollowed, given.isFollowed)
      given.close()
    })
    expect([kept.isFollowed, given.isFollowed]).toEqual([true, true])
    world.network.cut(addressOf(node))
    await world.pass(1_000)
    expect(followed).toEqual([false, false])
    expect(kept.isFollowed).toBe(true)
    expect(node.received('open').slice(2).map(({ key }) => key)).toEqual([kept.key])
  })

  test('what was written meanwhile comes with the open, as a difference [CLI-5]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    await run(world, session.set('big', 'x'.repeat(1_000)).save())
    world.network.cut(addressOf(node))
    await world.settle()
    node.write(session.key, { operations: [{ op: 'increment', name: 'n', by: 3 }] })
    const states: number[] = []
    node.rewrite = (frame) => {
      if (frame.type === 'opened') states.push(frame.state?.attributes?.length ?? 0)
      return frame
    }
    const heard: (readonly string[])[] = []
    session.on('changed', (names) => heard.push(names))
    await world.pass(1_000)
    expect(session.get('n')).toBe(3)
    expect(heard).toEqual([['n']])
    expect(states).toHaveLength(1)
    expect(states[0]).toBeLessThan(100)
  })

  test('a session that was destroyed meanwhile ends', async () => {
    const { world, node, open } = await openWorld()
    const [one, two] = await Promise.all([open('one'), run(world, open('two'))])
    world.network.cut(addressOf(node))
    await world.settle()
    node.end(one.key, 'destroyed')
    await world.pass(1_000)
    expect([one.ended, two.ended]).toEqual(['destroyed', undefined])
  })

  test('a session that no node knows any more ends, and its id can be used again [CLI-24]', async () => {
    const { world, store, node } = await openWorld()
    const session = await run(world, store.open('id'))
    await run(world, session.set('a', 1).save())
    world.network.cut(addressOf(node))
    const saving = session.set('b', 2).save()
    node.sessions.clear()
    const refused = expect(saving).rejects.toMatchObject({ code: 'SESSION_UNKNOWN', retryable: false })
    await world.pass(1_000)
    await refused
    expect(session.ended).toBe('unknown')
    expect(() => session.set('c', 3)).toThrow(expect.objectContaining({ code: 'SESSION_UNKNOWN' }))
    const again = await run(world, store.open('id'))
    expect(again.toJSON()).toEqual({})
    expect(await run(world, again.set('d', 4).save())).toMatchObject({ copies: 1 })
  })

  test('a session whose time is up counts as expired', async () => {
    const { world, store, node } = await openWorld()
    const session = await run(world, store.open('id', { absoluteTimeout: 50 }))
    world.network.cut(addressOf(node))
    node.sessions.clear()
    await world.pass(1_000)
    expect(session.ended).toBe('expired')
  })

  test('a session that was closed meanwhile is not opened again', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    world.network.cut(addressOf(node))
    await world.settle()
    session.close()
    await world.pass(1_000)
    expect(node.received('open')).toHaveLength(1)
    expect([...node.links].map((link) => link.follows(session.key))).toEqual([false])
  })
})

describe('when the primary moves', () => {
  test('requests and follows move with the placement [CLI-8]', async () => {
    const { world, cluster, nodes, node, open } = await openWorld(2)
    const session = await open()
    await run(world, session.set('a', 1).save())
    cluster.promote(1)
    await world.settle()
    expect(node.received('leave')).toHaveLength(1)
    expect(nodes[1]?.received('open')[0]?.benchmark).toBeDefined()
    await run(world, session.set('b', 2).save())
    expect(nodes[1]?.sessions.get(session.key)?.toJSON()).toEqual({ a: 1, b: 2 })
    expect(node.received('save')).toHaveLength(1)
    nodes[1]?.write(session.key, { operations: [{ op: 'increment', name: 'n', by: 1 }] })
    await world.settle()
    expect(session.toJSON()).toEqual({ a: 1, b: 2, n: 1 })
  })

  test('a request that the old primary refuses goes to the new one [CLI-8]', async () => {
    const { world, cluster, nodes, node, open } = await openWorld(2)
    const session = await open()
    node.rewrite = (frame) => (frame.type === 'placement' ? undefined : frame)
    cluster.promote(1)
    const saving = session.set('a', 1).save()
    await world.settle()
    expect(node.received('save')).toHaveLength(1)
    node.rewrite = (frame) => frame
    node.sendAll({ type: 'placement', placement: cluster.placement })
    expect(await run(world, saving)).toMatchObject({ copies: 1 })
    expect(nodes[1]?.received('save')).toHaveLength(1)
  })

  test('without a primary, requests wait for one [CLI-8]', async () => {
    const { world, cluster, node, store } = await openWorld()
    cluster.promote(255)
    await world.settle()
    const opening = store.open('id')
    await world.pass(3_000)
    expect(node.received('open')).toHaveLength(0)
    cluster.promote(0)
    expect((await run(world, opening)).toJSON()).toEqual({})
  })

  test('without a primary in time, they fail with NO_PRIMARY and may be tried again [CLI-10]', async () => {
    const { world, cluster, open, store } = await openWorld()
    const session = await open()
    cluster.promote(255)
    await world.settle()
    const outcomes = Promise.allSettled([store.find('other'), session.set('a', 1).save()])
    await world.pass(10_000)
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ reason: { code: 'NO_PRIMARY', retryable: true } })
    }
    expect(session.hasUnsaved).toBe(true)
    cluster.promote(0)
    await run(world, session.save())
    expect(session.toJSON()).toEqual({ a: 1 })
  })

  test('an older placement of who is believed primary holds, where it says that it is none [CLI-26]', async () => {
    const { world, cluster, nodes, node, store, open } = await openWorld(2)
    await open()
    cluster.promote(1)
    cluster.promote(0)
    await world.settle()
    // The disks that knew of the later reigns are gone.
    cluster.version = 1
    cluster.primary = 1
    node.sendAll({ type: 'placement', placement: cluster.placement })
    await run(world, store.find('x'))
    expect(nodes[1]?.received('open').length).toBeGreaterThan(0)
  })

  test('an older placement changes nothing, except when the cluster began anew', async () => {
    const { world, cluster, nodes, store, open } = await openWorld(2)
    await open()
    cluster.promote(1)
    await run(world, store.find('w'))
    cluster.promote(0)
    await world.settle()
    const before = nodes[1]?.received('open').length
    nodes[1]?.sendAll({ type: 'placement', placement: { ...cluster.placement, version: 1, primaries: Array(256).fill(1) } })
    await run(world, store.find('x'))
    expect(nodes[1]?.received('open')).toHaveLength(before ?? 0)

    cluster.version = 1
    cluster.primary = 1
    for (const each of nodes) world.network.cut(addressOf(each))
    await world.pass(1_000)
    await run(world, store.find('x'))
    expect(nodes[1]?.received('open').length).toBeGreaterThan(0)
  })
})

describe('when the primary is lost', () => {
  test('another node tells the new one, and the save under way takes effect once [CLI-3] [CLI-8]', async () => {
    const { world, cluster, nodes, node, open } = await openWorld(3)
    const session = await open()
    node.rewrite = (frame) => (frame.type === 'saved' ? undefined : frame)
    const saving = session.increment('n').save()
    await world.settle()
    cluster.promote(2)
    world.network.shutDown(addressOf(node))
    await world.pass(1_000)
    expect(await saving).toMatchObject({ copies: 1 })
    expect(nodes[2]?.sessions.get(session.key)?.get('n')).toBe(1)
    expect(session.get('n')).toBe(1)
  })

  test('reads never go backwards, even if the write is lost with it until it is sent again [CLI-5]', async () => {
    const { world, cluster, nodes, node, open } = await openWorld(2)
    const session = await open()
    nodes[1]?.takeOver(node)
    node.rewrite = (frame) => (frame.type === 'saved' ? undefined : frame)
    const saving = session.set('step', 2).save()
    await world.settle()
    const seen: unknown[] = []
    const watch = (): void => void seen.push(session.get('step'))
    session.on('changed', watch)
    watch()
    // The new primary never got the write.
    cluster.promote(1, true)
    world.network.shutDown(addressOf(node))
    for (let index = 0; index < 20; index++) {
      await world.pass(50)
      watch()
    }
    await saving
    watch()
    expect(new Set(seen)).toEqual(new Set([2]))
    expect(nodes[1]?.sessions.get(session.key)?.get('step')).toBe(2)
  })

  test('no later save overtakes one that the node asked to send again [CLI-4]', async () => {
    const { world, node, open } = await openWorld()
    const [one, two] = await Promise.all([open(), open()])
    let refusals = 0
    node.refuse = (frame) => {
      const first = frame.type === 'save' && namesOf(frame.operations)[0] === 'first'
      return first && refusals++ < 3 ? { code: 'NO_PRIMARY', retryable: true } : undefined
    }
    const saves = [one.set('first', 1).save(), two.set('second', 2).save()]
    await world.pass(2_000)
    await Promise.all(saves)
    expect(operations(node.received('save'))).toEqual(['first', 'first', 'first', 'first', 'second'])
    expect(one.toJSON()).toEqual({ first: 1, second: 2 })
  })
})
