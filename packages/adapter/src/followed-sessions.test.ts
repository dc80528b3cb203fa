/** What a process follows between requests is bounded, and never outlives a session or a link. */
import type { Session } from '@understudy/client'
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { checkAdapterOptions } from './adapter-options.js'
import type { Client } from './adapter-options.js'
import { AppSessions } from './app-sessions.js'
import { FollowedSessions } from './followed-sessions.js'
import { watchConnection } from './connection.js'

let node: Node
beforeAll(async () => {
  node = await createNode({ name: 'a' })
  await node.whenReady()
})
afterAll(() => node.close())

test('at most so many are followed, those used last [ADP-12]', async () => {
  const followed = new FollowedSessions(2)
  const [a, b, c] = [await node.store.open('a'), await node.store.open('b'), await node.store.open('c')]
  followed.keep('a', a)
  followed.keep('b', b)
  expect(followed.get('a')?.session).toBe(a)
  followed.keep('c', c)
  expect(followed.get('b')).toBeUndefined()
  expect(() => b.touch()).toThrow(/closed/)
  expect(followed.get('a')?.session).toBe(a)
  followed.dropAll()
  expect(() => a.touch()).toThrow(/closed/)
})

test('a second handle of a session, and any where none is to be kept, is closed [ADP-12]', async () => {
  const followed = new FollowedSessions(2)
  const [one, two] = [await node.store.open('one'), await node.store.open('one')]
  followed.keep('one', one)
  followed.keep('one', two)
  expect(followed.get('one')?.session).toBe(one)
  expect(() => two.touch()).toThrow(/closed/)
  const none = await node.store.open('none')
  new FollowedSessions(0).keep('none', none)
  expect(() => none.touch()).toThrow(/closed/)
})

test('a followed session shows what others changed, and a request keeps what it read [ADP-12]', async () => {
  const followed = new FollowedSessions(2)
  const [session, other] = [await node.store.open('shared'), await node.store.open('shared')]
  await other.set('cart', { pen: 1 }).set('theme', 'dark').set('gone', 1).save()
  await session.refresh()
  followed.keep('shared', session)
  const before = followed.get('shared')?.values
  expect(followed.get('shared')?.values).toBe(before)
  await other.set('theme', 'light').remove('gone').set('more', 2).save()
  await other.set('more', 3).save()
  await session.refresh()
  const after = followed.get('shared')?.values
  expect(Object.fromEntries(after ?? [])).toEqual({ cart: { pen: 1 }, theme: 'light', more: 3 })
  expect(after?.get('cart')).toBe(before?.get('cart'))
  expect(Object.fromEntries(before ?? [])).toEqual({ cart: { pen: 1 }, theme: 'dark', gone: 1 })
  followed.dropAll()
})

test('a session that ends is followed no longer [ADP-12]', async () => {
  const followed = new FollowedSessions(2)
  const session = await node.store.open('ending')
  const ended = new Promise((resolve) => void session.on('destroyed', resolve))
  followed.keep('ending', session)
  await node.store.destroy('ending')
  await ended
  expect(followed.get('ending')).toBeUndefined()
  followed.keep('ending', session)
  expect(followed.get('ending')).toBeUndefined()
})

test('when a link is lost, its sessions are asked for anew: nobody knows how old a replica is; others are not [ADP-12]', async () => {
  const finds: string[] = []
  let lost = (): void => undefined
  const opened: Session[] = []
  const client = {
    open: async (...given: Parameters<Client['open']>) => {
      const session = await node.store.open(...given)
      opened.push(session)
      return session
    },
    destroy: node.store.destroy.bind(node.store),
    destroyKey: node.store.destroyKey.bind(node.store),
    sessions: node.store.sessions.bind(node.store),
    isConnected: true,
    find: (id: string) => {
      finds.push(id)
      return node.store.find(id)
    },
    on: ((name, listener) => {
      if (name === 'disconnected') lost = () => Reflect.apply(listener, undefined, [])
      return () => undefined
    }) satisfies Client['on'] as Client['on'],
  }
  const sessions = new AppSessions(checkAdapterOptions({ client, reads: 'replica' }))
  const ids = ['lost', 'other']
  for (const id of ids) await sessions.replace(id, new Map([['a', 1]]), { kind: 'sliding', idleTimeout: 60_000 })
  const readAll = async (): Promise<void> => {
    for (const id of ids) expect((await sessions.read(id))?.values.get('a')).toBe(1)
  }
  for (let i = 0; i < 3; i++) await readAll()
  expect(finds).toEqual([])
  Object.defineProperty(opened[0], 'isFollowed', { value: false })
  lost()
  await readAll()
  expect(finds).toEqual(['sess:lost'])
  sessions.close()
})

test('a lost connection is told of once it has lasted, and not when another node was reached meanwhile [ADP-6]', async () => {
  const told: string[] = []
  const listeners: Record<string, () => void> = {}
  const client = {
    open: node.store.open.bind(node.store), find: node.store.find.bind(node.store), destroy: node.store.destroy.bind(node.store),
    destroyKey: node.store.destroyKey.bind(node.store), sessions: node.store.sessions.bind(node.store),
    isConnected: false,
    on: ((name, listener) => {
      listeners[name] = () => Reflect.apply(listener, undefined, [])
      return () => undefined
    }) satisfies Client['on'] as Client['on'],
  }
  const turn = (connected: boolean): void => {
    client.isConnected = connected
    listeners[connected ? 'connected' : 'disconnected']?.()
  }
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  watchConnection(checkAdapterOptions({ client: Promise.resolve(client) }), { emit: (event) => told.push(event) })
  await vi.advanceTimersByTimeAsync(999)
  turn(true)
  turn(false)
  await vi.advanceTimersByTimeAsync(999)
  turn(true)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual([])
  turn(false)
  turn(false)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual(['disconnect'])
  turn(true)
  turn(true)
  expect(told).toEqual(['disconnect', 'connect'])
})

test('a request that follows while a write is under way reads what it writes [ADP-15]', async () => {
  const sessions = new AppSessions(checkAdapterOptions({ client: node.store }))
  const expiry = { kind: 'sliding', idleTimeout: 60_000 } as const
  void sessions.replace('redirect', new Map([['a', 1]]), expiry)
  expect((await sessions.read('redirect'))?.values.get('a')).toBe(1)
  void sessions.change('redirect', [{ kind: 'set', path: ['a'], value: 2 }], expiry)
  expect((await sessions.read('redirect'))?.values.get('a')).toBe(2)
  const failed = sessions.change('redirect', [{ kind: 'set', path: [''], value: 3 }], expiry)
  expect((await sessions.read('redirect'))?.values.get('a')).toBe(2)
  await expect(failed).rejects.toMatchObject({ code: 'NAME_INVALID' })
  void sessions.destroy('redirect')
  expect(await sessions.read('redirect')).toBeUndefined()
  sessions.close()
})
