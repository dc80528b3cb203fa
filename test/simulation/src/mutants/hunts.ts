/**
 * Hunts: each mutant plays histories, in a process of its own, until one breaks a promise. First the one that noticed it
 * last, if that is known, then from seed 1 on. As many hunts go on at a time as there are cores: each process plays many
 * histories, and is warm for most of them.
 */
import { availableParallelism } from 'node:os'
import type { Failure } from '../progress.js'
import { perform } from '../troupe.js'
import type { Task } from '../troupe.js'
import type { Caught } from './caught.js'

/** How hunts go. */
export interface HuntOptions {
  /** The built `play-seeds.js`. */
  readonly worker: string
  /** Histories after which a mutant has survived. */
  readonly limit: number
  readonly steps: number
  /** The history to begin with, for each mutant where one is known. */
  readonly caught: Caught
  /** Ends all hunts. */
  readonly signal?: AbortSignal
}

/** What came of one hunt. */
export interface Hunt {
  /** The first history that noticed the mutant; undefined if none did. */
  readonly caught: Failure | undefined
  readonly played: number
}

const NOTHING: Hunt = { caught: undefined, played: 0 }

/** Hunts under way, in the order of their names. */
export class Hunts {
  readonly #options: HuntOptions
  readonly #hunts: ReadonlyMap<string, Promise<Hunt>>
  readonly #waiting: (() => void)[] = []
  #free = availableParallelism()

  constructor(names: readonly string[], options: HuntOptions) {
    this.#options = options
    this.#hunts = new Map(names.map((name) => [name, this.#hunt(name)]))
  }

  /** What comes of the hunt for a mutant. */
  async of(name: string): Promise<Hunt> {
    return (await this.#hunts.get(name)) ?? NOTHING
  }

  async #hunt(mutant: string): Promise<Hunt> {
    await this.#turn()
    const { limit, caught } = this.#options
    const seed = caught[mutant]
    try {
      const again = seed === undefined ? NOTHING : await this.#play(mutant, [seed])
      return again.caught === undefined ? await this.#play(mutant, { from: 1, count: limit }) : again
    } finally {
      this.#over()
    }
  }

  async #play(mutant: string, seeds: Task['seeds']): Promise<Hunt> {
    const { worker, steps, signal } = this.#options
    if (signal?.aborted) return NOTHING
    const { played, failures } = await perform({ worker, seeds, steps, mutant, first: true, workers: 1, signal })
    return { caught: failures[0], played }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#free === 0) return void this.#waiting.push(resolve)
      this.#free--
      return resolve()
    })
  }

  #over(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
