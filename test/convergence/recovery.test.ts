/** Stories of links and memories that are lost, each told once: what random histories visit, made certain. */
import { describe, expect, it } from 'vitest'
import { encodeValue } from '@understudy/document'
import type { SessionKey } from '@understudy/session'
import { ClusterInMemory } from './cluster-in-memory.js'

const RETAINED = { keeping: 'retained', retainedLimit: 100_000, window: 1_000_000 } as const
const KEEPINGS = ['retained', 'asked', 'elsewhere', 'none'] as const

function key(number: number): SessionKey {
  return `00${String(number).padStart(30, '0')}` as SessionKey
}

function save({ primary, clock }: ClusterInMemory, number: number, value: number): void {
  primary.store.create(key(number), { createdAt: clock.now, stamp: 1 }, clock.now)
  primary.store.apply(key(number), [{ op: 'set', name: 'n', value: encodeValue(value) }], clock.now)
}

/** A cluster at rest whose sessions 0 … count − 1 are held everywhere. */
async function clusterWith(count: number, backups = 1, setting: ConstructorParameters<typeof ClusterInMemory>[0] = RETAINED): Promise<ClusterInMemory> {
  const cluster = new ClusterInMemory(setting, backups)
  for (let i = 0; i < count; i++) save(cluster, i, 0)
  await cluster.settle()
  return cluster
}

function valueOf(cluster: ClusterInMemory, number: number): unknown {
  return cluster.primary.store.find(key(number))?.session?.get('n')
}

describe('a back-up that was cut off', () => {
  it.each(KEEPINGS)('gets the sessions that changed meanwhile and nothing else (%s) [REP-13]', async (keeping) => {
    const cluster = await clusterWith(500, 1, { ...RETAINED, keeping })
    const peer = cluster.primary.peer('b0')
    const before = peer.deltasSent
    cluster.cut(0)
    for (let i = 0; i < 20; i++) save(cluster, i * 7, 1)
    cluster.connect(0)
    await cluster.rest()
    expect(peer.deltasSent - before).toBe(20)
    await cluster.settle()
    expect(peer.deltasSent - before).toBe(20)
    expect(cluster.backups[0]?.node.store.slot(0).digest).toEqual(cluster.primary.store.slot(0).digest)
  })

  it('gets in whole a delta that was lost on the way [REP-8]', async () => {
    const cluster = await clusterWith(1)
    save(cluster, 0, 1)
    await cluster.turn()
    cluster.cut(0)
    await cluster.settle()
    expect(cluster.backups[0]?.node.store.find(key(0))?.session?.get('n')).toBe(1)
  })
})

describe('a primary that lost its memory', () => {
  it('serves nothing before its back-ups have told what they hold, and then all of it [REP-25]', async () => {
    const cluster = await clusterWith(50, 2)
    cluster.forgetPrimary([0, 1])
    expect(cluster.primary.reigns.serves(0)).toBe(false)
    cluster.connect(0)
    await cluster.rest()
    expect(cluster.primary.reigns.serves(0)).toBe(false)
    cluster.connect(1)
    await cluster.rest()
    expect(cluster.primary.reigns.serves(0)).toBe(true)
    for (let i = 0; i < 50; i++) expect(valueOf(cluster, i)).toBe(0)
  })

  it('brings back what one back-up alone had acknowledged, and gives it to the others [REP-25]', async () => {
    const cluster = await clusterWith(2, 2)
    cluster.cut(1)
    save(cluster, 0, 1)
    await cluster.rest()
    cluster.forgetPrimary([0, 1])
    await cluster.settle()
    expect([valueOf(cluster, 0), valueOf(cluster, 1)]).toEqual([1, 0])
    expect(cluster.backups[1]?.node.store.find(key(0))?.session?.get('n')).toBe(1)
  })

  it('does not take a back-up whose link breaks while it tells for one that has nothing to tell [REP-26]', async () => {
    const cluster = await clusterWith(1)
    cluster.forgetPrimary([0])
    cluster.connect(0)
    cluster.deliver(0, 'primary', 1)
    await cluster.turn()
    cluster.cut(0)
    expect(cluster.primary.reigns.serves(0)).toBe(false)
    cluster.connect(0)
    await cluster.rest()
    expect(cluster.primary.reigns.serves(0)).toBe(true)
    expect(valueOf(cluster, 0)).toBe(0)
  })

  it('waits for nobody for ever [REP-26]', async () => {
    const cluster = await clusterWith(1)
    cluster.forgetPrimary([0])
    cluster.connect(0)
    cluster.deliver(0, 'primary', 1)
    await cluster.turn()
    cluster.cut(0)
    cluster.primary.environment.elapse()
    expect(cluster.primary.reigns.serves(0)).toBe(true)
    save(cluster, 0, 5)
    await cluster.settle()
    expect(valueOf(cluster, 0)).toBe(5)
    expect(cluster.backups[0]?.node.store.find(key(0))?.session?.get('n')).toBe(5)
  })

  it('never shares an epoch with its earlier self, whoever tells it late [REP-27]', async () => {
    const cluster = await clusterWith(1, 2)
    const { epoch } = cluster.primary.store.slot(0)
    cluster.forgetPrimary([])
    expect(cluster.primary.store.slot(0).epoch).toBe(epoch)
    save(cluster, 1, 1)
    await cluster.settle()
    for (const { store } of cluster.nodes) expect(store.slot(0).epoch).toBe(epoch + 1)
    expect(cluster.failures).toEqual([])
    expect([valueOf(cluster, 0), valueOf(cluster, 1)]).toEqual([0, 1])
  })

  it('keeps destroyed sessions destroyed [STO-8]', async () => {
    const cluster = await clusterWith(2, 2)
    cluster.cut(1)
    cluster.primary.store.destroy(key(0), { at: cluster.clock.now, reason: 'destroyed' })
    await cluster.rest()
    cluster.forgetPrimary([1])
    cluster.connect(1)
    await cluster.rest()
    expect(valueOf(cluster, 0)).toBe(0)
    await cluster.settle()
    for (const { store } of cluster.nodes) expect(store.isDead(key(0), cluster.clock.now)).toBe(true)
  })
})

describe('a back-up that lost its memory', () => {
  it.each(KEEPINGS)('gets everything again, whatever was believed of it (%s) [REP-17]', async (keeping) => {
    const cluster = await clusterWith(30, 1, { ...RETAINED, keeping })
    cluster.forgetBackup(0)
    save(cluster, 0, 1)
    await cluster.settle()
    expect(cluster.backups[0]?.node.store.slot(0).digest).toEqual(cluster.primary.store.slot(0).digest)
    expect(cluster.backups[0]?.node.store.size).toBe(30)
  })
})
