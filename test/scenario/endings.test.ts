/** Touches, destruction and expiry reach the back-ups, and outlive the primary there. */
import { describe, expect, it } from 'vitest'
import { memoryDisk } from '../support/disks.js'
import { eventually } from '../support/eventually.js'
import { connectApp, linkTo, startNode, startPrimary, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { World } from '../support/world.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('the end of a session', () => {
  it('by destruction reaches the back-up, the other apps and every later attempt to open it [SCN-10]', async () => {
    const [primary, backup] = await startPrimary({}, 'b')
    const [here, there] = [await connectApp([primary]), await connectApp([primary])]
    const session = await here.open('visitor')
    await session.set('theme', 'dark').save()
    const followed = await there.open('visitor')
    const heard = new Promise((resolve) => followed.on('destroyed', resolve))
    expect((await here.destroy('visitor', { copies: 2, required: true })).copies).toBe(2)
    expect(await heard).toBe('destroyed')
    expect(backup?.status()).toMatchObject({ sessions: 0, digest: primary.status().digest })
    expect(() => followed.set('theme', 'light')).toThrow(expect.objectContaining({ code: 'SESSION_DESTROYED' }))
    await expect(there.open('visitor')).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
  })

  it('by expiry does so by itself, and a session in use does not expire [SCN-10]', async () => {
    const environment = new World()
    const [primary, backup] = await startPrimary({ environment }, 'b')
    const idle = await primary.store.open('idle', { idleTimeout: MINUTE })
    const used = await primary.store.open('used', { idleTimeout: MINUTE })
    const bounded = await primary.store.open('bounded', { idleTimeout: MINUTE, absoluteTimeout: 2 * MINUTE })
    const ends: string[] = []
    for (const session of [idle, used, bounded])
      session.on('destroyed', (reason) => ends.push(`${session.id} ${reason}`))
    environment.forward(0.9 * MINUTE)
    used.touch()
    bounded.touch()
    environment.forward(0.9 * MINUTE)
    await eventually('the idle one has expired', () => ends.length === 1)
    bounded.touch()
    used.touch()
    environment.forward(0.9 * MINUTE)
    await eventually('the bounded one has expired', () => ends.length === 2)
    expect(ends).toEqual(['idle expired', 'bounded expired'])
    await whenEqual(primary, ...(backup ? [backup] : []))
    expect(backup?.status().sessions).toBe(1)
  })
})

describe('a touch', () => {
  it('costs no delta of its own where a save follows it [SCN-11]', async () => {
    const [primary] = await startPrimary({ environment: new World() }, 'b')
    const [saved, read] = [await primary.store.open('saved'), await primary.store.open('read')]
    await whenCaughtUp(primary, 'b')
    const before = linkTo(primary, 'b').deltasSent
    saved.touch()
    await saved.set('n', 1).save({ copies: 2, required: true })
    read.touch()
    await eventually(
      'the other touch has travelled',
      () => linkTo(primary, 'b').deltasSent === before + 2 && linkTo(primary, 'b').equal,
    )
  })

  it('travels with all others of its moment as one delta, and outlives the primary [SCN-11]', async () => {
    const environment = new World()
    const [a, b] = [await Relay.start(), await Relay.start()]
    const first = await startNode({ name: 'a', environment, peers: { b: b.url } })
    a.leadTo(first)
    const backup = await startNode({ name: 'b', role: 'backup', environment, peers: { a: a.url } })
    b.leadTo(backup)
    await whenCaughtUp(first, 'b')
    const session = await first.store.open('visitor', { idleTimeout: MINUTE })
    await session.set('n', 1).save({ copies: 2, required: true })
    environment.forward(0.9 * MINUTE)
    const before = linkTo(first, 'b').deltasSent
    for (let i = 0; i < 100; i++) session.touch()
    await eventually(
      'the touch has travelled',
      () => linkTo(first, 'b').deltasSent > before && linkTo(first, 'b').equal,
    )
    expect(linkTo(first, 'b').deltasSent - before).toBe(1)
    const deadline = session.expiresAt
    await first.close()

    environment.forward(0.5 * MINUTE)
    const second = await startNode({ name: 'a', environment, peers: { b: b.url } })
    a.leadTo(second)
    const again = await second.store.find('visitor')
    expect(again?.get('n')).toBe(1)
    expect(again?.expiresAt).toBeGreaterThanOrEqual(deadline ?? Number.NaN)
  })
})

describe('a death marker', () => {
  it('is dropped by all nodes once its time is over and none is away, without a comparison; a node that comes back later is told [DTH-3] [DTH-5]', async () => {
    const environment = new World()
    const { storage } = memoryDisk()
    const [primary, backup] = await startPrimary({ environment, deathRetention: 1_000 }, 'b')
    const options = { name: 'c', role: 'backup', storage, environment, peers: { a: primary.url } } as const
    const away = await startNode(options)
    await whenCaughtUp(primary, 'b', 'c')
    for (const id of ['x', 'y']) await (await primary.store.open(id)).set('n', 1).save({ copies: 3, required: true })
    await primary.store.destroy('y', { copies: 3, required: true })
    await away.close()
    await primary.store.destroy('x', { copies: 2, required: true })
    environment.forward(DAY)
    // c is away: nobody can tell what it holds.
    await environment.rounds(128)
    expect([primary, backup].map((node) => node?.status().counters['deathMarkers'])).toEqual([2, 2])
    const returned = await startNode(options)
    await eventually('all have dropped them', () => [primary, backup, returned].every((node) => node?.status().counters['deathMarkers'] === 0))
    await whenEqual(primary, returned)
    expect(await primary.store.find('x')).toBeUndefined()
    expect([primary.status().sessions, returned.status().sessions]).toEqual([0, 0])
  })
})
