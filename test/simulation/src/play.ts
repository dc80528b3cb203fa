/** Plays a history: a cluster and its clients, the deeds of the plan, then calm, then judgement. */
import { Ledger } from './cast/ledger.js'
import type { SessionAccount, Violation } from './cast/ledger.js'
import { Machine } from './cast/machine.js'
import { Visitor } from './cast/visitor.js'
import type { InUse } from './cast/visitor.js'
import { isAtHand, replicaOf } from './judge/holding.js'
import { unlike } from './judge/following.js'
import { judge } from './judge/judge.js'
import { Reigning } from './judge/reigning.js'
import { Witness } from './judge/witness.js'
import type { Deed, LinkDeed, MachineDeed, MangleDeed, TimeDeed } from './plan/deed.js'
import { machineNames, visitorName } from './plan/plan.js'
import type { Plan } from './plan/plan.js'
import { Chance } from './world/chance.js'
import { Network } from './world/network.js'
import { Process } from './world/process.js'
import { Scheduler } from './world/scheduler.js'
import { Trace } from './world/trace.js'

/** What came of a history. */
export interface Outcome {
  readonly violations: readonly Violation[]
  /** The same for the same seed, always. */
  readonly hash: string
  /** Events that happened in it: messages, timers, deeds. */
  readonly events: number
  /** Operations that were acknowledged. */
  readonly acknowledged: number
  /** Simulated ms from the end of all faults until all nodes held the same. */
  readonly settling: number
}

/** ms by which a whole cluster must serve after its start, and come to rest after its last fault. */
const START_LIMIT = 20_000
const REST_LIMIT = 60_000
/** ms after which a touch has come to all nodes: clients and primaries collect them for a second each. */
const TOUCHED = 3_000
/** ms after which whoever has a session open has been told what is new. */
const FOLLOWED = 5_000
/** ms for which links break while touches are on their way. */
const BREAK = 300
/** ms by which two clocks may differ. */
const CLOCKS_DIFFER = 120_000
/** ms between looks. */
const LOOK = 50

/** A deed that machines, links or clocks suffer. */
const ENDS: ReadonlySet<string> = new Set(['start', 'resume', 'mend', 'space', 'visit', 'snapshot'])

/** Plays a plan to its end. @param line reads along */
export async function play(plan: Plan, line?: (text: string) => void): Promise<Outcome> {
  return new World(plan, line).play()
}

class World {
  readonly #plan: Plan
  readonly #scheduler = new Scheduler()
  readonly #trace = new Trace()
  readonly #ledger = new Ledger()
  readonly #network: Network
  readonly #machines: Machine[]
  readonly #visitors: Visitor[]
  readonly #reigning: Reigning
  readonly #snapshots = new Map<Machine, ReturnType<Machine['snapshot']>>()
  /** Since when nothing has been wrong. */
  #calmSince = Infinity
  /** Whether two sides may each have served: there were black holes between machines, or a split through time. */
  #wasSplit = false
  /** Simulated times when machines that had not heard one another did so again. */
  readonly #healedAt: number[] = []

  constructor(plan: Plan, line: ((text: string) => void) | undefined) {
    const { seed, setup } = plan
    this.#plan = plan
    const chance = new Chance(seed)
    this.#trace.line = line && ((text) => line(text))
    this.#network = new Network(this.#scheduler, chance.fork('network'), this.#trace)
    const names = machineNames(setup.machines)
    const log = this.#log()
    this.#machines = names.map((name, i) => {
      const role = setup.dedicated && i === names.length - 1 ? 'backup' : 'member'
      const skew = setup.skews[i] ?? 0
      return new Machine({ name, role, all: names, durability: setup.durability, diskTime: setup.diskTime ?? 4, settings: settingsOf(plan), skew, log: log(name) }, this.#network, chance.fork(name))
    })
    this.#ledger.losses = () => this.#machines.reduce((sum, { losses }) => sum + losses, 0)
    this.#ledger.now = () => this.#scheduler.now
    this.#reigning = new Reigning(this.#machines, this.#ledger, { was: () => this.#wasSplit, happened: () => void (this.#wasSplit = true) })
    const witness = new Witness(this.#machines, this.#ledger, this.#reigning, setup.partition === 'consistent')
    this.#ledger.witness = (session, entry, copies) => witness.look(session, entry, copies)
    const places = Array.from({ length: 4 }, (_, place) => `s${place}.0`)
    this.#visitors = Array.from({ length: setup.visitors }, (_, i) => {
      const name = visitorName(i)
      const process = new Process(name, this.#scheduler, chance.fork(name), setup.skews[names.length + i] ?? 0)
      const members = this.#machines.filter(({ role }) => role === 'member').map((machine) => machine.name)
      return new Visitor({
        process,
        network: this.#network,
        nodes: members,
        home: this.#machines[setup.homes?.[i] ?? -1],
        ledger: this.#ledger,
        terms: setup.terms,
        wasSplit: () => this.#wasSplit,
        isEndAtHand: (session) => this.#machines.some((machine) => replicaOf(machine, session) === 'dead' && isAtHand(machine, this.#machines, this.#scheduler.now)),
        isHeld: (session) => this.#machines.some((machine) => typeof replicaOf(machine, session) === 'object'),
        areAllThere: () => this.#machines.every(({ running }) => running !== undefined),
        calm: () => this.#scheduler.now - this.#calmSince,
        places,
      })
    })
    this.#scheduler.failed = (error) => this.#ledger.violated('NO_CRASH', `something threw where nobody catches: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }

