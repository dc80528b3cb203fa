import { sessionKey } from '@understudy/session'
import { describe, expect, test } from 'vitest'
import { openWorld, run } from './test-cluster.test-support.js'

describe('rotating', () => {
  test('moves the handle on, unsaved operations included; other handles of the old id end [ROT-8]', async () => {
    const { world, store, node, open } = await openWorld()
    const session = await open('old')
    const sibling = await open('old')
    await run(world, session.set('a', 1).save())
    session.set('b', 2)
    let ended = 0
    session.on('destroyed', () => ended++)
    const { copies, at } = await run(world, session.rotate('new'))
    expect([copies, session.id, session.key, session.ended, ended]).toEqual([1, 'new', sessionKey('new'), undefined, 0])
    expect([sibling.ended, session.toJSON()]).toEqual(['destroyed', { a: 1, b: 2 }])
    await run(world, session.save())
    expect(node.sessions.get(sessionKey('new'))?.toJSON()).toEqual({ a: 1, b: 2 })
    expect((await run(world, store.find('new', { atLeast: at })))?.get('b')).toBe(2)
    expect(await run(world, store.find('old'))).toBeUndefined()
    node.end(sessionKey('new'), 'destroyed')
    await world.settle()
    expect([session.ended, ended]).toEqual(['destroyed', 1])
  })

  test('comes after the saves before it, and before those behind it [ROT-8]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open('old')
    const before = session.set('a', 1).save()
    const rotation = session.rotate('new')
    const behind = session.set('b', 2).save()
    await run(world, Promise.all([before, rotation, behind]))
    expect(node.frames.map(({ type }) => type)).toEqual(['open', 'save', 'rotate', 'open', 'save'])
    expect(node.sessions.get(sessionKey('new'))?.toJSON()).toEqual({ a: 1, b: 2 })
  })

  test('that is refused leaves the handle as it was [ROT-8]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open('old')
    node.refuse = (frame) => (frame.type === 'rotate' ? { code: 'SESSION_ID_TAKEN' } : undefined)
    await expect(run(world, session.rotate('new'))).rejects.toMatchObject({ code: 'SESSION_ID_TAKEN' })
    await expect(run(world, session.rotate(''))).rejects.toMatchObject({ code: 'SESSION_ID_INVALID' })
    expect(session.id).toBe('old')
    await run(world, session.set('a', 1).save())
    expect(node.sessions.get(sessionKey('old'))?.toJSON()).toEqual({ a: 1 })
  })

  test('that is overtaken by a logout ends the handle with it [ROT-8]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open('old')
    const reasons: string[] = []
    session.on('destroyed', (reason) => reasons.push(reason))
    node.refuse = (frame) => {
      if (frame.type !== 'rotate') return undefined
      node.end(sessionKey('old'), 'destroyed')
      return { code: 'SESSION_DESTROYED' }
    }
    await expect(run(world, session.rotate('new'))).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    expect([session.ended, reasons]).toEqual(['destroyed', ['destroyed']])
    await expect(run(world, session.save())).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
  })

  test('to several ids at once goes from one to the next [ROT-8]', async () => {
    const { world, node, open } = await openWorld()
    const session = await open('one')
    await run(world, Promise.all([session.rotate('two'), session.rotate('three')]))
    expect([session.id, [...node.sessions.keys()]]).toEqual(['three', [sessionKey('three')]])
  })
})
