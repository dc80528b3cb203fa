/** Axes: where a value stands, and which values are written beside them. */

/** A way from values to places. */
export interface Scale {
  /** The place of a value. */
  of(value: number): number
  /** Values to be written at the axis. */
  readonly ticks: readonly number[]
}

/** From 0 up; the ticks are 1, 2 or 5 times a power of ten apart, some `count` of them. */
export function linear(most: number, [from, to]: readonly [number, number], count = 5): Scale {
  const rough = most / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const end = Math.ceil(most / step) * step
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step)
  return { of: (value) => from + (value / end) * (to - from), ticks }
}

/** Each power of ten as far as from the next. Values must be above 0. */
export function logarithmic(least: number, most: number, [from, to]: readonly [number, number]): Scale {
  const [low, high] = [Math.floor(Math.log10(least)), Math.max(Math.floor(Math.log10(least)) + 1, Math.ceil(Math.log10(most) - 1e-9))]
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
  return { of: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from), ticks }
}

/** Some values that are each as far from the next, whatever they are. */
export function ordinal(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const gap = (to - from) / Math.max(1, values.length - 1)
  return { of: (value) => from + values.indexOf(value) * gap, ticks: values }
}

/** A value in three figures, with k and M. */
export function short(value: number): string {
  const [scaled, unit] = value >= 999_500 ? [value / 1e6, ' M'] : value >= 9_995 ? [value / 1e3, ' k'] : [value, '']
  return `${Number(scaled.toPrecision(3)).toLocaleString('en-US')}${unit}`
}