  async play(): Promise<Outcome> {
    const unhandled = (reason: unknown): void => this.#scheduler.failed(reason)
    process.on('unhandledRejection', unhandled)
    try {
      for (const machine of this.#machines) machine.start()
      if (!(await this.#until(START_LIMIT, () => this.#machines.every(({ node }) => node?.ready)))) this.#ledger.violated('START', 'the cluster did not begin to serve')
      for (const visitor of this.#visitors) visitor.start()
      await this.#scheduler.pass(200)
      await this.#perform()
      const settling = await this.#settle()
      await this.#prove()
      await this.#proveFollowing()
      await this.#proveUse()
      await this.#proveFollowing()
      await this.#wake()
      if (this.#ledger.violations.length === 0) judge(this.#machines, this.#ledger, { mayDiffer: this.#mayDiffer, healedAt: this.#healedAt, mayExpire: this.#plan.setup.terms.idleTimeout !== undefined })
      return { violations: this.#ledger.violations, hash: this.#trace.hash, events: this.#scheduler.events, acknowledged: this.#acknowledged, settling }
    } finally {
      process.off('unhandledRejection', unhandled)
      for (const machine of this.#machines) machine.kill()
    }
  }

  async #perform(): Promise<void> {
    let time = 0
    for (const { at, deed } of this.#plan.steps) {
      await this.#scheduler.pass(at - time)
      time = at
      if (!ENDS.has(deed.kind)) this.#calmSince = Infinity
      this.#trace.note(`${this.#scheduler.now} ${JSON.stringify(deed)}`)
      this.#do(deed)
      this.#reigning.look()
      if (this.#ledger.violations.length > 0) return
    }
  }

  /** All faults end; then the cluster must come to rest by itself. @returns ms that took */
  async #settle(): Promise<number> {
    if (this.#ledger.violations.length > 0) return 0
    this.#network.latency = 2
    this.#network.mend()
    this.#healedAt.push(this.#scheduler.now)
    for (const machine of this.#machines) {
      machine.full = false
      machine.resume()
      machine.start()
    }
    this.#calmSince = this.#scheduler.now
    const rested = await this.#until(REST_LIMIT, () => this.#isAtRest())
    if (!rested) this.#ledger.violated('CONVERGE', `no rest ${REST_LIMIT} ms after the last fault: ${this.#unrest()}`)
    return this.#scheduler.now - this.#calmSince
  }

  /** Everything that clients hold can be used, and every call has come back. */
  async #prove(): Promise<void> {
    if (this.#ledger.violations.length > 0) return
    const proofs = this.#visitors.map((visitor) => {
      const proof = { done: false, failure: undefined as unknown }
      visitor.proveService().then(
        () => (proof.done = true),
        (error: unknown) => (proof.failure = error),
      )
      return { visitor, proof }
    })
    await this.#until(START_LIMIT, () => proofs.every(({ proof }) => proof.done || proof.failure !== undefined))
    for (const { visitor, proof } of proofs) {
      if (!proof.done) this.#ledger.violated('SERVE', `when all was well, ${visitor.name} could not save: ${proof.failure === undefined ? 'no answer' : String(proof.failure)}`)
    }
    if (!(await this.#until(START_LIMIT, () => this.#visitors.every(({ underWay }) => underWay === 0)))) {
      this.#ledger.violated('ANSWERED', `calls that never came back: ${this.#visitors.map(({ name, underWay }) => `${name} ${underWay}`).join(', ')}`)
    }
    if (!(await this.#until(REST_LIMIT, () => this.#isAtRest()))) this.#ledger.violated('CONVERGE', `no rest after the last saves: ${this.#unrest()}`)
  }

  /** Who has a session open is shown what there is, without asking for it again. */
  async #proveFollowing(): Promise<void> {
    const [machine] = this.#machines
    if (machine === undefined || this.#ledger.violations.length > 0) return
    const killedAt = this.#machines.flatMap((one) => one.killedAt)
    const circumstances = { hasLost: this.#ledger.losses() > 0, wasSplit: this.#wasSplit, killedAt }
    const behind = (): readonly string[] => {
      return this.#visitors.flatMap(({ name, following }) => following.flatMap((one) => unlike(one, replicaOf(machine, one.account), circumstances) ?? []).map((what) => `to ${name} ${what}`))
    }
    if (!(await this.#until(FOLLOWED, () => behind().length === 0))) this.#ledger.violated('FOLLOW', `${behind().join('; ')}, ${FOLLOWED} ms after all was told`)
  }

  /** What is damaged on disk alone is found when it is read, and fetched from others: that is not the moment to judge. */
  async #wake(): Promise<void> {
    if (this.#plan.setup.warmSessions === undefined || this.#ledger.violations.length > 0) return
    for (const session of this.#ledger.sessions.values()) for (const machine of this.#machines) replicaOf(machine, session)
    if (!(await this.#until(REST_LIMIT, () => this.#isAtRest()))) this.#ledger.violated('CONVERGE', `no rest after all was read: ${this.#unrest()}`)
  }

  /**
   * Whoever is used lives: clocks go on by more than sessions may idle, but never as much between two accesses. Nobody
   * saves meanwhile: it is touches alone, passed on by client and primary, that keep them. At last slots change their
   * primary: what its back-ups have heard of touches counts then.
   */
  async #proveUse(): Promise<void> {
    const { idleTimeout, absoluteTimeout = Infinity } = this.#plan.setup.terms
    if (idleTimeout === undefined || this.#ledger.violations.length > 0) return
    const leap = (2 / 3) * idleTimeout
    // Who was opened so long ago may reach its absolute deadline meanwhile; and a logout that nobody waits for any more may come yet.
    const isToStay = ({ account }: InUse): boolean => this.#age(account) + 2 * leap < absoluteTimeout - CLOCKS_DIFFER && account.of('destroy').length === 0
    const used = this.#visitors.flatMap((visitor) => visitor.useAll()).filter(isToStay)
    const chance = new Chance(this.#plan.seed).fork('use')
    const members = this.#machines.filter(({ role }) => role === 'member')
    const mover = chance.one(members as [Machine, ...Machine[]])
    for (let leaps = 0; leaps < 2; leaps++) {
      if (leaps > 0) for (const visitor of this.#visitors) visitor.useAll()
      await this.#breakLinks(mover, chance.whole(0, TOUCHED - 2 * BREAK))
      this.#leap(leap)
    }
    mover.leads?.command('drain')
    await this.#scheduler.pass(TOUCHED)
    if (!(await this.#until(REST_LIMIT, () => this.#isAtRest()))) this.#ledger.violated('CONVERGE', `no rest after the clocks went on: ${this.#unrest()}`)
    const over = used.find(({ handle }) => handle.ended !== undefined)
    if (over !== undefined) this.#ledger.violated('USED_LIVES', `${over.account.id} was in use and is over: ${over.handle.ended}`)
  }

  /** Touches travel, although the links of one machine break meanwhile, for less than makes others suspicious. */
  async #breakLinks(machine: Machine, after: number): Promise<void> {
    const others = this.#machines.filter((other) => other !== machine)
    await this.#scheduler.pass(after)
    for (const { name } of others) {
      this.#network.cut(machine.name, name)
      this.#network.hole(machine.name, name, true)
    }
    await this.#scheduler.pass(BREAK)
    for (const { name } of others) this.#network.hole(machine.name, name, false)
    await this.#scheduler.pass(TOUCHED - after - BREAK)
  }

  /** ms that have passed by the machines' clocks since somebody first asked for the session. */
  #age({ firstAskedAt, leaptBefore }: SessionAccount): number {
    return this.#scheduler.now - firstAskedAt + this.#ledger.leapt - leaptBefore
  }

  #leap(ms: number): void {
    this.#ledger.leapt += ms
    for (const machine of this.#machines) machine.leap(ms)
  }

  async #until(ms: number, isTrue: () => boolean | undefined): Promise<boolean> {
    for (let passed = 0; passed < ms; passed += LOOK) {
      if (isTrue()) return true
      if (this.#ledger.violations.length > 0) return true
      await this.#scheduler.pass(LOOK)
      this.#reigning.look()
    }
    return isTrue() ?? false
  }

  #isAtRest(): boolean {
    const digests = new Set<string>()
    for (const { node, isClosing } of this.#machines) {
      const status = node?.status()
      if (status === undefined || isClosing || !status.ready || (status.counters['diskFails'] ?? 0) > 0) return false
      digests.add(status.digest)
      if (status.links.length < this.#machines.length - 1) return false
      if (status.links.some(({ state, dirty, inFlightBytes, equal }) => state !== 'open' || dirty > 0 || inFlightBytes > 0 || equal === false)) return false
    }
    return digests.size === 1
  }

  #unrest(): string {
    return this.#machines
      .map(({ name, node }) => {
        const status = node?.status()
        const links = status?.links.map(({ peer, state, dirty, inFlightBytes, equal, lastError }) => `${peer} ${state} ${dirty}/${inFlightBytes}${equal ? '' : ' unequal'}${lastError ? ` ${lastError}` : ''}`)
        return `${name}: ready ${status?.ready}, digest ${status?.digest}, primary of ${status?.slots.primary}, ${links?.join('; ')}`
      })
      .join(' — ')
  }

  #do(deed: Deed): void {
    switch (deed.kind) {
      case 'visit': return this.#visitors[deed.visitor]?.visit(deed)
      case 'hole':
      case 'mend':
      case 'cut': return this.#doToLink(deed)
      case 'mangle': return this.#mangle(deed)
      case 'leap':
      case 'latency': return this.#doToTime(deed)
      default: return this.#doToMachine(deed)
    }
  }

  #doToMachine({ kind, machine: index, choice }: MachineDeed): void {
    const machine = this.#machines[index]
    if (machine === undefined) return
    switch (kind) {
      case 'start': return machine.start()
      case 'kill': return machine.kill()
      case 'powerOff': return machine.powerOff()
      case 'close': return void machine.close()
      case 'wipe': return machine.wipe()
      case 'pause':
      case 'stall': return machine.pause()
      case 'resume': return machine.resume()
      case 'damage': return machine.damage(choice)
      case 'full': machine.full = true
        return undefined
      case 'space': machine.full = false
        return undefined
      case 'snapshot': return void this.#snapshots.set(machine, machine.snapshot())
      case 'restore': {
        const snapshot = this.#snapshots.get(machine)
        return snapshot && machine.restore(snapshot)
      }
      case 'promote':
      case 'demote':
      case 'drain': return void machine.leads?.command(kind)
    }
  }

  #doToLink({ kind, from, to }: LinkDeed): void {
    if (kind === 'cut') return this.#network.cut(from, to)
    if (this.#machines.some(({ name }) => name === from) && this.#machines.some(({ name }) => name === to)) {
      this.#wasSplit = true
      if (kind === 'mend') this.#healedAt.push(this.#scheduler.now)
    }
    return this.#network.hole(from, to, kind === 'hole')
  }

  #mangle({ from, to, how }: MangleDeed): void {
    this.#network.mangle(from, to, how)
  }

  #doToTime({ kind, ms }: TimeDeed): void {
    if (kind === 'latency') this.#network.latency = ms
    else this.#leap(ms)
  }

  /**
   * Whether two sides may have served, neither with what the other had: in a split that both sides may survive, and in
   * any split once so many nodes have lost what they held that those left to vote may not know what they voted for.
   */
  get #mayDiffer(): boolean {
    return this.#wasSplit && (this.#plan.setup.partition === 'available' || 2 * this.#ledger.losses() >= this.#machines.length)
  }

  get #acknowledged(): number {
    let sum = 0
    for (const { entries } of this.#ledger.sessions.values()) sum += entries.filter(({ fate }) => fate === 'acknowledged').length
    return sum
  }

  #log(): (name: string) => { debug(): void; info(fields: object, message: string): void; warn(fields: object, message: string): void; error(fields: object, message: string): void } {
    const quiet = (): void => {}
    return (name) => {
      const note = (level: string) => (fields: object, message: string): void => {
        const stack = 'err' in fields && fields.err instanceof Error ? `: ${fields.err.stack}` : ''
        this.#trace.line?.(`${this.#scheduler.now} ${name} ${level}: ${message}${stack}`)
      }
      return this.#trace.line === undefined ? { debug: quiet, info: quiet, warn: quiet, error: quiet } : { debug: quiet, info: note('info'), warn: note('warn'), error: note('error') }
    }
  }
}

function settingsOf({ setup }: Plan): ConstructorParameters<typeof Machine>[0]['settings'] {
  const { mode, benchmark, partition, window, retainedBenchmarks, machines, warmSessions, peerWait = 3_000 } = setup
  return { mode, benchmark, partition, window, retainedBenchmarks, ...(warmSessions !== undefined && { warmSessions }), restBeyond: 0, takeOver: true, backups: machines - 1, copiesTimeout: 2_000, peerWait }
}
