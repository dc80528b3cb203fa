/** How much a decoded frame holds: what a hostile frame may not blow up. */

/** Bytes of texts and byte fields, and 16 for every object and number around them. */
export function weightOf(value: unknown): number {
  if (value instanceof Uint8Array) return 16 + value.length
  if (typeof value === 'string') return 16 + value.length
  if (typeof value !== 'object' || value === null) return 16
  return Object.values(value).reduce<number>((sum, each) => sum + weightOf(each), 16)
}
