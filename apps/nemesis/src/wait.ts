/** Waiting by the clock: nothing tells when processes that are killed, split and paused have found together again. */

/** ms between two looks. */
const INTERVAL = 20

/** Resolves after so many ms. */
export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** What was waited for in vain. */
export class InVain extends Error {}

/**
 * Looks until there is something.
 *
 * @param what the end of the sentence "in vain it was waited that …"
 * @param look gives undefined or false as long as it is to wait; throwing counts as that
 * @param limit ms after which waiting is in vain
 * @throws InVain, with what the last look threw as its cause
 */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>, limit: number): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + limit
  for (;;) {
    let cause: unknown
    try {
      const found = await look()
      if (isFound(found)) return found
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline) throw new InVain(`in vain it was waited that ${what}`, { cause })
    await rest(INTERVAL)
  }
}

function isFound<T>(found: T): found is Exclude<T, undefined | false> {
  return found !== undefined && found !== false
}
