/**
 * One take-over in simulated time: three nodes of production and a client with a session in every slot. A primary is
 * struck; the time is that until every session has a save acknowledged again.
 *
 * Nothing takes any time here but what production waits for: links (2 ms, now and then 40), disks (4 ms) and its own
 * timers. What a busy machine adds to it the nemesis measures.
 */
import { connectIn, sessionKey, slotOf } from '@understudy/client'
import type { Session, Store } from '@understudy/client'
import { Machine } from '../simulation/src/cast/machine.js'
import { clientEnvironment } from '../simulation/src/cast/client-environment.js'
import { Chance } from '../simulation/src/world/chance.js'
import { Network } from '../simulation/src/world/network.js'
import { Process } from '../simulation/src/world/process.js'
import { Scheduler } from '../simulation/src/world/scheduler.js'
import { Trace } from '../simulation/src/world/trace.js'

const NAMES = ['a', 'b', 'c']
/** Sessions, each in a slot of its own. */
const SESSIONS = 24
/** ms until a cluster serves, and in which its links find their rhythm. */
const START = 1_500
/** ms in which everything must be served again, or it is no use to wait for it. */
const LIMIT = 10_000

/** What happens to a primary. `stall` is a pause of 0.3 s. */
export type Strike = 'kill' | 'pause' | 'hole' | 'stall'

/** What came of a strike. */
export interface TakeOver {
  /** Simulated ms from the strike until the last session was saved again. */
  readonly outage: number
  /** Whether any slot has another primary, or another reign, than before. */
  readonly moved: boolean
}

/** Strikes a node at a moment that the seed decides. */
export function takeOver(seed: number, strike: Strike): Promise<TakeOver> {
  return new Stage(seed).play((stage) => stage.takeOver(strike))
}

/** Kills a node and starts it again. Returns the simulated ms that the slowest save took from then on, until it has its slots back. */
export function comeBack(seed: number): Promise<number> {
  return new Stage(seed).play((stage) => stage.comeBack())
}

class Stage {
  readonly #scheduler = new Scheduler()
  readonly #chance: Chance
  readonly #network: Network
  readonly #machines: readonly Machine[]

  constructor(seed: number) {
    this.#chance = new Chance(seed)
    this.#network = new Network(this.#scheduler, this.#chance.fork('network'), new Trace())
    const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    this.#machines = NAMES.map((name) => {
      return new Machine({ name, role: 'member', all: NAMES, durability: 'committed', diskTime: 4, settings: {}, skew: 0, log: quiet }, this.#network, this.#chance.fork(name))
    })
  }

  async play<T>(act: (stage: Stage) => Promise<T>): Promise<T> {
    try {
      for (const machine of this.#machines) machine.start()
      await this.#scheduler.pass(START)
      return await act(this)
    } finally {
      for (const machine of this.#machines) machine.kill()
    }
  }

  async takeOver(strike: Strike): Promise<TakeOver> {
    const sessions = await this.#open()
    // Heartbeats and looks come every 100 ms: any phase of them.
    await this.#scheduler.pass(2_000 + this.#chance.whole(0, 100))
    const before = this.#reigns()
    const outage = await this.#timed(() => {
      this.#strike(strike, this.#victim())
      return saveAll(sessions)
    })
    await this.#scheduler.pass(1_000)
    return { outage, moved: this.#reigns() !== before }
  }

  async comeBack(): Promise<number> {
    const sessions = await this.#open()
    const victim = this.#victim()
    const before = reignsOf(victim)
    victim.kill()
    await this.#during(saveAll(sessions))
    victim.start()
    let slowest = 0
    for (let rounds = 0; reignsOf(victim) < before; rounds++) {
      if (rounds > LIMIT) throw new Error('it never had its slots back')
      slowest = Math.max(slowest, await this.#timed(() => saveAll(sessions)))
      await this.#scheduler.pass(5)
    }
    return slowest
  }

  async #open(): Promise<readonly Session[]> {
    const store = await this.#during(this.#connect())
    const sessions = await this.#during(Promise.all(spread(SESSIONS).map((id) => store.open(id))))
    await this.#during(saveAll(sessions))
    return sessions
  }

  #victim(): Machine {
    const victim = this.#machines[this.#chance.whole(0, NAMES.length - 1)]
    if (victim === undefined) throw new RangeError('there is no machine')
    return victim
  }

  async #timed(act: () => Promise<void>): Promise<number> {
    const at = this.#scheduler.now
    await this.#during(act())
    return this.#scheduler.now - at
  }

  #strike(strike: Strike, victim: Machine): void {
    if (strike === 'kill') return victim.kill()
    if (strike === 'hole') return victim.powerOff()
    victim.pause()
    if (strike === 'stall') this.#scheduler.after(300, () => victim.resume())
  }

  #connect(): Promise<Store> {
    const process = new Process('client', this.#scheduler, this.#chance.fork('client'), 0)
    return connectIn(clientEnvironment(process, this.#network), { nodes: NAMES.map((name) => `ws://${name}`), timeouts: { operation: LIMIT } })
  }

  /** Lets time pass until something is done, ms by ms. */
  async #during<T>(doing: Promise<T>): Promise<T> {
    const state = { isDone: false }
    const done = doing.finally(() => void (state.isDone = true))
    for (let ms = 0; !state.isDone && ms < 2 * LIMIT; ms++) await this.#scheduler.pass(1)
    if (!state.isDone) throw new Error(`nothing came of it within ${2 * LIMIT} simulated ms`)
    return done
  }

  #reigns(): string {
    return JSON.stringify(this.#machines.map(({ node }) => Array.from({ length: 256 }, (_, slot) => node?.reign(slot)?.epoch)))
  }
}

/** Slots of which the machine's node is primary and that it serves. */
function reignsOf({ node }: Machine): number {
  return Array.from({ length: 256 }, (_, slot) => node?.reign(slot)?.serving).filter(Boolean).length
}

async function saveAll(sessions: readonly Session[]): Promise<void> {
  await Promise.all(sessions.map((session) => session.increment('saves').save({ copies: 2 })))
}

/** Ids of sessions in as many slots. */
function spread(count: number): string[] {
  const ids = new Map<number, string>()
  for (let i = 0; ids.size < count; i++) ids.set(slotOf(sessionKey(`session ${i}`)), `session ${i}`)
  return [...ids.values()]
}
