/** Draws a whole history from a seed: how the cluster is set up, and what will be done in it. */
import { Chance } from '../world/chance.js'
import type { Mangling } from '../world/network.js'
import type { Act, Deed, Step } from './deed.js'
import { drawSetup } from './setup.js'
import type { Setup } from './setup.js'
import { ACTS, FAULTS, drawTheme } from './theme.js'
import type { Fault, Theme } from './theme.js'

/** A history to be played. */
export interface Plan {
  readonly seed: number
  readonly setup: Setup
  readonly steps: readonly Step[]
}

/** Of 100 steps of a history without a theme this many are faults. */
const FAULTS_IN_100 = 7

/** Copies that saves wait for, one of these; 0 leaves it to the node. */
const COPIES = [0, 0, 0, 1, 2, 3] as const

/** Draws the history of a seed. @param length steps that begin something; faults end in further ones */
export function drawPlan(seed: number, length: number): Plan {
  const chance = new Chance(seed).fork('plan')
  const theme = new Chance(seed).fork('theme')
  const drawn = drawTheme(theme)
  const setup: Setup = { ...drawSetup(chance), ...drawn?.setup(theme) }
  return { seed, setup, steps: new Drawing(chance, setup, drawn).steps(length) }
}

/** The drawing of the steps of one history. */
class Drawing {
  readonly #chance: Chance
  readonly #setup: Setup
  readonly #faults: readonly Fault[]
  readonly #faultsIn100: number
  readonly #copies: readonly [number, ...number[]]
  readonly #acts: typeof ACTS
  /** Whether a session that is to be destroyed is rotated instead. */
  readonly #rotates: () => boolean
  readonly #steps: Step[] = []
  /** When each machine is whole again. */
  readonly #busyUntil: number[]
  /** Losses that may still happen. */
  #losses: number
  #at = 0

  /** @param theme undefined: it has some of all faults */
  constructor(chance: Chance, setup: Setup, theme: Theme | undefined) {
    this.#chance = chance
    this.#setup = setup
    this.#busyUntil = Array.from({ length: setup.machines }, () => 0)
    const losses = chance.one([0, 1, 1, 1, 2])
    this.#losses = theme?.losses ?? losses
    const enabled = FAULTS.filter(() => chance.is(0.3))
    this.#copies = theme?.copies ?? COPIES
    this.#acts = theme?.acts ?? ACTS
    const rotations = chance.fork('rotations')
    const isRotating = rotations.is(0.3)
    this.#rotates = () => isRotating && rotations.is(0.5)
    this.#faultsIn100 = theme?.faultsIn100 ?? FAULTS_IN_100
    this.#faults = theme?.faults ?? (enabled.length === 0 ? [chance.one(FAULTS)] : enabled)
  }

  steps(length: number): readonly Step[] {
    const pace = this.#chance.one([4, 10, 25])
    for (let i = 0; i < length; i++) {
      this.#at += this.#chance.whole(0, 2 * pace)
      if (this.#chance.whole(1, 100) <= this.#faultsIn100) this.#fault(this.#chance.one(this.#faults as [Fault, ...Fault[]]))
      else this.#do(this.#visit())
    }
    return this.#steps.toSorted((one, other) => one.at - other.at)
  }

  #visit(): Deed {
    const chance = this.#chance
    const copies = chance.one(this.#copies)
    return {
      kind: 'visit',
      visitor: chance.whole(0, this.#setup.visitors - 1),
      place: chance.whole(0, 3),
      act: this.#act(chance.weighted(this.#acts)),
      copies,
      required: copies > 1 && chance.is(0.3),
      operations: chance.one([1, 1, 1, 3]),
    }
  }

  #act(drawn: Exclude<Act, 'rotate'>): Act {
    return drawn === 'destroy' && this.#rotates() ? 'rotate' : drawn
  }

  #fault(fault: Fault): void {
    const chance = this.#chance
    switch (fault) {
      case 'pause': return this.#span('pause', 'resume', chance.one([chance.whole(50, 400), chance.whole(800, 3_000)]))
      case 'kill': return this.#span('kill', 'start', chance.whole(20, 2_500), this.#setup.durability === undefined || this.#setup.durability === 'memory')
      case 'powerOff': return this.#span('powerOff', 'start', chance.whole(20, 2_500), this.#setup.durability !== 'flushed')
      case 'close': return this.#span('close', 'start', chance.whole(100, 2_500), this.#setup.durability === undefined)
      case 'full': return this.#span('full', 'space', chance.whole(50, 1_500))
      case 'wipe': return this.#spare([['kill', 0], ['wipe', chance.whole(1, 1_500)], ['start', chance.whole(1, 1_000)]])
      case 'stale': return this.#spare([['snapshot', 0], ['kill', chance.whole(200, 1_500)], ['restore', 1], ['start', chance.whole(1, 1_500)]])
      case 'damage': return this.#spare([['kill', 0], ['damage', 1], ['start', chance.whole(1, 1_500)]])
      case 'rot': return this.#mayLose() ? this.#do({ kind: 'damage', machine: 0, choice: chance.real() }) : undefined
      case 'ruin': return this.#spare([['kill', 0], ['damage', 1], ['damage', 0], ['damage', 0], ['damage', 0], ['damage', 0], ['start', chance.whole(1, 600)]], 0)
      case 'outage': return this.#outage()
      case 'alone': return this.#alone()
      case 'brink': return this.#brink()
      case 'relay': return this.#relay()
      case 'cling': return this.#cling()
      case 'move': return this.#do({ kind: chance.one(['promote', 'demote', 'drain']), machine: this.#machine(), choice: 0 })
      case 'split': return this.#split(true)
      case 'oneWay': return this.#split(false)
      case 'cut': return this.#do({ kind: 'cut', ...this.#pair(true) })
      case 'mangle': return this.#mangle()
      case 'slow': return this.#slow()
      case 'leap': return this.#setup.terms.idleTimeout === undefined ? undefined : this.#do({ kind: 'leap', ms: chance.whole(1_000, 500_000) })
    }
  }

