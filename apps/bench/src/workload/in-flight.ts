/** Closed loops: a number of workers, each of which begins its next step when the one before is done. */

/**
 * Takes `count` steps, at most `width` of them at once.
 *
 * @returns ms that it took
 */
export async function inFlight(count: number, width: number, step: (number: number) => Promise<unknown>): Promise<number> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await step(next++)
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: width }, worker))
  return performance.now() - start
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
