/**
 * One run: nodes under load, one fault after the other, and after each the proof that all is whole again.
 *
 *   load ──► strike ──► others serve ──► it lasts ──► end ──► slots are shared ──► load rests ──► all nodes equal ──► load
 */
import { connect } from '@understudy/client'
import type { Arguments } from './arguments.js'
import { Chance } from './chance.js'
import { verify } from './checker.js'
import type { Violation } from './checker.js'
import type { Fault, Struck } from './faults/fault.js'
import { Crowd } from './load/crowd.js'
import { watchMachine } from './machine.js'
import { Cluster } from './nodes/cluster.js'
import type { Entry, Report } from './report.js'
import { InVain, eventually, rest } from './wait.js'

/** ms of load before each fault. */
const LOAD = 200
/** ms within which clients must be served again by others. */
const SERVED = 30_000
/** Processes of load. */
const PROCESSES = 2
/** Violations after which a run is not worth going on with. */
const ENOUGH = 20

/** Runs until the time is over. @param say prints a line of progress */
export async function run(given: Arguments, kinds: readonly Fault[], say: (line: string) => void): Promise<Report> {
  const { nodes, partition, mode, memory, sessions, seed } = given
  const cluster = await Cluster.start({ nodes, partition, mode, disk: !memory })
  const crowd = await Crowd.start(cluster.nodes.map(({ url }) => url), PROCESSES, Math.ceil(sessions / PROCESSES), seed)
  const chance = new Chance(seed)
  const began = performance.now()
  const machine = watchMachine()
  const entries: Entry[] = []
  const violations: Violation[] = []
  const of = Number.isFinite(given.faults) ? `/${given.faults}` : ''
  const isOver = (): boolean => (performance.now() - began) / 60_000 >= given.minutes || entries.length >= given.faults || violations.length >= ENOUGH
  try {
    while (!isOver()) {
      const fault = chance.pick(kinds)
      const entry = await once(fault, { cluster, crowd, chance, number: entries.length, violations })
      entries.push(entry)
      say(`${String(entries.length).padStart(4)}${of}  ${fault.kind.padEnd(10)} ${entry.outage === undefined ? '' : `${Math.round(entry.outage)} ms`}${violations.length > 0 ? `  ${violations.length} violations` : ''}`)
    }
    const { verified, sums } = await audit(cluster, crowd, violations, partition === 'available' && kinds.some(({ splits }) => splits))
    const crashes = cluster.nodes.reduce((sum, node) => sum + node.crashes, 0)
    if (violations.length > 0) say(`logs and data are kept in ${cluster.folder}`)
    const options = { nodes, partition, mode, memory, sessions, only: given.only }
    return { seed, seconds: (performance.now() - began) / 1_000, options, entries, sums, verified, crashes, machine: machine(), violations }
  } finally {
    crowd.end()
    await cluster.end(violations.length === 0)
  }
}

interface Stage {
  readonly cluster: Cluster
  readonly crowd: Crowd
  readonly chance: Chance
  readonly number: number
  readonly violations: Violation[]
}

async function once(fault: Fault, { cluster, crowd, chance, number, violations }: Stage): Promise<Entry> {
  await rest(LOAD)
  const at = Date.now()
  const struck = await fault.strike({ cluster, chance, number })
  const begun = Date.now()
  crowd.struck(at, cluster.slotsOf(struck.victims))
  const entry = { kind: fault.kind, outage: undefined, clients: 0, counts: struck.counts ?? {} }
  let served: Pick<Entry, 'outage' | 'clients'> = entry
  await noting(violations, 'unavailable', fault, number, async () => {
    if (fault.isSurvived) served = await outage(crowd)
  })
  await last(struck, begun)
  await noting(violations, 'diverged', fault, number, async () => {
    await cluster.whenShared()
    await crowd.hold()
    await cluster.whenEqual()
  })
  violations.push(...((await struck.verify?.()) ?? []))
  await cluster.revive()
  crowd.go()
  return { ...entry, ...served }
}

/** Waits until all that were struck are served again, and tells how long it took the last. */
async function outage(crowd: Crowd): Promise<Pick<Entry, 'outage' | 'clients'>> {
  const { longest, workers } = await eventually('clients are served again', async () => {
    const now = await crowd.outage()
    return now.waiting === 0 ? now : undefined
  }, SERVED)
  return { outage: workers === 0 ? undefined : longest, clients: workers }
}

async function last({ lasts, end }: Struck, begun: number): Promise<void> {
  await rest(Math.max(0, begun + lasts - Date.now()))
  await end()
}

/** What is waited for in vain is a promise broken; the run goes on. */
async function noting(violations: Violation[], breach: Violation['breach'], { kind }: Fault, number: number, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof InVain)) throw error
    violations.push({ breach, text: `fault ${number + 1}, ${kind}: ${error.message}` })
  }
}

/** The load is over: everything that was ever acknowledged is looked for. */
async function audit(cluster: Cluster, crowd: Crowd, violations: Violation[], sidesWrote: boolean): Promise<{ verified: number; sums: Report['sums'] }> {
  await crowd.hold()
  const claims = await crowd.claims()
  const store = await connect({ nodes: cluster.nodes.map(({ url }) => url), name: 'checker' })
  violations.push(...(await verify(store, claims, { sidesWrote })))
  await store.close()
  return { verified: claims.length, sums: await crowd.sums() }
}