  /** A state that begins and ends. */
  #span(begin: 'kill' | 'powerOff' | 'close' | 'pause' | 'full', end: 'start' | 'resume' | 'space', ms: number, loses = false): void {
    if (loses && !this.#mayLose()) return
    const machine = this.#idleMachine(ms)
    if (machine === undefined) return
    this.#do({ kind: begin, machine, choice: this.#chance.real() })
    this.#do({ kind: end, machine, choice: 0 }, ms)
  }

  /** Steps that lose what a machine has: any, or always the same one. */
  #spare(deeds: readonly (readonly ['kill' | 'wipe' | 'start' | 'snapshot' | 'restore' | 'damage', number])[], only?: number): void {
    if (this.#setup.durability === undefined || !this.#mayLose()) return
    const machine = this.#idleMachine(deeds.reduce((sum, [, ms]) => sum + ms, 0), only)
    if (machine === undefined) return
    let ms = 0
    for (const [kind, after] of deeds) {
      ms += after
      this.#do({ kind, machine, choice: this.#chance.real() }, ms)
    }
  }

  /**
   * The power fails everywhere at once, and one disk does not survive it: what was acknowledged must have been flushed
   * wherever it was said to be, since nobody is left who could send it again.
   */
  #outage(): void {
    const { machines, durability } = this.#setup
    if (durability !== 'flushed' || this.#busyUntil.some((until) => until >= this.#at)) return
    const lost = this.#mayLose() ? this.#machine() : undefined
    const ms = this.#chance.whole(20, 1_500)
    for (let machine = 0; machine < machines; machine++) {
      this.#busyUntil[machine] = this.#at + ms
      this.#do({ kind: 'powerOff', machine, choice: 0 })
      if (machine === lost) this.#do({ kind: 'wipe', machine, choice: 0 }, 1)
      this.#do({ kind: 'start', machine, choice: 0 }, this.#chance.whole(2, ms))
    }
  }

