/** Results as charts: one SVG a measurement, a group of bars for each figure, the goal as a line. */
import type { Result, Row } from './result.js'

const WIDTH = 760
const LABEL = 250
const BAR = 18
const GAP = 6
const HEAD = 30
/** Beside the longest bar, for its number. */
const NUMBER = 90

const COLOURS = ['#2563eb', '#0d9488', '#9ca3af', '#dc2626', '#f59e0b', '#7c3aed'] as const

/** The chart of a measurement. */
export function chartOf({ title, rows }: Result): string {
  const figures = [...new Set(rows.map(({ figure, unit }) => `${figure}, ${unit}`))]
  const variants = [...new Set(rows.map(({ variant }) => variant))]
  const parts: string[] = []
  let y = HEAD + 10
  for (const figure of figures) {
    const own = rows.filter((row) => `${row.figure}, ${row.unit}` === figure)
    parts.push(text(8, y + 12, figure, 'font-weight="600"'))
    y += 20
    parts.push(...barsOf(own, variants, y))
    y += own.length * (BAR + GAP) + 10
  }
  const head = `<text x="8" y="20" font-size="14" font-weight="700">${escaped(title)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${[head, ...parts].join('\n')}
</svg>
`
}

function barsOf(rows: readonly Row[], variants: readonly string[], top: number): string[] {
  const goals = rows.flatMap(({ goal }) => (goal === undefined ? [] : ['atMost' in goal ? goal.atMost : goal.atLeast]))
  const most = Math.max(...rows.map(({ max }) => max), ...goals)
  const x = (value: number): number => LABEL + (value / most) * (WIDTH - LABEL - NUMBER)
  const bars = rows.flatMap((row, i) => {
    const y = top + i * (BAR + GAP)
    const colour = COLOURS[variants.indexOf(row.variant) % COLOURS.length] ?? COLOURS[0]
    return [
      text(LABEL - 8, y + 13, row.variant, 'text-anchor="end"'),
      `<rect x="${LABEL}" y="${y}" width="${(x(row.median) - LABEL).toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
      `<path d="M${x(row.min).toFixed(1)} ${y + BAR / 2}H${x(row.max).toFixed(1)}" stroke="#111"/>`,
      text(x(row.max) + 6, y + 13, row.median.toLocaleString('en-US', { maximumSignificantDigits: 3 })),
    ]
  })
  const bottom = top + rows.length * (BAR + GAP)
  const lines = [...new Set(goals)].map((goal) => `<path d="M${x(goal).toFixed(1)} ${top - 3}V${bottom}" stroke="#dc2626" stroke-dasharray="4 3"><title>goal</title></path>`)
  return [...bars, ...lines]
}

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${more}>${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
