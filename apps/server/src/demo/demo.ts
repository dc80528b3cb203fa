/**
 * `understudy demo`: three store nodes, a shop on two servers without sticky routing, and visitors who check that the
 * shop forgets nothing.
 *
 *   nodes up ─► shops up ─► traffic ─► (Ctrl-C or --seconds)
 *     ─► traffic ends ─► replicas settle ─► shops, then nodes stop
 *
 * Whatever happens in between, what was started is stopped, in reverse order.
 */
import { connect } from '@understudy/client'
import { CommandError } from '../command-error.js'
import { readOptions } from '../options/read-options.js'
import { watchForStop } from '../serve/stop.js'
import type { StopWatch } from '../serve/stop.js'
import type { Surroundings } from '../surroundings.js'
import { BACKUPS, startCluster, statusOfAll } from './cluster.js'
import type { DemoCluster } from './cluster.js'
import { demoDeclared } from './demo-options.js'
import type { DemoOptions } from './demo-options.js'
import { DemoControls } from './inspector/demo-controls.js'
import { InspectorFront } from './inspector/front.js'
import { allEqual, allLinked, figuresOf } from './figures.js'
import type { Snapshot } from './figures.js'
import { figuresLine, Screen } from './screen.js'
import { startShops } from './shop/shop-server.js'
import type { ShopConnection, ShopServer } from './shop/shop-server.js'
import { newTally } from './traffic/tally.js'
import { TrafficSwitch } from './traffic/traffic-switch.js'

/** Time between two looks at the figures, in ms. */
const LOOK = 1000

/** The default of `settleLimit`. */
const SETTLE_LIMIT = 10_000

/** What the demo is made of, for tests. */
export interface DemoParts {
  /** The program that runs as a node. Default: `understudy`. */
  readonly program?: string
  /** How the shop gets to its store. Default: the client. */
  readonly connectTo?: (nodes: readonly string[]) => Promise<ShopConnection>
  /** How long to wait for links before, and for equal replicas after the traffic, in ms. Default: 10 s. */
  readonly settleLimit?: number
}

/** Runs the demo. Resolves with 0; throws `DEMO_FAILED` when an update was lost or replicas differ in the end. */
export async function demo(
  args: readonly string[],
  surroundings: Surroundings,
  parts: DemoParts = {},
): Promise<number> {
  const { values: options } = readOptions(demoDeclared, args, surroundings.env)
  const screen = new Screen(surroundings)
  const started: { stop(): Promise<unknown>; kill?(): void }[] = []
  const stopWatch = watchForStop(
    { ...surroundings, exit: (code) => leaveAtOnce(started, () => surroundings.exit(code)) },
    { withParent: false },
  )
  try {
    screen.say('starting three nodes …')
    const listener = {
      line: (name: string, line: string) => screen.say(`[${name}] ${line}`),
      lost: (name: string, how: string) => screen.say(`node ${name} ${how}`),
    }
    const cluster = await startCluster(options, listener, parts.program)
    started.push(cluster)
    const { connectTo = (nodes) => connect({ nodes }) } = parts
    const shops = await startShops({ ports: cluster.shopPorts, nodes: cluster.nodes.map(({ url }) => url), connectTo })
    started.push(...shops)
    const settleLimit = parts.settleLimit ?? SETTLE_LIMIT
    await settle(() => look(cluster, shops), allLinked, settleLimit)
    const traffic = new TrafficSwitch({ users: options.users, instances: shops.map(({ url }) => url) })
    const controls = new DemoControls({ cluster, traffic, connectTo, changed: () => front.tell() })
    const front = await InspectorFront.start(cluster.inspectorPort, cluster, controls)
    started.push(front, traffic)
    introduce(screen, { cluster, shops, front, options })
    traffic.start()
    await watch({ cluster, shops, traffic, controls, screen, stopWatch, options, settleLimit })
  } finally {
    screen.say('stopping …')
    await stopAll(started.toReversed(), screen)
    stopWatch.end()
  }
  return 0
}

interface Running {
  readonly cluster: DemoCluster
  readonly shops: readonly ShopServer[]
  readonly traffic: TrafficSwitch
  readonly controls: DemoControls
  readonly screen: Screen
  readonly stopWatch: StopWatch
  readonly options: DemoOptions
  readonly settleLimit: number
}

