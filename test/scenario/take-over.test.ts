/** Members that pause, are split from one another, or are told to move. */
import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/client'
import { Placement, slotOf } from '@understudy/cluster'
import type { Node } from '@understudy/node'
import { eventually } from '../support/eventually.js'
import { Members, freePort } from '../support/members.js'
import { startNode, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { enterShop, lost } from '../support/shoppers.js'
import type { Shopper } from '../support/shoppers.js'
import { runCommand } from '../support/process.js'
import { statusAt } from '../support/status.js'

const NAMES = ['a', 'b', 'c']
const placement = new Placement(NAMES.map((name) => ({ name, role: 'member' })), 2)

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const epochs = (members: Members): Promise<number[]> => Promise.all(NAMES.map(async (name) => (await statusAt(members.url(name))).epoch))
const failures = (shoppers: readonly Shopper[]): string[] => shoppers.flatMap((shopper) => shopper.failures)
const slowest = (shoppers: readonly Shopper[]): number => Math.round(Math.max(...shoppers.map((shopper) => shopper.slowest)))

async function stopAll(shoppers: readonly Shopper[]): Promise<void> {
  await Promise.all(shoppers.map((shopper) => shopper.stop()))
}

describe('a member that pauses', () => {
  it('for 0.3 s loses nothing: no epoch changes [TAK-4]', async () => {
    const members = await Members.start(NAMES)
    const before = await epochs(members)
    const shoppers = await enterShop(await members.connect(), 10)
    for (const shopper of shoppers) shopper.shop()
    for (let stall = 0; stall < 6; stall++) {
      const name = NAMES[stall % 3] ?? ''
      members.signal(name, 'SIGSTOP')
      await rest(300)
      members.signal(name, 'SIGCONT')
      await rest(250)
    }
    await stopAll(shoppers)
    expect(failures(shoppers)).toEqual([])
    expect(await epochs(members)).toEqual(before)
  })

  it('for 3 s is replaced, steps down when it wakes, and takes its slots back [TAK-2] [TAK-6] [TAK-8]', async () => {
    const members = await Members.start(NAMES)
    const store = await members.connect()
    const shoppers = await enterShop(store, 20)
    const bereaved = shoppers.filter(({ slot }) => placement.primary(slot) === 'a')
    for (const shopper of shoppers) shopper.shop()
    await rest(200)
    members.signal('a', 'SIGSTOP')
    const stoppedAt = performance.now()
    await eventually('others serve its slots', () => bereaved.every(({ at }) => at > stoppedAt + 100))
    const longest = slowest(bereaved)
    // Only a pause that is longer than the detection takes makes it wake as a primary that was deposed.
    await rest(Math.max(0, stoppedAt + 3_000 - performance.now()))
    expect(bereaved.every(({ at }) => at > stoppedAt)).toBe(true)
    members.signal('a', 'SIGCONT')
    await members.whenShared()
    await stopAll(shoppers)
    await members.whenEqual()
    process.stdout.write(`SIGSTOP of a primary, until a save to its slots succeeds again: ${longest} ms at most\n`)
    expect(failures(shoppers)).toEqual([])
    expect(await lost(store, shoppers, 'acknowledged')).toEqual([])
  })
})

describe('members that are split', () => {
  it('write on both sides and merge when it heals, each slot with one primary [TAK-6] [TAK-10]', async () => {
    const members = await Members.start(NAMES)
    const both = await members.connect()
    for (let i = 0; i < 30; i++) await (await both.open(`visitor ${i}`)).set('first', i).save({ copies: 3 })
    const [here, there] = [await members.connect(['a']), await members.connect(['b', 'c'])]
    members.between(['a'], 'freeze')
    await members.whenShared(['a'])
    await members.whenShared(['b', 'c'])
    for (const [side, store] of [['here', here], ['there', there]] as const) {
      for (let i = 0; i < 30; i++) {
        const session = await store.open(`visitor ${i}`)
        await session.set(side, i).increment('visits').save()
        session.close()
      }
    }
    members.between(['a'], 'mend')
    await members.whenShared()
    await members.whenEqual()
    const healed = await members.connect()
    for (let i = 0; i < 30; i++) {
      expect((await healed.find(`visitor ${i}`))?.toJSON()).toMatchObject({ first: i, here: i, there: i })
    }
  })

  it('write only with the majority in partition consistent; the rest says so, with a code that may be retried [TAK-7]', async () => {
    const { nodes, ways } = await startTogether('consistent')
    const [a, b] = nodes
    const ids = Array.from({ length: 60 }, (_, i) => `visitor ${i}`).filter((id) => placement.primary(slotOf(sessionKey(id))) === 'a')
    const sessions = await Promise.all(ids.map((id) => a.store.open(id)))
    for (const session of sessions) await session.set('first', 1).save({ copies: 3 })
    const waiting = sessions[0]?.set('late', 1)
    for (const relay of ways) relay.cut()
    // Sent before anyone knows of the split: it is not acknowledged by the minority alone either.
    await expect(waiting?.save({ copies: 3, required: true })).rejects.toMatchObject({ retryable: true })
    await eventually('the majority has taken over', () => b.status().slots.primary + nodes[2].status().slots.primary === 256)
    for (const session of sessions) {
      await expect(session.set('here', 1).save()).rejects.toMatchObject({ code: 'NO_QUORUM', retryable: true })
      expect(session.get('first')).toBe(1)
    }
    for (const id of ids) await (await b.store.open(id)).set('there', 1).save()
    for (const relay of ways) relay.mend()
    await eventually('they share the slots', () => nodes.every((node) => node.ready && node.status().slots.primary > 0 && node.status().slots.primary < 128))
    await whenEqual(a, ...nodes.slice(1))
    for (const id of ids) expect((await b.store.find(id))?.toJSON()).toMatchObject({ first: 1, there: 1 })
  })
})

/** Three members in this process, and the ways between the first and the others. */
async function startTogether(partition: 'available' | 'consistent'): Promise<{ nodes: [Node, Node, Node]; ways: Relay[] }> {
  const ports = new Map<string, number>()
  for (const name of NAMES) ports.set(name, await freePort())
  const ways: Relay[] = []
  const start = async (name: string): Promise<Node> => {
    const peers: Record<string, string> = {}
    for (const other of NAMES) {
      if (other === name) continue
      const relay = await Relay.start()
      relay.leadTo({ port: ports.get(other) ?? 0 })
      peers[other] = relay.url
      if (name === 'a' || other === 'a') ways.push(relay)
    }
    return startNode({ name, listen: `127.0.0.1:${ports.get(name)}`, peers, partition })
  }
  const nodes: [Node, Node, Node] = await Promise.all([start('a'), start('b'), start('c')])
  for (const node of nodes) await node.whenReady()
  await eventually('they share the slots', () => nodes.reduce((sum, node) => sum + node.status().slots.primary, 0) === 256)
  return { nodes, ways }
}

describe('planned moves', () => {
  it('drain, promote and share again under load, and no save fails [TAK-8] [TAK-9]', async () => {
    const members = await Members.start(NAMES)
    const store = await members.connect()
    const shoppers = await enterShop(store, 30)
    for (const shopper of shoppers) shopper.shop()
    const drain = await runCommand('drain', '--node', members.url('a'))
    expect(drain).toBe(0)
    expect((await members.shares())['a']).toBe(0)
    expect(await runCommand('promote', '--node', members.url('a'))).toBe(0)
    await members.whenShared()
    expect(await runCommand('promote', '--node', members.url('b'))).toBe(0)
    const deadline = performance.now() + 10_000
    while ((await members.shares())['b'] !== 256 && performance.now() < deadline) await rest(20)
    expect((await members.shares())['b']).toBe(256)
    expect(await runCommand('demote', '--node', members.url('b'))).toBe(0)
    await members.whenShared()
    await stopAll(shoppers)
    process.stdout.write(`planned moves of all slots, ${shoppers.reduce((sum, one) => sum + one.acknowledged, 0)} saves: none failed, the slowest took ${slowest(shoppers)} ms\n`)
    expect(failures(shoppers)).toEqual([])
    expect(await lost(store, shoppers, 'acknowledged')).toEqual([])
  })
})

describe('an app in the process of a member', () => {
  it('goes on when the member is drained: saves reach the new primary, and are read back at once [TAK-9]', async () => {
    const { nodes } = await startTogether('available')
    const [a, b] = nodes
    const sessions = await Promise.all(Array.from({ length: 30 }, (_, i) => a.store.open(`visitor ${i}`)))
    for (const session of sessions) await session.increment('visits').save({ copies: 2 })
    a.move('last')
    for (const session of sessions) {
      const { copies } = await session.increment('visits').save({ copies: 2 })
      expect([session.get('visits'), copies >= 2]).toEqual([2, true])
    }
    await eventually('the member is primary of nothing', () => a.status().slots.primary === 0)
    await Promise.all(sessions.map((session) => session.increment('visits').save({ copies: 2 })))
    expect(sessions.map((session) => session.get('visits'))).toEqual(sessions.map(() => 3))
    for (let i = 0; i < 30; i++) expect((await b.store.find(`visitor ${i}`))?.get('visits')).toBe(3)
  })
})
