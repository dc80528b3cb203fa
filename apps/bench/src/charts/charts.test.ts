/** Charts say what was measured, leave out what was not, and are sound SVG for dark and light. */
import { describe, expect, it } from 'vitest'
import type { Result, Row } from '../result.js'
import { drawBars } from './bar-chart.js'
import { chartsOf } from './charts.js'
import { drawLines } from './line-chart.js'

function row(variant: string, figure: string, unit: Row['unit'], median: number, at?: number): Row {
  return { variant, figure, unit, values: [median], median, min: median * 0.9, max: median * 1.1, ...(at !== undefined && { at }) }
}

function result(name: string, ...rows: Row[]): Result {
  return { name, title: name, shows: '', terms: '', rows, absent: [] }
}

const sweep = result('throughput', ...['embedded', 'connect-redis + WAIT 1', 'ws alone'].flatMap((variant, i) => [1, 64].map((at) => row(variant, 'saves, in flight', '/s', 1_000 * (i + 1) * at, at))))

describe('the charts', () => {
  it('are drawn from what was measured, and left out where nothing was', () => {
    expect([...chartsOf([]).keys()]).toEqual([])
    expect([...chartsOf([sweep]).keys()]).toEqual(['throughput.svg'])
  })

  it('name every system, and the limit as a dashed line', () => {
    const chart = chartsOf([sweep]).get('throughput.svg') ?? ''
    for (const name of ['Understudy, embedded', 'connect-redis + WAIT 1', 'limit: ws alone']) expect(chart).toContain(name)
    expect(chart.match(/stroke-dasharray="5 4"/g)).toHaveLength(1)
    expect(chart).toContain('logarithmic')
  })

  it('have colours for dark and for light [BEN-6]', () => {
    const chart = chartsOf([sweep]).get('throughput.svg') ?? ''
    expect(chart).toContain('@media (prefers-color-scheme: dark)')
    for (const [, look = ''] of chart.matchAll(/class="([^"]+)"/g)) expect(chart).toContain(`.${look}{`)
  })

  it('mark what is cited and not measured [BEN-6]', () => {
    const chart = chartsOf([result('link-bytes', row('batched, 64 in flight', 'a changed attribute', 'B', 38))]).get('bytes-per-change.svg') ?? ''
    expect(chart).toContain('700 · cited, not measured')
  })

  it('show where a file of results has variants that no chart knows', () => {
    expect(chartsOf([result('throughput', row('another', 'saves, in flight', '/s', 1, 1))]).size).toBe(0)
  })
})

describe('a chart of bars', () => {
  const bar = { name: 'a & b <c>', tone: 'ours', value: 50, min: 40, max: 60 } as const

  it('begins at 0 where its axis is linear: half the value is half the bar [BEN-6]', () => {
    const chart = drawBars({ title: 't', subtitle: 's', groups: [{ title: 'g', unit: 'B', axis: 'linear', bars: [bar, { ...bar, value: 25, min: 25, max: 25 }] }] })
    const widths = Array.from(chart.matchAll(/<rect [^>]*width="([\d.]+)"[^>]*class="fill-ours"/g), ([, width]) => Number(width))
    expect(widths).toHaveLength(2)
    expect(widths[1]).toBeCloseTo((widths[0] ?? 0) / 2, 0)
  })

  it('has points, no bars, where its axis is logarithmic', () => {
    const chart = drawBars({ title: 't', subtitle: 's', groups: [{ title: 'g', unit: 'B', axis: 'logarithmic', bars: [bar] }] })
    expect(chart).not.toMatch(/<rect [^>]*class="fill-ours"/)
    expect(chart).toMatch(/<circle [^>]*class="fill-ours"/)
  })

  it('writes names as text, whatever they hold', () => {
    const chart = drawBars({ title: 't', subtitle: 's', groups: [{ title: 'g', unit: 'B', axis: 'linear', bars: [bar] }] })
    expect(chart).toContain('a &amp; b &lt;c&gt;')
  })
})

describe('a chart of lines', () => {
  it('never writes names of lines over each other', () => {
    const line = (name: string, y: number) => ({ name, tone: 'floor', points: [{ x: 1, y, min: y, max: y }, { x: 2, y, min: y, max: y }] }) as const
    const chart = drawLines({ title: 't', subtitle: 's', xTitle: 'x', yTitle: 'y', y: 'linear', lines: [line('one', 10), line('two', 10), line('three', 10.1)] })
    const heights = Array.from(chart.matchAll(/y="([\d.]+)" class="fill-floor"/g), ([, y]) => Number(y)).toSorted((a, b) => a - b)
    expect(heights).toHaveLength(3)
    expect(Math.min(...heights.slice(1).map((y, i) => y - (heights[i] ?? 0)))).toBeGreaterThanOrEqual(15)
  })
})
