/** Sessions on disk: what a node finds again, what it says while its disk fails, and what damage does. */
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/client'
import { createNode } from '@understudy/node'
import type { Node, NodeOptions } from '@understudy/node'
import { memoryDisk, temporaryFolder } from '../support/disks.js'
import { eventually } from '../support/eventually.js'
import { Lines } from '../support/log.js'
import { connectApp, linkTo, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { Wire } from '../support/wire.js'
import { World } from '../support/world.js'

/** A node alone, that serves. */
async function alone(options: Partial<NodeOptions>): Promise<Node> {
  const node = await startNode({ name: 'a', ...options })
  await node.whenReady()
  return node
}

describe('a node that restarts from its disk', () => {
  it('has every session, frozen attribute and death, in a higher epoch [STG-4]', async () => {
    const data = temporaryFolder()
    const first = await alone({ data })
    await saveSessions(first.store, numbers(500), (number) => number)
    const session = await first.store.open('kept', { idleTimeout: 60_000 })
    await session.set('user', 'ada').freeze('user').increment('views', 3).save()
    await session.set('cart', ['tea']).remove('views').save()
    await first.store.destroy('session 7')
    const { epoch, digest } = first.status()
    await first.close()

    const second = await alone({ data })
    expect(second.status()).toMatchObject({ digest, sessions: 500 })
    expect(second.status().epoch).toBeGreaterThan(epoch)
    const found = await second.store.find('kept')
    expect(found?.toJSON()).toEqual({ user: 'ada', cart: ['tea'] })
    expect(found?.isFrozen('user')).toBe(true)
    await found?.set('cart', []).save()
    await expect(second.store.open('session 7')).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    await second.close()
    const third = await alone({ data })
    expect((await third.store.find('kept'))?.get('cart')).toEqual([])
  })

  it('as a back-up goes on from where it stood: it gets what changed and nothing else [STG-5]', async () => {
    const [a, data] = [await Relay.start(), temporaryFolder()]
    const wire = new Wire()
    const backupOptions = { name: 'b', role: 'backup', data, dial: wire.dial, peers: { a: a.url } } as const
    const primary = await startNode({ name: 'a', advertise: a.url, environment: new World() })
    a.leadTo(primary)
    const backup = await startNode(backupOptions)
    await whenCaughtUp(primary, 'b')
    await saveSessions(primary.store, numbers(2_000), (number) => number)
    await whenEqual(primary, backup)
    // The back-up knows its position once it was told that it has everything.
    await eventually('the back-up was told where it stands', () => wire.received.lastIndexOf('marks') > wire.received.lastIndexOf('deltas'))
    await backup.close()
    await saveSessions(primary.store, numbers(2_000, 20), (number) => -number)

    const again = await startNode(backupOptions)
    await whenCaughtUp(primary, 'b')
    await whenEqual(primary, again)
    expect(linkTo(again, 'a').deltasReceived).toBe(100)
    expect(primary.status().epoch).toBe(1)
  })

  it('reads sessions that it has not kept in memory when they are asked for [STG-9]', async () => {
    const options = { data: temporaryFolder(), warmSessions: 10, environment: new World() }
    const node = await alone(options)
    await saveSessions(node.store, numbers(1_000), (number) => number)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const app = await connectApp([node])
    for (const number of numbers(1_000, 37)) {
      const session = await app.open(`session ${number}`)
      expect(session.get('n')).toBe(number)
      await session.set('n', number + 0.5).save()
      session.close()
    }
    expect(node.status().sessions).toBe(1_000)
    const { digest } = node.status()
    await node.close()
    const again = await alone(options)
    expect(again.status().digest).toBe(digest)
    expect((await again.store.find('session 37'))?.get('n')).toBe(37.5)
  })

  it('serves no slot before its epoch is on disk [STG-10]', async () => {
    const { disk, storage } = memoryDisk()
    disk.full = true
    const node = await startNode({ name: 'a', storage })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(node.ready).toBe(false)
    disk.full = false
    await node.whenReady()
    expect(Array.from(node.status().links)).toEqual([])
    await (await node.store.open('x')).set('n', 1).save()
  })
})

describe('a disk that takes no more', () => {
  it('makes saves fail with a code, loses nothing, and heals without a restart [STG-3]', async () => {
    const { disk, storage } = memoryDisk()
    const log = new Lines()
    const node = await alone({ storage, log })
    const session = await node.store.open('x')
    await session.set('n', 1).save()
    disk.full = true
    await expect(session.set('n', 2).save()).rejects.toMatchObject({ code: 'STORAGE_FAILED', retryable: true })
    // Now it is known: nothing is even changed.
    await expect(node.store.open('y')).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    await expect(node.store.destroy('x')).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    expect((await node.store.find('x'))?.get('n')).toBe(2)
    expect(node.status().counters['diskFails']).toBe(1)
    disk.full = false
    await eventually('the disk is used again', () => node.status().counters['diskFails'] === 0)
    await session.set('m', 3).save()
    await node.close()
    expect(log.all.filter((line) => line.startsWith('error')).length).toBe(1)
    expect((await (await alone({ storage })).store.find('x'))?.toJSON()).toEqual({ n: 2, m: 3 })
  })

  it('lets an app over the network wait, and applies its save once [STG-3]', async () => {
    const { disk, storage } = memoryDisk()
    const node = await alone({ storage })
    const app = await connectApp([node])
    const session = await app.open('x')
    await session.increment('n').save()
    disk.full = true
    const saved = session.increment('n').save()
    await eventually('the save was refused', () => node.status().counters['diskFails'] === 1)
    disk.full = false
    await saved
    expect((await node.store.find('x'))?.get('n')).toBe(2)
  })

  it('keeps a back-up from saying that it holds what it might lose [STG-6]', async () => {
    const { disk, storage } = memoryDisk()
    const primary = await startNode({ name: 'a', copiesTimeout: 200 })
    const backup = await startNode({ name: 'b', role: 'backup', storage, peers: { a: primary.url } })
    await whenCaughtUp(primary, 'b')
    const session = await primary.store.open('x')
    expect(await session.set('n', 1).save({ copies: 2, required: true })).toMatchObject({ copies: 2 })
    disk.full = true
    await expect(session.set('n', 2).save({ copies: 2, required: true })).rejects.toMatchObject({ code: 'TOO_FEW_COPIES', copies: 1 })
    await whenEqual(primary, backup)
    expect(linkTo(primary, 'b').equal).toBe(false)
    disk.full = false
    await whenCaughtUp(primary, 'b')
    await backup.close()
    const alive = await startNode({ name: 'b', role: 'backup', storage })
    expect(alive.status().digest).toBe(primary.status().digest)
  })
})

describe('a damaged record', () => {
  it('is set aside, reported, and fetched again from a peer [STG-8]', async () => {
    const [a, b] = [await Relay.start(), await Relay.start()]
    const { disk, storage } = memoryDisk()
    const log = new Lines()
    const primary = async (): Promise<Node> => {
      const node = await startNode({ name: 'a', advertise: a.url, peers: { b: b.url }, storage, log })
      a.leadTo(node)
      return node
    }
    const first = await primary()
    const backup = await startNode({ name: 'b', role: 'backup', peers: { a: a.url } })
    b.leadTo(backup)
    await whenCaughtUp(first, 'b')
    await saveSessions(first.store, numbers(100), (number) => number)
    await whenEqual(first, backup)
    await first.close()
    for (const number of [3, 50]) disk.damage(sessionKey(`session ${number}`))

    const second = await primary()
    expect(second.status()).toMatchObject({ sessions: 98, counters: { damagedSessions: 2 } })
    expect(log.all.filter((line) => line.includes('is damaged')).length).toBe(2)
    expect((await second.store.open('session 50')).toJSON()).toEqual({ n: 50 })
    await second.whenReady()
    await whenEqual(second, backup)
    expect(second.status()).toMatchObject({ sessions: 100, counters: { damagedSessions: 0 } })
    await second.close()
    expect((await primary()).status()).toMatchObject({ sessions: 100, counters: { damagedSessions: 0 } })
  })

  it('of a back-up is fetched from the primary [STG-8]', async () => {
    const a = await Relay.start()
    const { disk, storage } = memoryDisk()
    const primary = await startNode({ name: 'a', advertise: a.url })
    a.leadTo(primary)
    const options = { name: 'b', role: 'backup', peers: { a: a.url }, storage } as const
    const first = await startNode(options)
    await whenCaughtUp(primary, 'b')
    await saveSessions(primary.store, numbers(100), (number) => number)
    await whenEqual(primary, first)
    await first.close()
    disk.damage(sessionKey('session 3'))
    const second = await startNode(options)
    await whenEqual(primary, second)
    expect(second.status()).toMatchObject({ sessions: 100, counters: { damagedSessions: 0 } })
  })

  it('is never replaced by a blank session; only its end can be written [STG-8]', async () => {
    const { disk, storage } = memoryDisk()
    const first = await alone({ storage })
    await saveSessions(first.store, numbers(2), (number) => number)
    await first.close()
    disk.damage(sessionKey('session 1'))
    const second = await alone({ storage })
    await expect(second.store.open('session 1')).rejects.toMatchObject({ code: 'SESSION_DAMAGED' })
    await expect(second.store.find('session 1')).rejects.toMatchObject({ code: 'SESSION_DAMAGED' })
    expect((await second.store.find('session 0'))?.toJSON()).toEqual({ n: 0 })
    await second.store.destroy('session 1')
    await expect(second.store.open('session 1')).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
  })
})

describe('a data directory', () => {
  it('that a node must not use keeps it from starting, with a clear message [STG-7]', async () => {
    const data = temporaryFolder()
    const node = await alone({ data })
    const refused = async (options: NodeOptions): Promise<unknown> => createNode(options).catch((error: unknown) => error)
    expect(await refused({ name: 'a', data })).toMatchObject({ code: 'DATA_UNUSABLE', cause: { code: 'DIRECTORY_LOCKED' } })
    await node.close()
    expect(await refused({ name: 'b', data })).toMatchObject({ code: 'DATA_UNUSABLE', cause: { code: 'DIRECTORY_FOREIGN' } })
    const file = join(data, 'file')
    writeFileSync(file, '')
    expect(await refused({ name: 'a', data: file })).toMatchObject({ code: 'DATA_UNUSABLE', cause: { code: 'DIRECTORY_UNWRITABLE' } })
    const other = await startNode({ name: 'other' })
    // A node that could not start gives its directory back.
    expect(await refused({ name: 'a', data, listen: other.url.slice('ws://'.length) })).toBeInstanceOf(Error)
    await (await createNode({ name: 'a', data })).close()
  })
})
