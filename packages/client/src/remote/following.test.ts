import { describe, expect, test } from 'vitest'
import { addressOf, openWorld, run } from '../test-cluster.test-support.js'

describe('a save whose copies are awaited', () => {
  test('is shown once by the replica, never twice [CLI-7]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    await run(world, session.set('n', 10).save())
    node.holdsSaves = true
    const seen: unknown[] = []
    session.on('changed', () => seen.push(session.get('n')))
    const saving = session.increment('n').save()
    seen.push(session.get('n'))
    await world.settle()
    seen.push(session.get('n'))
    node.release()
    await run(world, saving)
    seen.push(session.get('n'))
    expect(seen).toEqual([11, 11, 11, 11])
  })

  test('does not keep the next save of the session waiting [CLI-4]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.holdsSaves = true
    const saves = [session.increment('n').save(), session.increment('n').save(), session.increment('n').save()]
    await world.settle()
    expect(node.received('save')).toHaveLength(3)
    expect(session.get('n')).toBe(3)
    node.release()
    await run(world, Promise.all(saves))
    expect(session.get('n')).toBe(3)
  })

  test('is sent again after a cut though the replica shows it, and counts once [CLI-3] [CLI-7]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.holdsSaves = true
    const saves = [session.increment('n').save(), session.increment('n', 10).save()]
    await world.settle()
    node.holdsSaves = false
    world.network.cut(addressOf(node))
    await world.pass(1_000)
    expect(await Promise.all(saves)).toMatchObject([{ copies: 1 }, { copies: 1 }])
    expect(node.received('save')).toHaveLength(4)
    expect([session.get('n'), node.sessions.get(session.key)?.get('n')]).toEqual([11, 11])
  })
})

describe('a delta that does not fit', () => {
  test('makes the client fetch the whole session [CLI-16]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    await run(world, session.set('a', 1).set('b', 1).save())
    // One delta is lost on a link that goes on: the next has a gap.
    node.rewrite = (frame) => (frame.type === 'changed' ? undefined : frame)
    node.write(session.key, { operations: [{ op: 'increment', name: 'a', by: 1 }] })
    node.rewrite = (frame) => frame
    const heard: (readonly string[])[] = []
    session.on('changed', (names) => heard.push([...names].sort()))
    node.write(session.key, { operations: [{ op: 'increment', name: 'c', by: 1 }] })
    await world.settle()
    expect(node.received('open')).toHaveLength(2)
    expect(node.received('open')[1]?.benchmark).toBeUndefined()
    expect(session.toJSON()).toEqual({ a: 2, b: 1, c: 1 })
    expect(heard).toEqual([['a', 'c']])
  })

  test('harms nobody when it is garbage [CLI-16]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    await run(world, session.set('a', 1).save())
    const delta = { key: session.key, generation: 0, attributes: new Uint8Array([1, 2, 3]) }
    node.sendAll({ type: 'changed', key: session.key, delta })
    await world.settle()
    expect(session.toJSON()).toEqual({ a: 1 })
    expect(await run(world, session.set('a', 2).save())).toMatchObject({ copies: 1 })
    expect(session.toJSON()).toEqual({ a: 2 })
  })

  test('a new generation is taken over [CLI-16]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    await run(world, session.set('a', 1).set('b', 2).save())
    node.sessions.get(session.key)?.restart({ epoch: 1, nonce: 7 })
    node.write(session.key, { operations: [{ op: 'remove', name: 'b' }] })
    await world.settle()
    expect(session.toJSON()).toEqual({ a: 1 })
    expect(node.received('open')).toHaveLength(1)
    await run(world, session.set('c', 3).save())
    expect(session.toJSON()).toEqual({ a: 1, c: 3 })
  })

  test('a session that cannot be read at all fails its open and leaves the others alone [CLI-16]', async () => {
    const { world, store, node, open } = await openWorld()
    const session = await open()
    node.rewrite = (frame) =>
      frame.type === 'opened' && frame.state
        ? { ...frame, state: { ...frame.state, attributes: new Uint8Array([9]) } }
        : frame
    await expect(run(world, store.open('broken'))).rejects.toMatchObject({ code: 'LINK_BROKEN', retryable: true })
    expect(await run(world, session.set('a', 1).save())).toMatchObject({ copies: 1 })
    expect(node.received('leave')).toHaveLength(1)
  })
})

describe('frames that nobody asked for', () => {
  test('are ignored: answers of unknown requests, news of sessions that were left', async () => {
    const { world, node, open } = await openWorld()
    const session = await open()
    node.sendAll({ type: 'saved', request: 999, copies: 1, duplicate: false })
    node.sendAll({ type: 'failure', request: 999, code: 'X', message: '', retryable: false })
    session.close()
    node.write(session.key, { operations: [{ op: 'increment', name: 'n', by: 1 }] })
    node.end(session.key, 'expired')
    await world.settle()
    expect(session.ended).toBeUndefined()
    expect(world.network.connections).toBe(1)
  })

  test('an answer of the wrong kind breaks the link, and the request goes again', async () => {
    const { world, store, node, open } = await openWorld()
    const session = await open()
    const codes: string[] = []
    store.on('disconnected', ({ error }) => codes.push(error.code))
    node.rewrite = (frame) =>
      frame.type === 'saved' ? { type: 'destroyed', request: frame.request, copies: 1 } : frame
    const saving = session.increment('n').save()
    await world.settle()
    expect(codes).toEqual(['LINK_BROKEN'])
    node.rewrite = (frame) => frame
    await world.pass(1_000)
    expect(await saving).toMatchObject({ copies: 1 })
    expect(session.get('n')).toBe(1)
  })
})
