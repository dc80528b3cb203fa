/**
 * Two conflicting writes on both sides of a split, and what becomes of them:
 *
 *   one session ─► a is cut off ─► both sides have a primary ─► each writes ─► healed ─► all hold the same
 *
 * What only one side wrote is kept; of the attribute that both wrote one value wins, the same everywhere.
 */
import { randomUUID } from 'node:crypto'
import { sessionKey } from '@understudy/client'
import type { DemoResult } from '@understudy/protocol/inspect'
import { CommandError } from '../../command-error.js'
import { statusOfAll } from '../cluster.js'
import type { DemoCluster } from '../cluster.js'
import { withStores } from './connect-to.js'
import type { ConnectTo } from './connect-to.js'

/** ms for members to take over, and for replicas to become equal. */
const PATIENCE = 20_000
/** ms between two looks. */
const LOOK = 100
const IDLE_TIMEOUT = 1_800_000

/** What it is shown with. */
export interface Stage {
  readonly cluster: DemoCluster
  readonly connectTo: ConnectTo
  /** ms that each scene stands, so that people see it. */
  readonly scene: number
  /** Something is another way than before. */
  readonly changed: () => void
}

/** Shows it. Throws `DEMO_FAILED` where not all nodes run, or they do not come together again. */
export async function showConflict({ cluster, connectTo, scene, changed }: Stage): Promise<DemoResult> {
  const [lone, ...rest] = cluster.nodes
  if (lone === undefined || !cluster.nodes.every(({ name }) => cluster.isRunning(name))) throw refusal('start all nodes first: a split needs two sides')
  const names = rest.map(({ name }) => `"${name}"`).join(' and ')
  const id = randomUUID()
  const key = sessionKey(id)
  const steps: string[] = []
  await withStores(connectTo, [[lone.url]], async (store) => {
    const session = await store?.open(id, { idleTimeout: IDLE_TIMEOUT })
    session?.set('city', 'nowhere')
    await session?.save()
  })
  steps.push(`one session, city = nowhere, on all three nodes: ${key}`)
  try {
    for (const { name } of rest) cluster.cut(lone.name, name)
    changed()
    await until(() => reignsAll(cluster, [[lone.name], rest.map(({ name }) => name)]), 'both sides have a primary for all slots')
    steps.push(`"${lone.name}" is cut off from ${names}: both sides took over what the other had`)
    await pause(scene)
    await withStores(connectTo, [[lone.url], rest.map(({ url }) => url)], async (left, right) => {
      for (const [store, city, mark] of [[left, 'Paris', 'fromOneSide'], [right, 'Lima', 'fromOtherSide']] as const) {
        const session = await store?.find(id)
        session?.set('city', city)
        session?.set(mark, 'was here')
        await session?.save()
      }
    })
    await pause(scene)
    steps.push(`on the side of "${lone.name}": city = Paris, and fromOneSide`, `on the side of ${names}: city = Lima, and fromOtherSide`)
  } finally {
    cluster.heal()
    changed()
  }
  await until(() => areEqual(cluster), 'all nodes hold the same')
  steps.push('healed: digests were compared, what differed was exchanged, and all digests are equal')
  steps.push(await outcome(id, cluster, connectTo))
  return { steps, keys: [key] }
}

/** What the session holds in the end. */
function outcome(id: string, cluster: DemoCluster, connectTo: ConnectTo): Promise<string> {
  return withStores(connectTo, [cluster.nodes.map(({ url }) => url)], async (store) => {
    const session = await store?.find(id)
    const marks = ['fromOneSide', 'fromOtherSide'].filter((name) => session?.get(name) === 'was here')
    return `the session now: city = ${String(session?.get('city'))} on every node; ${marks.length === 2 ? 'what either side alone wrote is there' : `only ${marks.join(', ') || 'neither mark'} is there`}`
  })
}

/** Whether each side is primary of all slots. */
async function reignsAll({ nodes }: DemoCluster, sides: readonly (readonly string[])[]): Promise<boolean> {
  const slots = new Map((await statusOfAll(nodes)).map(({ name, status }) => [name, status?.slots.primary ?? 0]))
  return sides.every((side) => side.reduce((sum, name) => sum + (slots.get(name) ?? 0), 0) === 256)
}

/** Whether all slots have one primary, and all nodes hold the same. */
async function areEqual({ nodes }: DemoCluster): Promise<boolean> {
  const all = (await statusOfAll(nodes)).map(({ status }) => status)
  const primaries = all.reduce((sum, status) => sum + (status?.slots.primary ?? 0), 0)
  return primaries === 256 && new Set(all.map((status) => status?.digest)).size === 1
}

async function until(look: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (!(await look())) {
    if (performance.now() > deadline) throw refusal(`in vain it was waited that ${what}`)
    await pause(LOOK)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function refusal(message: string): CommandError {
  return new CommandError('DEMO_FAILED', message)
}
