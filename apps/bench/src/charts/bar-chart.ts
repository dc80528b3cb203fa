/** Things to be compared, in groups, each on an axis of its own unit: bars from 0 up, or points where it is logarithmic. */
import { Canvas } from './canvas.js'
import type { Tone } from './canvas.js'
import { linear, logarithmic, short } from './scale.js'
import type { Scale } from './scale.js'

/** One bar. */
export interface Bar {
  readonly name: string
  readonly tone: Tone
  readonly value: number
  readonly min: number
  readonly max: number
  /** Said beside its value. */
  readonly note?: string
  /** Not measured by us, but cited: drawn pale. */
  readonly cited?: boolean
}

/** A line over all bars of a group. */
export interface Mark {
  readonly name: string
  readonly value: number
}

/** Bars of one unit. */
export interface Group {
  readonly title: string
  readonly unit: string
  readonly axis: 'linear' | 'logarithmic'
  readonly bars: readonly Bar[]
  readonly limit?: Mark
}

/** A chart of bars. */
export interface BarChart {
  readonly title: string
  readonly subtitle: string
  readonly groups: readonly Group[]
}

const WIDTH = 900
const [LEFT, RIGHT] = [230, 720]
const [BAR, GAP] = [18, 8]
const HEAD = 62
/** Above the bars of a group, more so where there is a limit to be named, and below them. */
const [ABOVE, NAMED, BELOW] = [36, 54, 34]

/** Draws it. The thin lines are the least and the greatest of all runs. */
export function drawBars({ title, subtitle, groups }: BarChart): string {
  const heights = groups.map((group) => aboveOf(group) + group.bars.length * (BAR + GAP) + BELOW)
  const canvas = new Canvas(WIDTH, HEAD + heights.reduce((sum, height) => sum + height, 0), title)
  canvas.text(20, 28, title, { size: 16, bold: true })
  canvas.text(20, 47, subtitle, { size: 11.5, class: 'quiet' })
  let top = HEAD
  for (const [i, group] of groups.entries()) {
    drawGroup(canvas, group, top)
    top += heights[i] ?? 0
  }
  return canvas.toString()
}

function axisOf({ axis, bars, limit }: Group): Scale {
  const values = [...bars.flatMap(({ value, min, max }) => [value, min, max]), ...(limit ? [limit.value] : [])].filter((value) => value > 0)
  if (axis === 'linear') return linear(Math.max(...values), [LEFT, RIGHT])
  return logarithmic(Math.min(...values) / 1.5, Math.max(...values), [LEFT, RIGHT])
}

function aboveOf({ limit }: Group): number {
  return limit === undefined ? ABOVE : NAMED
}

function drawGroup(canvas: Canvas, group: Group, top: number): void {
  const { title, unit, axis, bars, limit } = group
  const scale = axisOf(group)
  const [first, bottom] = [top + aboveOf(group), top + aboveOf(group) + bars.length * (BAR + GAP)]
  canvas.text(20, top + 18, title, { bold: true })
  canvas.text(RIGHT, top + 18, axis === 'linear' ? unit : `${unit}, logarithmic`, { anchor: 'end', size: 11, class: 'quiet' })
  for (const tick of scale.ticks) {
    canvas.line([[scale.of(tick), first - 6], [scale.of(tick), bottom]], 'grid')
    canvas.text(scale.of(tick), bottom + 14, short(tick), { anchor: 'middle', size: 11, class: 'quiet' })
  }
  for (const [i, bar] of bars.entries()) drawBar(canvas, bar, scale, first + i * (BAR + GAP), axis === 'logarithmic')
  canvas.line([[LEFT, first - 6], [LEFT, bottom]], 'axis')
  if (limit === undefined) return
  canvas.line([[scale.of(limit.value), first - 8], [scale.of(limit.value), bottom]], 'stroke-limit', { width: 1.5, dashes: '5 4' })
  canvas.text(scale.of(limit.value), first - 12, `${limit.name}: ${short(limit.value)}`, { anchor: scale.of(limit.value) > LEFT + 60 ? 'middle' : 'start', size: 11, class: 'fill-limit' })
}

function drawBar(canvas: Canvas, { name, tone, value, min, max, note, cited }: Bar, scale: Scale, y: number, isPoint: boolean): void {
  const end = value > 0 ? scale.of(value) : LEFT
  const ours = tone.startsWith('ours')
  canvas.text(LEFT - 10, y + 13, name, { anchor: 'end', size: 11.5, bold: ours })
  if (isPoint) {
    // The length of a bar would say nothing where the axis does not begin at 0.
    canvas.line([[LEFT, y + BAR / 2], [end, y + BAR / 2]], `stroke-${tone}`, { width: 1.2, dashes: '1 4' })
    canvas.dot(end, y + BAR / 2, `fill-${tone}`, 5.5)
  } else canvas.bar(LEFT, y, end - LEFT, BAR, `fill-${tone}`, cited ? 0.35 : 1)
  const hasSpread = max > min && min > 0
  if (hasSpread) canvas.line([[scale.of(min), y + BAR / 2], [scale.of(max), y + BAR / 2]], 'axis', { width: 1.5 })
  const said = [short(value), ...(note === undefined ? [] : [note]), ...(cited ? ['cited, not measured'] : [])].join(' · ')
  canvas.text(Math.max(end, hasSpread ? scale.of(max) : end) + 9, y + 13, said, { size: 11.5, bold: ours })
}
