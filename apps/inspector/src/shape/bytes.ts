/** Amounts of bytes for people: SI units, three digits at most. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Between figure and unit: a line never breaks there. */
export const SPACE = '\u00a0'

/** `0 B`, `347 B`, `1.24 kB`, `28.1 MB`: three significant digits, no more. */
export function bytes(count: number): string {
  let value = count
  let unit = 0
  while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : significant(value)}${SPACE}${UNITS[unit]}`
}

/** A figure with three significant digits and no more: `3.42`, `34.2`, `342`; thousands are separated. */
export function significant(value: number): string {
  const size = Math.abs(value)
  if (size >= 99.95) return whole(value)
  return value.toFixed(size < 9.995 && size > 0 ? 2 : 1).replace(/\.0+$/, '')
}

/** A count with separated thousands: `100,000`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}

/** A share of 1 as per cent: `91 %`, `99.3 %`. */
export function percent(share: number): string {
  const value = share * 100
  return `${value > 99 && value < 100 ? Math.min(99.9, value).toFixed(1) : Math.round(value)}${SPACE}%`
}
