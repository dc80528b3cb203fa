/** The processes of load of one run. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Answer, Claim, Command, Outage, Sums } from './messages.js'

/** All clients of a run. */
export class Crowd {
  readonly #processes: readonly ChildProcess[]

  private constructor(processes: readonly ChildProcess[]) {
    this.#processes = processes
  }

  /**
   * Starts so many processes, which begin at once.
   *
   * @param nodes ws URLs
   * @param workers of each process
   */
  static async start(nodes: readonly string[], processes: number, workers: number, seed: number): Promise<Crowd> {
    const started = Array.from({ length: processes }, (_, i) => {
      const child = fork(new URL('load.js', import.meta.url), [`load ${i}`, String(workers), String(seed + i), ...nodes])
      return { child, ready: answerOf(child, 'ready') }
    })
    await Promise.all(started.map(({ ready }) => ready))
    return new Crowd(started.map(({ child }) => child))
  }

  /** The primaries of these slots were struck at this time, ms since 1970. */
  struck(at: number, slots: readonly number[]): void {
    this.#tell({ type: 'struck', at, slots })
  }

  /** How those fared that were struck. */
  async outage(): Promise<Outage> {
    const outages = (await this.#ask({ type: 'outage' }, 'outage')).map(({ outage }) => outage)
    return {
      longest: Math.max(...outages.map(({ longest }) => longest)),
      waiting: outages.reduce((sum, { waiting }) => sum + waiting, 0),
      workers: outages.reduce((sum, { workers }) => sum + workers, 0),
    }
  }

  /** Resolves when nobody saves any more. */
  async hold(): Promise<void> {
    await this.#ask({ type: 'hold' }, 'held')
  }

  /** Everybody goes on. */
  go(): void {
    this.#tell({ type: 'go' })
  }

  /** What all workers know of their sessions. */
  async claims(): Promise<readonly Claim[]> {
    return (await this.#ask({ type: 'claims' }, 'claims')).flatMap(({ claims }) => claims)
  }

  /** Sums over all. */
  async sums(): Promise<Sums> {
    const all = (await this.#ask({ type: 'sums' }, 'sums')).map(({ sums }) => sums)
    const failures: Record<string, number> = {}
    for (const sums of all) for (const [code, count] of Object.entries(sums.failures)) failures[code] = (failures[code] ?? 0) + count
    return {
      saves: all.reduce((sum, { saves }) => sum + saves, 0),
      destroyed: all.reduce((sum, { destroyed }) => sum + destroyed, 0),
      failures,
    }
  }

  /** Ends all processes. */
  end(): void {
    for (const child of this.#processes) child.kill('SIGKILL')
  }

  #tell(command: Command): void {
    for (const child of this.#processes) child.send(command)
  }

  #ask<T extends Answer['type']>(command: Command, type: T): Promise<Extract<Answer, { type: T }>[]> {
    const answers = this.#processes.map((child) => answerOf(child, type))
    this.#tell(command)
    return Promise.all(answers)
  }
}

function answerOf<T extends Answer['type']>(child: ChildProcess, type: T): Promise<Extract<Answer, { type: T }>> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a process of load ended'))
    const hear = (answer: Answer): void => {
      if (!isOf(answer, type)) return
      child.removeListener('exit', ended)
      child.removeListener('message', hear)
      resolve(answer)
    }
    child.once('exit', ended)
    child.on('message', hear)
  })
}

function isOf<T extends Answer['type']>(answer: Answer, type: T): answer is Extract<Answer, { type: T }> {
  return answer.type === type
}
