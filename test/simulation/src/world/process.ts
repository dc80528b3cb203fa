/**
 * A process: what runs in it stops when it is paused, and never goes on when it is killed. Its clock is wrong by a
 * constant, its timers are right, as on real machines.
 *
 *   running ──pause──► paused     events are kept
 *      ▲ ◄───resume──────┘        they happen at once, in their order
 *      └──kill──► dead            events come to nothing
 */
import type { Environment } from '@understudy/node'
import type { Chance } from './chance.js'
import type { Scheduler } from './scheduler.js'

/** One simulated process. */
export class Process {
  readonly name: string
  readonly #scheduler: Scheduler
  readonly #chance: Chance
  /** ms by which its clock is ahead. */
  #skew: number
  #state: 'running' | 'paused' | 'dead' = 'running'
  #kept: (() => void)[] = []

  constructor(name: string, scheduler: Scheduler, chance: Chance, skew: number) {
    this.name = name
    this.#scheduler = scheduler
    this.#chance = chance
    this.#skew = skew
  }

  /** What the process sees of the world. */
  get environment(): Environment {
    return {
      now: () => this.now(),
      random: () => this.random(),
      after: (ms, run) => this.after(ms, run),
      every: (ms, run) => this.#every(ms, run),
      soon: (run) => void this.after(0, run),
    }
  }

  get isAlive(): boolean {
    return this.#state !== 'dead'
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** ms since 1970 by this process's clock. */
  now(): number {
    return Math.floor(this.#scheduler.now + this.#skew)
  }

  /** Uniform in [0, 1). */
  random(): number {
    return this.#chance.real()
  }

  /** Its clock jumps. */
  leap(ms: number): void {
    this.#skew += ms
  }

  /** Does something in this process: now, when it runs again, or never. */
  enter(run: () => void): void {
    if (this.#state === 'running') run()
    else if (this.#state === 'paused') this.#kept.push(run)
  }

  /** Does something in this process later; the result cancels it. */
  after(ms: number, run: () => void): () => void {
    let cancelled = false
    this.#scheduler.after(ms, () => {
      if (cancelled) return
      this.enter(() => {
        if (!cancelled) run()
      })
    })
    return () => {
      cancelled = true
    }
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused'
  }

  resume(): void {
    if (this.#state !== 'paused') return
    this.#state = 'running'
    const kept = this.#kept
    this.#kept = []
    for (const run of kept) this.#scheduler.after(0, () => this.enter(run))
  }

  kill(): void {
    this.#state = 'dead'
    this.#kept = []
  }

  #every(ms: number, run: () => void): () => void {
    let cancel = (): void => {}
    const next = (): void => {
      cancel = this.after(ms, () => {
        next()
        run()
      })
    }
    next()
    return () => cancel()
  }
}
