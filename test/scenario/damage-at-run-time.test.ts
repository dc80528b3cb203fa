/** Records that are damaged while the node runs: found when a session is read again, by an app or by replication. */
import { describe, expect, it } from 'vitest'
import { sessionKey, slotOf } from '@understudy/client'
import type { Node } from '@understudy/node'
import type { MemoryDisk } from '@understudy/storage'
import { memoryDisk } from '../support/disks.js'
import { eventually } from '../support/eventually.js'
import { Lines } from '../support/log.js'
import { connectApp, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { World } from '../support/world.js'
import { YjsFollower } from '../support/yjs-follower.js'

const SESSIONS = 50
const isDamage = (line: string): boolean => line.includes('is damaged')

/** A primary and a back-up that hold the same, each on a disk, with all but two sessions on disk alone. */
async function pair(): Promise<{ primary: Node; backup: Node; disks: { primary: MemoryDisk; backup: MemoryDisk }; logs: { primary: Lines; backup: Lines } }> {
  const [onPrimary, onBackup] = [memoryDisk(), memoryDisk()]
  const logs = { primary: new Lines(), backup: new Lines() }
  const primary = await startNode({ name: 'a', storage: onPrimary.storage, warmSessions: 2, environment: new World(), log: logs.primary })
  const backup = await startNode({ name: 'b', role: 'backup', peers: { a: primary.url }, storage: onBackup.storage, warmSessions: 2, environment: new World(), log: logs.backup })
  await whenCaughtUp(primary, 'b')
  await saveSessions(primary.store, numbers(SESSIONS), (number) => number)
  await whenEqual(primary, backup)
  return { primary, backup, disks: { primary: onPrimary.disk, backup: onBackup.disk }, logs }
}

function damage(disk: MemoryDisk): void {
  for (const number of numbers(SESSIONS)) disk.damage(sessionKey(`session ${number}`))
}

describe('a record that is damaged while the node runs', () => {
  it('on a primary is set aside when an app asks for the session, and fetched from the back-up at once [STG-15]', async () => {
    const { primary, backup, disks, logs } = await pair()
    const { digest } = primary.status()
    damage(disks.primary)
    await eventually('one of them was read', async () => {
      for (const number of numbers(SESSIONS)) await primary.store.find(`session ${number}`).catch((error: unknown) => expect(error).toMatchObject({ code: 'SESSION_DAMAGED' }))
      return logs.primary.all.some(isDamage)
    })
    await eventually('all are back', () => primary.status().counters['damagedSessions'] === 0 && primary.status().sessions === SESSIONS)
    expect([primary.status().digest, backup.status().digest]).toEqual([digest, digest])
    await whenCaughtUp(primary, 'b')
  })

  it('is written on under ids that were never used: what is fetched may lack what this node alone had [STG-18]', async () => {
    const { primary, backup, disks } = await pair()
    const slot = slotOf(sessionKey('session 1'))
    const before = primary.reign(slot)?.epoch ?? 0
    damage(disks.primary)
    await expect(primary.store.find('session 1')).rejects.toMatchObject({ code: 'SESSION_DAMAGED' })
    const session = await eventually('it is back', () => primary.store.find('session 1').catch(() => undefined))
    expect(primary.reign(slot)).toMatchObject({ serving: true })
    expect(primary.reign(slot)?.epoch).toBeGreaterThan(before)
    await session.set('n', 2).save({ copies: 2, required: true })
    await whenEqual(primary, backup)
  })

  it('on a back-up is set aside when a change of the session comes, and fetched from the primary at once [STG-15]', async () => {
    const { primary, backup, disks, logs } = await pair()
    await eventually('sessions are on disk alone', async () => {
      damage(disks.backup)
      await saveSessions(primary.store, numbers(SESSIONS), (number) => number + 0.5)
      return logs.backup.all.some(isDamage)
    })
    await whenEqual(primary, backup)
    expect(backup.status()).toMatchObject({ sessions: SESSIONS, counters: { damagedSessions: 0 } })
    expect(backup.status().links[0]?.state).toBe('open')
    await whenCaughtUp(primary, 'b')
  })

  it('is met by replication first, on a primary that must send it whole, and costs neither process nor link [STG-15]', async () => {
    const { primary, backup, disks, logs } = await pair()
    damage(disks.primary)
    const late = await startNode({ name: 'c', role: 'backup', peers: { a: primary.url } })
    await whenEqual(primary, late)
    await eventually('it was noticed', () => logs.primary.all.some(isDamage))
    await eventually('all are back', () => primary.status().counters['damagedSessions'] === 0 && primary.status().sessions === SESSIONS)
    await Promise.all([whenEqual(primary, late), whenEqual(primary, backup)])
    for (const number of numbers(SESSIONS)) {
      // Those that were in memory are found damaged only now.
      await eventually(`session ${number} is whole`, async () => (await primary.store.find(`session ${number}`).catch(() => undefined))?.get('n') === number)
    }
  })

  it('is not there for a Yjs client either, which is not told that the session has ended [STG-15]', async () => {
    const { disk, storage } = memoryDisk()
    const before = await startNode({ name: 'a', storage })
    await before.whenReady()
    await saveSessions(before.store, numbers(SESSIONS), (number) => number)
    await before.close()
    // After a start all sessions are on disk alone, until somebody asks for them.
    const node = await startNode({ name: 'a', storage })
    await node.whenReady()
    damage(disk)
    expect(await new YjsFollower(node, sessionKey('session 1')).whenRefused()).toContain('404')
    expect(node.status().counters['damagedSessions']).toBe(1)
  })

  it('is fetched, and who has the session open goes on with it: in the app’s process, elsewhere, a Yjs client [STG-15]', async () => {
    const { primary, disks } = await pair()
    const key = sessionKey('session 1')
    const follower = await new YjsFollower(primary, key).whenSynced()
    let end: number | undefined
    void follower.ended.then((code) => (end = code))
    const [near, far, another] = [primary.store, await connectApp([primary]), await connectApp([primary])]
    const open = [await near.open('session 1'), await far.open('session 1')]
    await eventually('its damage was noticed', async () => {
      // Others are used, so that it is on disk alone.
      await saveSessions(primary.store, [...numbers(SESSIONS)].slice(10), (number) => number + 0.5)
      disks.primary.damage(key)
      return another.find('session 1').then(
        (session) => void session?.close(),
        ({ code }) => code === 'SESSION_DAMAGED',
      )
    })
    await eventually('it is back', () => another.find('session 1').then((session) => session?.set('n', 'later').save(), () => undefined))
    await eventually('all see what was saved since', () => follower.attributes['n'] === 'later' && open.every((session) => session.get('n') === 'later'))
    expect(end).toBeUndefined()
    // Nothing is lost of what they write, either.
    await open[0]?.set('near', 1).save()
    await open[1]?.set('far', 2).save()
    await eventually('all see that, too', () => [follower.attributes, ...open.map((session) => session.toJSON())].every((seen) => seen['near'] === 1 && seen['far'] === 2))
  })
})

describe('an open that makes a session', () => {
  it('is not acknowledged before the session is on disk, to nobody, and refused while the disk takes no more [STG-16]', async () => {
    const { disk, storage } = memoryDisk()
    const node = await startNode({ name: 'a', storage })
    await node.whenReady()
    await node.store.open('kept')
    expect(disk.tables.records.has(sessionKey('kept'))).toBe(true)
    disk.full = true
    await expect(node.store.open('x')).rejects.toMatchObject({ code: 'STORAGE_FAILED', retryable: true })
    await expect(node.store.open('x'), 'the session is there, in memory').rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    await node.store.open('kept')
    disk.full = false
    await eventually('the disk is used again', () => node.status().counters['diskFails'] === 0)
    await Promise.all([node.store.open('x'), node.store.open('y'), node.store.open('y')])
    for (const id of ['x', 'y']) expect(disk.tables.records.has(sessionKey(id)), id).toBe(true)
  })
})
