/** A small plot over time, drawn by uPlot. Beside the picture stands its latest figure as text, which is what screen readers get. */
import { useEffect, useRef } from 'preact/hooks'
import type { ReadonlySignal } from '@preact/signals'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './plot.css'

/** One line of a plot. */
export interface Line {
  readonly name: string
  /** A custom property, `--accent`. */
  readonly colour: string
  readonly isFilled?: boolean
}

/** What to plot. */
export interface PlotProps {
  readonly title: string
  readonly lines: readonly Line[]
  /** Seconds since 1970, then a row for each line. */
  readonly data: ReadonlySignal<uPlot.AlignedData>
  /** How a value reads on the axis and under the pointer. */
  readonly shape: (value: number) => string
  /** Top of the scale where it is fixed. */
  readonly top?: number
}

/** CSS pixels. */
const HEIGHT = 132

/** The plot; it redraws when its data, its width or the colour scheme changes. */
export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const { data } = props
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    let plot = draw(element, props)
    const redraw = (): void => {
      plot.destroy()
      plot = draw(element, props)
    }
    const unsubscribe = data.subscribe((rows) => plot.setData(rows))
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    scheme.addEventListener('change', redraw)
    return () => {
      scheme.removeEventListener('change', redraw)
      resized.disconnect()
      unsubscribe()
      plot.destroy()
    }
  }, [])
  return <div class="plot" ref={place} role="img" aria-label={`${props.title}, the last ten minutes`} />
}

function draw(element: HTMLElement, { lines, data, shape, top }: PlotProps): uPlot {
  const style = getComputedStyle(element)
  const colour = (name: string): string => resolved(element, name)
  const axis = { stroke: colour('--faint'), font: `11px ${style.fontFamily}`, ticks: { show: false } }
  const grid = { stroke: colour('--line-soft'), width: 1 }
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [10, 6, 0, 0],
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, top ?? (max > 0 ? max * 1.15 : 1)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 22, space: 90, values: (_, ticks, __, ___, step) => ticks.map((at) => new Date(at * 1_000).toISOString().slice(11, step < 60 ? 19 : 16)) },
        { ...axis, grid, size: 58, space: 34, values: (_, ticks) => ticks.map(shape) },
      ],
      series: [
        {},
        ...lines.map(({ name, colour: line, isFilled = false }) => {
          const stroke = colour(line)
          return { label: name, stroke, width: 1.5, points: { show: false }, spanGaps: false, ...(isFilled && { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` }) }
        }),
      ],
      hooks: { setCursor: [(plot) => hint(element, plot, lines, shape)] },
    },
    data.value,
    element,
  )
}

/** A custom property as a colour of the present scheme: canvases understand no light-dark(). */
function resolved(element: HTMLElement, name: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Writes the values under the pointer above the plot. */
function hint(element: HTMLElement, plot: uPlot, lines: readonly Line[], shape: (value: number) => string): void {
  const index = plot.cursor.idx
  if (index === null || index === undefined) return void element.removeAttribute('data-hint')
  const at = plot.data[0][index] ?? 0
  const values = lines.map(({ name }, line) => {
    const value = plot.data[line + 1]?.[index]
    return `${name} ${value === null || value === undefined ? '–' : shape(value)}`
  })
  element.setAttribute('data-hint', `${new Date(at * 1_000).toISOString().slice(11, 19)}  ${values.join('  ')}`)
}
