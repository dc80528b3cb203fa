/** The log of a node: pino's JSON lines, or the same lines written for people. */
import { pino } from 'pino'
import type { Logger } from 'pino'

/** How a log line is written. */
export type LogFormat = 'json' | 'text'

/** A logger that writes whole lines through `write`. */
export function createLogger(
  options: { level: string; format: LogFormat; node: string },
  write: (line: string) => void,
): Logger {
  const destination = { write: options.format === 'json' ? write : (line: string) => write(asText(line)) }
  return pino({ level: options.level, base: { node: options.node } }, destination)
}

/** `{"level":40,"time":…,"node":"a","peer":"b","msg":"lost"}` → `12:00:01.250 WARN a: lost (peer=b)`. */
function asText(line: string): string {
  const { level, time, node, msg, ...fields } = asRecord(JSON.parse(line))
  const clock = new Date(Number(time)).toISOString().slice(11, 23)
  const shown = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const label = (pino.levels.labels[Number(level)] ?? '').toUpperCase()
  const details = shown.length > 0 ? ` (${shown.join(', ')})` : ''
  return `${clock} ${label.padEnd(5)} ${String(node)}: ${String(msg ?? '')}${details}\n`
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
