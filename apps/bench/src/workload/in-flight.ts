/** Closed loops: a number of workers, each of which begins its next step when the one before is done. */

/** Steps between two turns of the event loop at most. */
const STEPS_A_TURN = 64

/**
 * Takes `count` steps, at most `width` of them at once. Steps that wait for nothing would keep the event loop from ever
 * turning, which requests of a real app never do; so it is made to turn now and then.
 *
 * @returns ms that it took
 */
export async function inFlight(count: number, width: number, step: (number: number) => Promise<unknown>): Promise<number> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const number = next++
      await step(number)
      if (number % STEPS_A_TURN === 0) await turn()
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: width }, worker))
  return performance.now() - start
}

/** Resolves in the next turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

/** Steps a second. */
export function perSecond(count: number, ms: number): number {
  return (count / ms) * 1_000
}

/** Waits until something holds; looks every few ms. */
export async function until(what: string, holds: () => boolean, patience = 60_000): Promise<void> {
  const deadline = performance.now() + patience
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited ${patience} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
