/** Waits for a condition that no event tells of. The only place where tests wait by the clock. */

/** ms between two looks. */
const INTERVAL = 5

/**
 * Looks until there is something.
 *
 * @param what the condition, as the end of the sentence "in vain it was waited that …"
 * @param look gives a falsy value as long as the condition does not hold; may be asynchronous
 * @param limit ms after which waiting is in vain; generous, so that only a defect reaches it
 * @returns what `look` gave
 */
export async function eventually<T>(what: string, look: () => T | Promise<T>, limit = 15_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + limit
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`in vain it was waited that ${what}`)
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}
