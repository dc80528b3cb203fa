import { describe, expect, test } from 'vitest'
import { openWorld } from './test-cluster.test-support.js'

describe('a store', () => {
  test('opens, saves and finds a session', async () => {
    const { world, store, node } = await openWorld()
    const opening = store.open('id-1', { idleTimeout: 60_000 })
    await world.settle()
    const session = await opening
    session.set('theme', 'dark')
    expect(session.get('theme')).toBe('dark')
    const saving = session.save()
    await world.settle()
    expect(await saving).toEqual({ copies: 1 })
    expect(node.sessions.get(session.key)?.toJSON()).toEqual({ theme: 'dark' })
  })
})
