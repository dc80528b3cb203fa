/** Times for people. All take ms. */
import { SPACE } from './bytes.js'

/** A short time: `0.42 ms`, `12 ms`, `1.30 s`. */
export function milliseconds(ms: number): string {
  if (ms >= 999.5) return `${(ms / 1_000).toFixed(2)}${SPACE}s`
  return `${ms >= 9.95 || Number.isInteger(ms) ? Math.round(ms) : ms.toFixed(ms < 0.995 ? 2 : 1)}${SPACE}ms`
}

/** A round trip that was measured in whole ms: `< 1 ms`, `3 ms`. */
export function roundTrip(ms: number): string {
  return ms === 0 ? `<${SPACE}1${SPACE}ms` : milliseconds(ms)
}

/** A span of time in its two greatest units: `3 d 04 h`, `29 min 07 s`, `8 s`. Never negative. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours >= 24) return joined(`${Math.floor(hours / 24)} d ${two(hours % 24)} h`)
  if (hours > 0) return joined(`${hours} h ${two(minutes % 60)} min`)
  return joined(minutes > 0 ? `${minutes} min ${two(seconds % 60)} s` : `${seconds} s`)
}

/** How long something lasts that was set by a person: `30 min`, `12 h`. */
export function length(ms: number): string {
  return span(ms).replace(/(?<=\D)\s00\s\w+$/, '')
}

/** The time of day, UTC, with ms: `15:24:08.123`. */
export function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}

/** Date and time, UTC: `2026-11-22 15:24:08 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A line never breaks within it. */
function joined(text: string): string {
  return text.replaceAll(' ', SPACE)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
