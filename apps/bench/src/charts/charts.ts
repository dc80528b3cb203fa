/** The charts of a run: which figures of which measurements each is drawn from. One whose figures were not measured is left out. */
import type { Result, Row } from '../result.js'
import { drawBars } from './bar-chart.js'
import type { Bar, Group } from './bar-chart.js'
import type { Tone } from './canvas.js'
import { drawLines } from './line-chart.js'
import type { Line } from './line-chart.js'

/** Bytes of the name and the value that change, as any encoding must carry them. */
const LEAST_BYTES = 28
/** Bytes of the session's own names and values. */
const SESSION_BYTES = 1_123

/** How a variant is named in charts, and its colour. */
const SHOWN: Readonly<Record<string, readonly [name: string, tone: Tone]>> = {
  embedded: ['Understudy, embedded', 'ours'],
  client: ['Understudy, client → server', 'ours-2'],
  'client → server → back-up': ['Understudy, client → server', 'ours-2'],
  'a node in each app': ['Understudy, a node in each app', 'ours'],
  Understudy: ['Understudy', 'ours'],
  'Understudy, three members': ['Understudy, three members', 'ours'],
  'batched, 64 in flight': ['Understudy, 64 in flight', 'ours'],
  'unbatched, 1 save in flight': ['Understudy, one at a time', 'ours-2'],
  touches: ['Understudy', 'ours'],
  'one primary': ['Understudy', 'ours'],
  'connect-redis + WAIT 1': ['connect-redis + WAIT 1', 'redis'],
  'connect-redis': ['connect-redis, no WAIT', 'redis-2'],
  'SET + WAIT 1': ['Redis SET + WAIT 1', 'redis-2'],
  HSET: ['Redis HSET of the field', 'redis-2'],
  redis: ['Redis', 'redis'],
  'redis replica': ['Redis, backlog of 1 MiB', 'redis'],
  'redis replica, backlog of 16 MiB': ['Redis, backlog of 16 MiB', 'redis-2'],
  'Redis Sentinel, tuned to 1 s': ['Redis Sentinel, tuned to 1 s', 'redis-2'],
  'Redis Sentinel as it comes': ['Redis Sentinel as it comes', 'redis'],
  'plain floor': ['plain Yjs + ws', 'floor'],
  'plain live Y.Doc': ['a live Y.Doc', 'floor'],
  'Y.Map, live': ['Y.Map: Hocuspocus, y-protocols', 'hocuspocus'],
  'y-protocols relay': ['y-protocols relay', 'relay'],
  Hocuspocus: ['Hocuspocus', 'hocuspocus'],
  'updates unopened': ['limit: updates unopened', 'limit'],
  'ws alone': ['limit: ws alone', 'limit'],
  'each app by itself': ['limit: nothing is shared', 'limit'],
}

/** Rows of a run, to be asked for by measurement, title and unit. */
class Figures {
  readonly #results: readonly Result[]

  constructor(results: readonly Result[]) {
    this.#results = results
  }

  /** The rows of figures with this title. */
  rows(name: string, title: string, unit?: string): readonly Row[] {
    const rows = this.#results.find((result) => result.name === name)?.rows ?? []
    return rows.filter((row) => row.figure === title && (unit === undefined || row.unit === unit) && row.variant in SHOWN)
  }

  /** A group of bars, one a variant; empty where nothing was measured. @param notes said beside the bars of some variants */
  group(title: string, unit: string, axis: Group['axis'], rows: readonly Row[], more: { readonly limit?: Group['limit']; readonly cited?: readonly Bar[]; readonly factor?: number } = {}): Group[] {
    const { limit, cited = [], factor = 1 } = more
    if (rows.length === 0) return []
    const bars = rows.map((row): Bar => {
      const [name, tone] = shown(row.variant)
      return { name, tone, value: row.median * factor, min: row.min * factor, max: row.max * factor }
    })
    return [{ title, unit, axis, bars: [...bars, ...cited], ...(limit && { limit }) }]
  }
}

function shown(variant: string): readonly [name: string, tone: Tone] {
  return SHOWN[variant] ?? [variant, 'floor']
}

/** Lines by variant, from rows that say where they stand. */
function linesOf(rows: readonly (Row & { readonly x: number })[]): Line[] {
  const variants = [...new Set(rows.map(({ variant }) => variant))]
  return variants.map((variant) => {
    const [name, tone] = shown(variant)
    const points = rows.filter((row) => row.variant === variant).map(({ x, median, min, max }) => ({ x, y: median, min, max }))
    return { name, tone, points }
  })
}

const citedBytes = (value: number): Bar => ({ name: 'Tomcat DeltaManager', tone: 'floor', value, min: value, max: value, cited: true })

function throughput(figures: Figures): string | undefined {
  const rows = figures.rows('throughput', 'saves, in flight').flatMap((row) => (row.at === undefined ? [] : [{ ...row, x: row.at }]))
  if (rows.length === 0) return undefined
  return drawLines({
    title: 'Saves a second against saves in flight',
    subtitle: 'W1: 20 of 1,123 bytes change in one of 10,000 sessions; in memory; a save counts when two processes hold it. Higher is better.',
    xTitle: 'saves in flight',
    yTitle: 'saves a second, logarithmic',
    y: 'logarithmic',
    lines: linesOf(rows),
  })
}

const PERCENTILES = { 'half of all saves within': 50, '90 % of all saves within': 90, '99 % of all saves within': 99, '99.9 % of all saves within': 99.9 } as const

