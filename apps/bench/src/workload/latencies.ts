/** How long each step of a closed loop takes. */

/** Durations of steps, gathered while they are taken. */
export class Latencies {
  #ms: number[] = []

  /** Takes a step and notes how long it took. */
  async of(step: () => Promise<unknown>): Promise<void> {
    const start = performance.now()
    await step()
    this.#ms.push(performance.now() - start)
  }

  /** The duration, in µs, that this part of all steps did not exceed; begins anew with `clear`. */
  quantile(part: number): number {
    const sorted = Float64Array.from(this.#ms).sort()
    return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN) * 1_000
  }

  /** Forgets all. */
  clear(): void {
    this.#ms = []
  }
}
