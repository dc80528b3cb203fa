/** Three members and a dedicated back-up while their cables are cut and mended at random; apps use all of them at once. */
import { describe, expect, it } from 'vitest'
import { UnderstudyError } from '@understudy/client'
import type { Store } from '@understudy/client'
import type { Node, NodeOptions } from '@understudy/node'
import { Chance } from '../support/chance.js'
import { eventually } from '../support/eventually.js'
import { connectApp, startNode } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { turn } from '../support/sessions.js'
import { Wire } from '../support/wire.js'
import { World } from '../support/world.js'

const MEMBERS = ['a', 'b', 'c']
const BACKUP = 'd'
const SESSIONS = 40
const ROUNDS = 300
/** ms between two cables that are mended, whatever else happens. */
const IMPROVEMENT = 100
/** Saves at once. */
const LANES = 10

/** Nodes that dial one another, each over a cable of its own. */
async function startCluster(options: Partial<NodeOptions>): Promise<{ nodes: Node[]; wires: Wire[] }> {
  const environment = new World()
  const relays = new Map<string, Relay>()
  for (const name of MEMBERS) relays.set(name, await Relay.start())
  const urls = Array.from(relays, ([name, relay]) => [name, relay.url] as const)
  const wires: Wire[] = []
  const nodes: Node[] = []
  for (const name of [...MEMBERS, BACKUP]) {
    const wire = new Wire()
    const peers = Object.fromEntries(urls.filter(([other]) => other !== name))
    const role = name === BACKUP ? 'backup' : 'member'
    const node = await startNode({ ...options, name, role, peers, environment, dial: wire.dial })
    relays.get(name)?.leadTo(node)
    wires.push(wire)
    nodes.push(node)
  }
  await Promise.all(nodes.map((node) => node.whenReady()))
  return { nodes, wires }
}

/** One visit: counts up, changes something, now and then removes or freezes something. */
async function visit(store: Store, id: string, chance: Chance): Promise<void> {
  const session = await untilDone(() => store.open(id))
  session.increment('visits').set(`attribute ${chance.below(5)}`, chance.below(1_000))
  if (chance.below(5) === 0) session.remove('flash')
  else session.set('flash', 'x'.repeat(chance.below(50)))
  if (chance.below(10) === 0 && !session.isFrozen('member since'))
    session.set('member since', 1_999).freeze('member since')
  await untilDone(() => session.save({ copies: 1 + chance.below(2) }))
  session.close()
}

/** Asks again as long as that may help: what was sent already is waited for, not sent anew. */
async function untilDone<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof UnderstudyError) || !error.retryable) throw error
      await turn()
    }
  }
}

/** Another app may freeze what a visit was about to set: the visit is then refused whole, and begins anew. */
async function visitUntilSaved(store: Store, id: string, chance: Chance): Promise<void> {
  try {
    await visit(store, id, chance)
  } catch (error) {
    if (!(error instanceof UnderstudyError) || error.code !== 'ATTRIBUTE_FROZEN') throw error
    await visitUntilSaved(store, id, chance)
  }
}

/** Visits all over the cluster while cables are cut and mended. Returns how often each session was visited. */
async function weather(nodes: readonly Node[], wires: readonly Wire[], chance: Chance): Promise<Map<string, number>> {
  const visits = new Map<string, number>()
  const stores = [await connectApp(nodes), ...nodes.map(({ store }) => store)]
  const lane = async (): Promise<void> => {
    const id = `visitor ${chance.below(SESSIONS)}`
    await visitUntilSaved(chance.pick(stores), id, chance)
    visits.set(id, (visits.get(id) ?? 0) + 1)
  }
  // Who may not write while its cables are cut waits: the weather must not wait for it.
  const fair = new Chance(ROUNDS)
  const improving = setInterval(() => fair.pick(wires).mend(), IMPROVEMENT)
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(Array.from({ length: LANES }, lane))
    await turn()
    if (chance.below(10) === 0) chance.pick(wires).cut()
    if (chance.below(10) === 0) chance.pick(wires).mend()
  }
  clearInterval(improving)
  for (const wire of wires) wire.mend()
  return visits
}

/** Every link stands and is idle, and all nodes hold the same. */
function calm(nodes: readonly Node[]): boolean {
  const all = nodes.map((node) => node.status())
  const quiet = all.every(({ links }) => links.every(({ state, equal }) => state === 'open' && equal === true))
  return quiet && new Set(all.map(({ digest }) => digest)).size === 1
}

describe('in bad weather', () => {
  const manners: [string, Partial<NodeOptions>, number][] = [
    ['benchmarks retained', { takeOver: false }, 1],
    ['benchmarks asked', { takeOver: false, benchmark: 'asked' }, 2],
    ['mode immutable', { takeOver: false, mode: 'immutable' }, 3],
    ['members take over, with the majority', { partition: 'consistent' }, 4],
    ['members take over, with the majority, mode immutable', { partition: 'consistent', mode: 'immutable' }, 5],
  ]
  for (const [manner, options, seed] of manners) {
    it(
      `every visit counts once and all nodes end up equal: ${manner}, seed ${seed} [SCN-24]`,
      { timeout: 60_000 },
      async () => {
        const { nodes, wires } = await startCluster(options)
        const visits = await weather(nodes, wires, new Chance(seed))
        await eventually('all nodes hold the same', () => calm(nodes))
        for (const { store } of nodes) {
          for (const [id, count] of visits) expect((await store.find(id))?.get('visits'), id).toBe(count)
        }
      },
    )
  }

  for (const [manner, options, seed] of [['benchmarks retained', {}, 6], ['mode immutable', { mode: 'immutable' }, 7]] as const) {
    it(
      `members that take over from one another, and write wherever they are, end up equal: ${manner}, seed ${seed} [SCN-24] [TAK-10]`,
      { timeout: 60_000 },
      async () => {
        const { nodes, wires } = await startCluster(options)
        const visits = await weather(nodes, wires, new Chance(seed))
        await eventually('all nodes hold the same', () => calm(nodes))
        // What two sides count at the same time adds up, and what was sent to both counts once.
        for (const [id, count] of visits) {
          const counts = await Promise.all(nodes.map(async ({ store }) => (await store.find(id))?.get('visits')))
          expect(new Set(counts).size, id).toBe(1)
          expect(counts[0], id).toBe(count)
        }
      },
    )
  }
})