function latency(figures: Figures, name: string, load: string): string | undefined {
  const rows = Object.entries(PERCENTILES).flatMap(([title, x]) => figures.rows(name, title).map((row) => ({ ...row, x })))
  if (rows.length === 0) return undefined
  return drawLines({
    title: `How long a save takes, ${load}`,
    subtitle: 'W1; in memory; a save counts when two processes hold it (connect-redis, no WAIT: one). Lower is better.',
    xTitle: 'percentile of saves',
    yTitle: 'µs, logarithmic',
    y: 'logarithmic',
    lines: linesOf(rows),
  })
}

function bytes(figures: Figures): string | undefined {
  const groups = [
    ...figures.group('One attribute of 20 bytes changes', 'bytes between the two copies', 'logarithmic', figures.rows('link-bytes', 'a changed attribute'), { limit: { name: 'name and value', value: LEAST_BYTES }, cited: [citedBytes(700)] }),
    ...figures.group('A request only reads (its idle deadline moves)', 'bytes between the two copies', 'logarithmic', figures.rows('touches', 'a reading request'), { cited: [citedBytes(656)] }),
  ]
  return groups.length === 0 ? undefined : drawBars({ title: 'Bytes per change', subtitle: 'All bytes of both directions above TCP, counted by a relay; two copies, in memory. Lower is better.', groups })
}

function memory(figures: Figures): string | undefined {
  const limit = { name: 'names and values', value: SESSION_BYTES }
  const groups = [
    ...['memory', 'memory-million'].flatMap((name) => {
      const many = name === 'memory' ? '100,000 sessions' : '1,000,000 sessions'
      const side = (title: string, other: string): Row[] => [...figures.rows(name, title), ...figures.rows(name, other)]
      return [
        ...figures.group(`Primary and Redis master, ${many}`, 'bytes resident a session', 'linear', side('a session on the primary, resident', 'a session on the master, resident'), { limit }),
        ...figures.group(`Back-up and Redis replica, ${many}`, 'bytes resident a session', 'linear', side('a session on the back-up, resident', 'a session on the replica, resident'), { limit }),
      ]
    }),
    ...figures.group('Servers of live documents', 'bytes resident a document', 'linear', figures.rows('memory', 'a document on the server, resident'), { limit }),
  ]
  return groups.length === 0 ? undefined : drawBars({ title: 'Memory of a session at rest', subtitle: 'Ten attributes, 1.1 kB; growth of the whole process’ resident memory, divided. Two copies. Lower is better.', groups })
}

function documents(figures: Figures): string | undefined {
  const rows = figures.rows('document-size', 'encoded size, after writes').flatMap((row) => (row.at === undefined ? [] : [{ ...row, x: row.at }]))
  const fresh = figures.rows('document-size', 'encoded size of a fresh one')[0]
  if (rows.length === 0 || fresh === undefined) return undefined
  const steps = [...new Set(rows.map(({ x }) => x))]
  const limit: Line = { name: 'a fresh session', tone: 'limit', points: steps.map((x) => ({ x, y: fresh.median, min: fresh.median, max: fresh.median })) }
  return drawLines({
    title: 'What a session weighs after a long life',
    subtitle: 'Ten attributes of 20 bytes, written in turns: bytes of its encoded document. Lower is better.',
    xTitle: 'writes so far',
    yTitle: 'bytes, logarithmic',
    y: 'logarithmic',
    lines: [...linesOf(rows), limit],
  })
}

function recovery(figures: Figures): string | undefined {
  const first = figures.rows('sync', 'first sync', 'ms')
  const groups = [
    ...figures.group('A new copy of 100,000 sessions', 'ms', 'linear', first),
    ...figures.group('A copy returns: 1,000 of 100,000 sessions changed', 'ms', 'logarithmic', figures.rows('sync', 'resume', 'ms')),
    ...figures.group('The same, what is sent', 'bytes', 'logarithmic', figures.rows('sync', 'resume', 'B'), { limit: { name: '1,000 names and values', value: 1_000 * LEAST_BYTES } }),
    ...figures.group('Servers of documents: 100 of 10,000 changed', 'ms', 'linear', figures.rows('document-sync', 'resume', 'ms')),
    ...figures.group('A primary is killed: until saves are held by two again', 'ms', 'logarithmic', figures.rows('fail-over', 'until saves are held by two again')),
  ]
  return groups.length === 0 ? undefined : drawBars({ title: 'Recovery', subtitle: 'In memory, two copies before and after. Lower is better.', groups })
}

function pages(figures: Figures): string | undefined {
  const groups = [
    ...figures.group('Express: pages that change a session', 'pages a second', 'linear', figures.rows('shop', 'pages that change an attribute')),
    ...figures.group('Express: pages that only read', 'pages a second', 'linear', figures.rows('shop', 'pages that only read')),
    ...figures.group('Store calls of real traffic: 90 % reads, logins, logouts, Zipf', 'requests a second', 'linear', figures.rows('traffic', 'requests')),
  ]
  return groups.length === 0 ? undefined : drawBars({ title: 'A shop with express-session', subtitle: 'Two processes of the app, 64 visitors; in memory; a change counts when two processes hold it (connect-redis, no WAIT: one). Higher is better.', groups })
}

/** The charts that can be drawn, by file name. */
export function chartsOf(results: readonly Result[]): Map<string, string> {
  const figures = new Figures(results)
  const drawn = {
    'throughput.svg': throughput(figures),
    'latency-64.svg': latency(figures, 'save-64', '64 in flight'),
    'latency-1.svg': latency(figures, 'save-1', 'one in flight'),
    'bytes-per-change.svg': bytes(figures),
    'memory-per-session.svg': memory(figures),
    'document-growth.svg': documents(figures),
    'recovery.svg': recovery(figures),
    'pages.svg': pages(figures),
  }
  return new Map(Object.entries(drawn).flatMap(([file, chart]) => (chart === undefined ? [] : [[file, chart]])))
}
