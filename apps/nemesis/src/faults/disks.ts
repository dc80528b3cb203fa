/** Faults of disks: full, and damaged. */
import { connect } from '@understudy/client'
import { eventually } from '../wait.js'
import type { Fault } from './fault.js'

/** Sessions written at once to fill a disk. */
const FILLERS = 8
const FILLING = 'x'.repeat(30_000)

/** A node's files cannot grow any more. */
export const fullDisk: Fault = {
  kind: 'full-disk',
  what: 'the files of a node cannot grow any more, until it says so; then there is space again',
  splits: false,
  isSurvived: false,
  needsDisk: true,
  strike: async ({ cluster, chance, number }) => {
    const victim = chance.pick(cluster.names)
    const node = cluster.node(victim)
    const store = await connect({ nodes: [node.url], name: 'filler' })
    const acknowledged = new Map<string, number>()
    const load = { isOver: false, wasFull: 0 }
    const fill = async (lane: number): Promise<void> => {
      for (let i = 0; !load.isOver && i < 400; i++) {
        const id = `filling ${number} ${lane} ${i}`
        const session = await store.open(id)
        await session.set('number', i).set('filling', FILLING).save({ copies: 2 })
        acknowledged.set(id, i)
        session.close()
      }
    }
    node.fillDisk()
    const filling = Promise.allSettled(Array.from({ length: FILLERS }, (_, lane) => fill(lane)))
    const full = eventually('the disk is full', async () => load.isOver || (await node.status()).counters['diskFails'] === 1, 60_000)
    await Promise.race([filling, full])
    load.wasFull = (await node.status()).counters['diskFails'] ?? 0
    load.isOver = true
    await full
    return {
      victims: [],
      lasts: 300,
      counts: { 'disks full': load.wasFull },
      end: async () => {
        node.clearDisk()
        await filling
        await eventually('the disk works again', async () => (await node.status()).counters['diskFails'] === 0, 30_000)
      },
      verify: async () => {
        const violations = []
        for (const [id, i] of acknowledged) {
          const session = await store.find(id)
          if (session?.get('number') !== i) violations.push({ breach: 'lost', text: `${id} was acknowledged while a disk filled, and is gone` } as const)
          session?.close()
          await store.destroy(id, { copies: 2 })
        }
        await store.close()
        return violations
      },
    }
  },
}

/** Records on the disk of one node are damaged while it does not run. */
export const damage: Fault = {
  kind: 'damage',
  what: 'SIGKILL of a node, bits flipped in a third of its records, then started again',
  splits: false,
  isSurvived: true,
  needsDisk: true,
  strike: async ({ cluster, chance }) => {
    const victim = chance.pick(cluster.names)
    const node = cluster.node(victim)
    await node.kill()
    const places = node.damage('number', () => chance.next() < 0.3)
    return {
      victims: [victim],
      lasts: 0,
      end: async () => void (await cluster.revive()),
      counts: { 'records damaged': places },
    }
  },
}