  /** A machine is started anew where it hears no other, and one client hears only it, for long enough to write there. */
  #alone(): void {
    const ms = this.#chance.whole(1_500, 3_000)
    if (this.#losses === 0) return
    const machine = this.#idleMachine(ms)
    if (machine === undefined || !this.#mayLose()) return
    const client = this.#chance.whole(0, this.#setup.visitors - 1)
    this.#do({ kind: 'kill', machine, choice: 0 })
    this.#separate(new Set([machineNames(this.#setup.machines)[machine] ?? '', visitorName(client)]), ms)
    this.#do({ kind: 'start', machine, choice: 0 }, this.#chance.whole(1, 200))
  }

  /** A machine comes back, and while it is told what it missed, the one that tells it goes. */
  #relay(): void {
    const loses = this.#setup.durability === undefined || this.#setup.durability === 'memory'
    const ms = this.#chance.whole(100, 800)
    const [first, second] = [this.#idleMachine(ms), this.#idleMachine(2 * ms)]
    if (first === undefined || second === undefined || (loses && !(this.#mayLose() && this.#mayLose()))) return
    this.#do({ kind: 'kill', machine: first, choice: 0 })
    this.#do({ kind: 'start', machine: first, choice: 0 }, ms)
    this.#do({ kind: 'kill', machine: second, choice: 0 }, ms + this.#chance.whole(2, 60))
    this.#do({ kind: 'start', machine: second, choice: 0 }, 2 * ms + 60)
  }

  /**
   * A machine is cut off until others suspect it, or almost; from one of them for much longer. It may have a link to the
   * third again just before that one hears of a successor, and a client that hears nobody else.
   */
  #brink(): void {
    const names = machineNames(this.#setup.machines)
    if (this.#busyUntil.some((until) => until >= this.#at)) return
    const ms = this.#chance.whole(650, 1_050)
    this.#busyUntil.fill(this.#at + ms + 2_000)
    const machine = this.#machine()
    const [name = '', other] = [names[machine], names[(machine + this.#chance.whole(1, names.length - 1)) % names.length]]
    const client = visitorName(this.#chance.whole(0, this.#setup.visitors - 1))
    for (const one of names.filter((each) => each !== name)) {
      // Whoever begins to hear nothing later finds out later.
      if (one === other) this.#hole(name, one, ms + 1_500, this.#chance.whole(0, 200))
      else this.#hole(name, one, ms)
      this.#hole(client, one, ms + 1_500)
    }
    this.#do({ kind: 'latency', ms: this.#chance.whole(10, 60) })
    this.#do({ kind: 'latency', ms: 2 }, ms + 500)
  }

  /** A client reaches only a machine that is paused for longer than others wait for it. */
  #cling(): void {
    const names = machineNames(this.#setup.machines)
    const ms = this.#chance.whole(900, 2_500)
    const machine = this.#idleMachine(ms)
    if (machine === undefined) return
    const client = visitorName(this.#chance.whole(0, this.#setup.visitors - 1))
    for (const one of names.filter((_, i) => i !== machine)) this.#hole(client, one, ms + 300)
    this.#do({ kind: 'pause', machine, choice: 0 })
    this.#do({ kind: 'resume', machine, choice: 0 }, ms)
  }

  /** Two hear nothing of each other. */
  #hole(one: string, other: string, ms: number, later = 0): void {
    for (const [from, to] of [[one, other], [other, one]] as const) {
      this.#do({ kind: 'hole', from, to }, later)
      this.#do({ kind: 'mend', from, to }, ms)
    }
  }

  #mayLose(): boolean {
    if (this.#losses === 0) return false
    this.#losses--
    return true
  }

  /** Some machines hear nothing of the others for a while, or the others nothing of them. */
  #split(bothWays: boolean): void {
    const chance = this.#chance
    const ms = chance.one([chance.whole(50, 500), chance.whole(800, 3_500)])
    const names = this.#names()
    this.#separate(new Set(names.filter(() => chance.is(0.35))), ms, bothWays)
  }

  #separate(away: ReadonlySet<string>, ms: number, bothWays = true): void {
    const names = this.#names()
    for (const from of names) {
      for (const to of names) {
        if (from === to || away.has(from) === away.has(to) || (!bothWays && away.has(to))) continue
        this.#do({ kind: 'hole', from, to })
        this.#do({ kind: 'mend', from, to }, ms)
      }
    }
  }

  #mangle(): void {
    const { from, to } = this.#pair(false)
    const how = this.#chance.one<Mangling>(['lose', 'double', 'swap', 'truncate', 'flip'])
    this.#do({ kind: 'mangle', from, to, how })
  }

  #slow(): void {
    this.#do({ kind: 'latency', ms: this.#chance.whole(5, 60) })
    this.#do({ kind: 'latency', ms: 2 }, this.#chance.whole(100, 1_500))
  }

  #do(deed: Deed, later = 0): void {
    this.#steps.push({ at: this.#at + later, deed })
  }

  /** A machine that nothing else happens to for so long, any if it is not given. */
  #idleMachine(ms: number, machine = this.#machine()): number | undefined {
    if ((this.#busyUntil[machine] ?? 0) >= this.#at) return undefined
    this.#busyUntil[machine] = this.#at + ms
    return machine
  }

  #machine(): number {
    return this.#chance.whole(0, this.#setup.machines - 1)
  }

  #pair(withVisitors: boolean): { from: string; to: string } {
    const names = withVisitors ? this.#names() : this.#names().slice(0, this.#setup.machines)
    const from = this.#chance.whole(0, names.length - 1)
    const to = (from + this.#chance.whole(1, names.length - 1)) % names.length
    return { from: names[from] ?? '', to: names[to] ?? '' }
  }

  /** Names of the machines, then of the clients. */
  #names(): string[] {
    return [...machineNames(this.#setup.machines), ...Array.from({ length: this.#setup.visitors }, (_, i) => visitorName(i))]
  }
}

/** Names of the machines of a cluster. */
export function machineNames(machines: number): string[] {
  return Array.from({ length: machines }, (_, i) => String.fromCharCode('a'.charCodeAt(0) + i))
}

/** Name of a client. */
export function visitorName(index: number): string {
  return `v${index}`
}
