/** How much a decoded frame holds: what a hostile frame may not blow up. */

/** Bytes of texts, byte fields and tables, and 16 for every object and number around them. */
export function weightOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return 16 + value.byteLength
  if (typeof value === 'string') return 16 + value.length
  if (typeof value !== 'object' || value === null) return 16
  return Object.values(value).reduce<number>((sum, each) => sum + weightOf(each), 16)
}
