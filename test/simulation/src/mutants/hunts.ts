/**
 * Hunts: each mutant plays histories from seed 1 on, in a process of its own, until one breaks a promise. As many hunts
 * go on at a time as there are cores: each process plays many histories, and is warm for most of them.
 */
import { availableParallelism } from 'node:os'
import type { Failure } from '../progress.js'
import { perform } from '../troupe.js'

/** How hunts go. */
export interface HuntOptions {
  /** The built `play-seeds.js`. */
  readonly worker: string
  /** Histories after which a mutant has survived. */
  readonly limit: number
  readonly steps: number
  /** Ends all hunts. */
  readonly signal?: AbortSignal
}

/** What came of one hunt. */
export interface Hunt {
  /** The first history that noticed the mutant; undefined if none did. */
  readonly caught: Failure | undefined
  readonly played: number
}

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
    return (await this.#hunts.get(name)) ?? { caught: undefined, played: 0 }
  }

  async #hunt(mutant: string): Promise<Hunt> {
    await this.#turn()
    const { worker, limit, steps, signal } = this.#options
    try {
      if (signal?.aborted) return { caught: undefined, played: 0 }
      const { played, failures } = await perform({ worker, from: 1, count: limit, steps, mutant, first: true, workers: 1, signal })
      return { caught: failures[0], played }
    } finally {
      this.#over()
    }
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
