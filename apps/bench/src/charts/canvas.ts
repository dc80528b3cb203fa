/**
 * What charts are drawn with: SVG text, readable on dark and on light, as the reader's system has it. No scripts, no fonts
 * but the system's.
 */

/** Roles that have a colour: ours are strong, others calm, limits grey. */
export type Tone = 'ours' | 'ours-2' | 'redis' | 'redis-2' | 'hocuspocus' | 'relay' | 'floor' | 'limit'

/** A colour on light and on dark. */
const COLOURS: Readonly<Record<Tone, readonly [light: string, dark: string]>> = {
  ours: ['#1d4ed8', '#60a5fa'],
  'ours-2': ['#0891b2', '#22d3ee'],
  redis: ['#dc2626', '#f87171'],
  'redis-2': ['#f59e0b', '#fbbf24'],
  hocuspocus: ['#9333ea', '#c084fc'],
  relay: ['#16a34a', '#4ade80'],
  floor: ['#64748b', '#94a3b8'],
  limit: ['#475569', '#cbd5e1'],
}

const PLAIN = { '.card': ['fill:#ffffff;stroke:#e2e8f0', 'fill:#0d1117;stroke:#30363d'], '.text': ['fill:#1e293b', 'fill:#e6edf3'], '.quiet': ['fill:#64748b', 'fill:#9da7b3'], '.grid': ['stroke:#e2e8f0', 'stroke:#262c34'], '.axis': ['stroke:#94a3b8', 'stroke:#57606a'] } as const

function rules(side: 0 | 1): string {
  const tones = Object.entries(COLOURS).map(([tone, colours]) => `.fill-${tone}{fill:${colours[side]}}.stroke-${tone}{stroke:${colours[side]}}`)
  return [...tones, ...Object.entries(PLAIN).map(([selector, looks]) => `${selector}{${looks[side]}}`)].join('')
}

/** The looks on dark, for who draws a chart where no system says which to take. */
export const DARK = rules(1)

/** A text in a chart. */
export interface Label {
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly size?: number
  readonly bold?: boolean
  readonly class?: string
}

/** A picture of some size, drawn piece by piece. */
export class Canvas {
  readonly width: number
  readonly height: number
  readonly #title: string
  readonly #pieces: string[] = []

  /** @param title what it shows, also for who cannot see it */
  constructor(width: number, height: number, title: string) {
    this.width = width
    this.height = height
    this.#title = title
  }

  /** Writes. */
  text(x: number, y: number, content: string, { anchor = 'start', size = 12, bold = false, class: look = 'text' }: Label = {}): void {
    this.#pieces.push(`<text x="${fixed(x)}" y="${fixed(y)}" class="${look}" text-anchor="${anchor}" font-size="${size}"${bold ? ' font-weight="600"' : ''}>${escaped(content)}</text>`)
  }

  /** Draws a line through points. */
  line(points: readonly (readonly [x: number, y: number])[], look: string, { width = 1, dashes = '' }: { readonly width?: number; readonly dashes?: string } = {}): void {
    const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${fixed(x)} ${fixed(y)}`).join('')
    this.#pieces.push(`<path d="${path}" class="${look}" fill="none" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}/>`)
  }

  /** Fills a rectangle. */
  bar(x: number, y: number, width: number, height: number, look: string, opacity = 1): void {
    this.#pieces.push(`<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(Math.max(0, width))}" height="${fixed(height)}" rx="2" class="${look}"${opacity === 1 ? '' : ` opacity="${opacity}"`}/>`)
  }

  /** Draws a point. */
  dot(x: number, y: number, look: string, radius = 3.2): void {
    this.#pieces.push(`<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${radius}" class="${look}"/>`)
  }

  /** The picture. */
  toString(): string {
    const { width, height } = this
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif">
<title>${escaped(this.#title)}</title>
<style>${rules(0)}@media (prefers-color-scheme: dark){${rules(1)}}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" class="card"/>
${this.#pieces.join('\n')}
</svg>
`
  }
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