/** What people are told of at the start. */
interface Introduced {
  readonly cluster: DemoCluster
  readonly shops: readonly ShopServer[]
  readonly front: InspectorFront
  readonly options: DemoOptions
}

/** Shows figures until it is time to stop, then judges. */
async function watch({ cluster, shops, traffic, controls, screen, stopWatch, options, settleLimit }: Running): Promise<void> {
  const first = await look(cluster, shops, traffic)
  let before = first
  const end = options.seconds === undefined ? Number.POSITIVE_INFINITY : first.at + options.seconds * 1000
  const stopped = stopWatch.reason.then(() => true)
  while (before.at < end) {
    if (await Promise.race([stopped, pause(Math.min(LOOK, end - before.at))])) break
    const now = await look(cluster, shops, traffic)
    screen.show(figuresOf(first, before, now, BACKUPS))
    before = now
  }
  await traffic.stop()
  const at = performance.now()
  const last = await settle(() => look(cluster, shops, traffic), isJudgeable, settleLimit)
  // Rates are those of the time with traffic.
  screen.say(`in all: ${figuresLine(figuresOf(first, first, { ...last, at }, BACKUPS))}`)
  judge(last, settleLimit, controls.wasSplit)
}

/** Whether more time would tell no more: replicas are equal, or a node is down and cannot say. */
function isJudgeable(snapshot: Snapshot): boolean {
  return allEqual(snapshot) === true || snapshot.nodes.some(({ status }) => status === undefined)
}

/**
 * Throws when something was seen that must not be. A node that is down is no such thing: whoever watches may have
 * ended it; nor is what visitors missed while somebody had cut links, since both sides of a split go on.
 */
function judge(last: Snapshot, settleLimit: number, wasSplit: boolean): void {
  if (last.tally.lost > 0 && !wasSplit)
    throw new CommandError('DEMO_FAILED', `${last.tally.lost} updates were lost: please report it`)
  if (allEqual(last) === false)
    throw new CommandError(
      'DEMO_FAILED',
      `replicas still differ after ${settleLimit / 1000} s without traffic: please report it`,
    )
}

async function look({ nodes }: DemoCluster, shops: readonly ShopServer[], traffic?: TrafficSwitch): Promise<Snapshot> {
  const status = await statusOfAll(nodes)
  const meter = { saves: 0, attributes: 0 }
  for (const shop of shops) {
    meter.saves += shop.meter.saves
    meter.attributes += shop.meter.attributes
  }
  return { at: performance.now(), nodes: status, meter, tally: { ...(traffic?.tally ?? newTally()) } }
}

/** Looks until `isSettled` or until `limit` ms are over; the last look. */
async function settle(
  lookOnce: () => Promise<Snapshot>,
  isSettled: (snapshot: Snapshot) => boolean,
  limit: number,
): Promise<Snapshot> {
  const deadline = performance.now() + limit
  for (;;) {
    const snapshot = await lookOnce()
    if (isSettled(snapshot) || performance.now() > deadline) return snapshot
    await pause(100)
  }
}

function introduce(screen: Screen, { cluster: { nodes }, shops, front, options: { users, mode } }: Introduced): void {
  screen.say('')
  screen.say(`inspector  ${front.url}   (watch it all, and kill a node)`)
  screen.say(`nodes      ${nodes.map(({ name, url }) => `${name} ${url}`).join('   ')}`)
  screen.say(`shop       ${shops.map(({ url }) => url).join('   ')}   (open both: one session, any server)`)
  screen.say(
    `${users} visitors, each request to either server; mode ${mode}; 'understudy status --node ${nodes[0]?.url}' ` +
    'tells more',
  )
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms))
}

/**
 * Traffic, shops, nodes, one after the other: nothing loses what it stands on, and no failure keeps the rest running.
 */
async function stopAll(started: readonly { stop(): Promise<unknown> }[], screen: Screen): Promise<void> {
  for (const each of started) {
    try {
      await each.stop()
    } catch (error) {
      screen.say(`while stopping: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/** A second Ctrl-C: no order any more, but no child left behind either. */
function leaveAtOnce(started: readonly { kill?(): void }[], exit: () => void): void {
  for (const each of started) each.kill?.()
  exit()
}
