/** Lines over an axis of steps: what grows with what. */
import { Canvas } from './canvas.js'
import type { Tone } from './canvas.js'
import { linear, logarithmic, ordinal, short } from './scale.js'

/** One line. */
export interface Line {
  readonly name: string
  readonly tone: Tone
  /** By `x`, in order. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly min: number; readonly max: number }[]
}

/** A chart of lines. */
export interface LineChart {
  readonly title: string
  /** What was measured, and on what terms, in a line. */
  readonly subtitle: string
  readonly xTitle: string
  readonly yTitle: string
  readonly y: 'linear' | 'logarithmic'
  readonly lines: readonly Line[]
}

const [WIDTH, HEIGHT] = [900, 430]
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 620, 88, 376]
/** Between two names at the ends of lines. */
const LEADING = 16

/** Draws it. The thin bars are the least and the greatest of all runs. */
export function drawLines({ title, subtitle, xTitle, yTitle, y: kind, lines }: LineChart): string {
  const canvas = new Canvas(WIDTH, HEIGHT, title)
  canvas.text(20, 28, title, { size: 16, bold: true })
  canvas.text(20, 47, subtitle, { size: 11.5, class: 'quiet' })
  const points = lines.flatMap((line) => line.points)
  const steps = [...new Set(points.map(({ x }) => x))].toSorted((a, b) => a - b)
  const x = ordinal(steps, [LEFT + 14, RIGHT - 14])
  const most = Math.max(...points.map(({ max }) => max))
  const y = kind === 'linear' ? linear(most, [BOTTOM, TOP]) : logarithmic(Math.min(...points.map(({ min }) => min)), most, [BOTTOM, TOP])
  for (const tick of y.ticks) {
    canvas.line([[LEFT, y.of(tick)], [RIGHT, y.of(tick)]], 'grid')
    canvas.text(LEFT - 8, y.of(tick) + 4, short(tick), { anchor: 'end', size: 11, class: 'quiet' })
  }
  canvas.line([[LEFT, BOTTOM], [RIGHT, BOTTOM]], 'axis')
  for (const tick of x.ticks) canvas.text(x.of(tick), BOTTOM + 18, short(tick), { anchor: 'middle', size: 11, class: 'quiet' })
  canvas.text((LEFT + RIGHT) / 2, BOTTOM + 38, xTitle, { anchor: 'middle', class: 'quiet' })
  canvas.text(LEFT - 8, TOP - 10, yTitle, { anchor: 'start', size: 11, class: 'quiet' })
  for (const line of lines) drawLine(canvas, line, x.of, y.of)
  nameEnds(canvas, lines, x.of, y.of)
  return canvas.toString()
}

function drawLine(canvas: Canvas, { points, tone }: Line, x: (value: number) => number, y: (value: number) => number): void {
  const isLimit = tone === 'limit'
  for (const point of points) if (!isLimit && point.max > point.min) canvas.line([[x(point.x), y(point.min)], [x(point.x), y(point.max)]], `stroke-${tone}`, { width: 1 })
  canvas.line(points.map((point) => [x(point.x), y(point.y)]), `stroke-${tone}`, isLimit ? { width: 1.5, dashes: '5 4' } : { width: tone.startsWith('ours') ? 3 : 2 })
  for (const point of points) if (!isLimit) canvas.dot(x(point.x), y(point.y), `fill-${tone}`)
}

/** Names each line where it ends, so that nobody must look up a colour; names never lie on each other. */
function nameEnds(canvas: Canvas, lines: readonly Line[], x: (value: number) => number, y: (value: number) => number): void {
  const ends = lines.flatMap(({ name, tone, points }) => {
    const last = points.at(-1)
    return last === undefined ? [] : [{ name, tone, value: last.y, end: x(last.x), wanted: y(last.y) }]
  }).toSorted((a, b) => a.wanted - b.wanted)
  const overflow = (ends.length - 1) * LEADING
  let at = Math.max(TOP, Math.min(ends[0]?.wanted ?? TOP, BOTTOM - overflow))
  for (const [i, { name, tone, value, end, wanted }] of ends.entries()) {
    const room = BOTTOM - (ends.length - 1 - i) * LEADING
    at = i === 0 ? at : Math.min(Math.max(wanted, at + LEADING), room)
    canvas.line([[end + 6, wanted], [RIGHT + 4, at], [RIGHT + 10, at]], `stroke-${tone}`, { width: 0.8 })
    canvas.text(RIGHT + 14, at + 4, `${name} · ${short(value)}`, { size: 11.5, class: `fill-${tone}`, bold: tone.startsWith('ours') })
  }
}
