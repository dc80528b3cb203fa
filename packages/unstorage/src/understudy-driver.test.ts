/** The driver under unstorage itself. */
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import { createStorage } from 'unstorage'
import type { Storage } from 'unstorage'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { understudyDriver } from './understudy-driver.js'
import type { UnderstudyDriverOptions } from './understudy-driver.js'

let node: Node
beforeAll(async () => {
  node = await createNode({ name: 'a' })
  await node.whenReady()
})
afterAll(() => node.close())

let areas = 0
function open(options: UnderstudyDriverOptions = {}): Storage {
  const storage = createStorage({ driver: understudyDriver({ client: node.store, prefix: `area${areas++}:`, ...options }) })
  onTestFinished(() => storage.dispose())
  return storage
}

describe('unstorage over Understudy', () => {
  test('gives back what was set, and null where there is nothing [ADP-20]', async () => {
    const storage = open()
    await storage.setItem('a', { user: 'ann', cart: ['pen'] })
    await storage.setItem('b:c', 'text')
    expect(await storage.getItem('a')).toEqual({ user: 'ann', cart: ['pen'] })
    expect(await storage.getItem('b:c')).toBe('text')
    expect(await storage.getItems(['a', 'b:c'])).toEqual([{ key: 'a', value: { user: 'ann', cart: ['pen'] } }, { key: 'b:c', value: 'text' }])
    expect(await storage.getItem('none')).toBeNull()
    expect([await storage.hasItem('a'), await storage.hasItem('none')]).toEqual([true, false])
    await storage.setItem('a', 1)
    expect(await storage.getItem('a')).toBe(1)
  })

  test('keeps bytes [ADP-20]', async () => {
    const storage = open()
    await storage.setItemRaw('raw', Buffer.from([0, 255, 1]))
    expect(Buffer.from(await storage.getItemRaw('raw') as Uint8Array)).toEqual(Buffer.from([0, 255, 1]))
  })

  test('an item that was removed is gone for ever: no late request sets it again [ADP-20]', async () => {
    const storage = open()
    await storage.setItem('a', 1)
    await storage.removeItem('a')
    expect(await storage.getItem('a')).toBeNull()
    await expect(storage.setItem('a', 2)).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    expect(await storage.hasItem('a')).toBe(false)
  })

  test('with final: false a key can be set again [ADP-20]', async () => {
    const storage = open({ final: false })
    await storage.setItem('a', 1)
    await storage.removeItem('a')
    expect([await storage.getItem('a'), await storage.hasItem('a')]).toEqual([null, false])
    await storage.setItem('a', 2)
    expect(await storage.getItem('a')).toBe(2)
    await storage.removeItem('none')
  })

  test('an item lives so long after its last use, or just as long as it was set for [ADP-20]', async () => {
    const storage = open({ prefix: 'life:', ttl: 60 })
    await storage.setItem('a', 1)
    await storage.setItem('b', 1, { ttl: 5 })
    const [a, b] = [await node.store.find('life:a'), await node.store.find('life:b')]
    expect(a?.terms.idleTimeout).toBe(60_000)
    expect([b?.terms.idleTimeout, b?.terms.absoluteDeadline !== undefined]).toEqual([undefined, true])
    const before = a?.expiresAt ?? 0
    await expect.poll(async () => (await storage.getItem('a'), a?.expiresAt)).toBeGreaterThan(before)
    await expect(storage.setItem('c', 1, { ttl: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test('with a secret items can be listed and cleared, by the beginning of their keys [ADP-21]', async () => {
    const idSecret = 'a secret of at least 32 characters'
    for (const final of [true, false]) {
      const [storage, other] = [open({ idSecret, final }), open({ idSecret })]
      await Promise.all(['cart:one', 'cart:two', 'user:one'].map((key) => storage.setItem(key, key)))
      await other.setItem('cart:three', 1)
      await storage.removeItem('cart:two')
      expect((await storage.getKeys()).sort()).toEqual(['cart:one', 'user:one'])
      expect(await storage.getKeys('cart')).toEqual(['cart:one'])
      await storage.getMount().driver.clear?.('cart:', {})
      expect(await storage.getKeys()).toEqual(['user:one'])
      await storage.clear()
      expect([await storage.getKeys(), await other.getKeys()]).toEqual([[], ['cart:three']])
    }
  })

  test('without one not, and the error says why [ADP-20]', async () => {
    const storage = open()
    await expect(storage.getKeys()).rejects.toThrow(/hashes/)
    await expect(storage.clear()).rejects.toThrow(/hashes/)
  })

  test('connects by URLs alone, and closes what it opened [ADP-20]', async () => {
    const storage = createStorage({ driver: understudyDriver({ nodes: [node.url] }) })
    await storage.setItem('by-url', 1)
    expect((await node.store.find('storage:by-url'))?.get('item')).toBe('1')
    await storage.dispose()
    await expect.poll(() => node.status().counters['clients']).toBe(0)
  })

  test('nodes may come later than the app, and calls until then end in time; so does closing [ADP-7]', async () => {
    const gone = await createNode({ name: 'b' })
    await gone.close()
    const options = { nodes: [gone.url], timeLimit: 200 }
    const [storage, other] = [createStorage({ driver: understudyDriver(options) }), createStorage({ driver: understudyDriver(options) })]
    await expect(storage.getItem('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    await other.dispose()
    await expect(other.getItem('a')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    const late = await createNode({ name: 'b', listen: `127.0.0.1:${gone.port}` })
    onTestFinished(() => late.close())
    await expect.poll(() => storage.setItem('a', 1).then(() => 'saved', (error: unknown) => error), { timeout: 20_000 }).toBe('saved')
    expect(await storage.getItem('a')).toBe(1)
    await storage.dispose()
  })

  test('an item that is too large is an error, and the old one stays [ADP-9]', async () => {
    const storage = open()
    await storage.setItem('a', 1)
    await expect(storage.setItem('a', 'x'.repeat(300_000))).rejects.toMatchObject({ code: 'VALUE_TOO_LARGE' })
    expect(await storage.getItem('a')).toBe(1)
  })

  test.each([[{}, /^nodes /], [{ client: {}, nodes: [] }, /^client /], [{ ttl: -1 }, /^ttl /], [{ final: 1 }, /^final /], [{ ttl: 1, idSecret: 'x' }, /^idSecret /]])('refuses %j [ADP-5]', (options, message) => {
    const given = 'ttl' in options || 'final' in options ? { client: node.store, ...options } : options
    expect(() => Reflect.apply(understudyDriver, undefined, [given])).toThrow(message)
  })
})
