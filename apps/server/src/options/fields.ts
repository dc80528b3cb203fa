/**
 * Checks of single option values. Each takes what arguments and variables hold (text) as well as what JSON holds, and
 * its message completes the sentence `option --x: …` with what was given and what is expected; the example is added
 * by `read-options.ts`.
 */
import { z } from 'zod'

/** How a message shows what was given. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}

/** The message of a field that expects `what`. */
function expected(what: string): (issue: { readonly input?: unknown }) => string {
  return (issue) => `${show(issue.input)} is not ${what}`
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  const error = expected(`a whole number from ${min} to ${max}`)
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    z.int({ error }).min(min, { error }).max(max, { error }),
  )
}

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const

/** A number of bytes: `65536`, `64k`, `1M`, `1MiB`. */
export function bytes(min: number, max: number) {
  const error = expected(`a number of bytes from ${min} to ${max}`)
  return z.preprocess(
    (value) => (typeof value === 'string' ? parseBytes(value) : value),
    z.int({ error }).min(min, { error }).max(max, { error }),
  )
}

/** What is no number of bytes is given back as it is, so that the message shows it. */
function parseBytes(text: string): number | string {
  const match = /^(\d{1,12})\s*([kmg]?)(?:i?b)?$/i.exec(text)
  const unit = match?.[2]?.toLowerCase()
  if (unit !== '' && unit !== 'k' && unit !== 'm' && unit !== 'g') return text
  return Number(match?.[1]) * UNITS[unit]
}

const TRUE = new Set<unknown>([true, 'true', '1', 'yes', 'on'])
const FALSE = new Set<unknown>([false, 'false', '0', 'no', 'off'])

/** Yes or no. */
export function flag() {
  return z.preprocess(
    (value) => (TRUE.has(value) ? true : FALSE.has(value) ? false : value),
    z.boolean({ error: expected('true or false') }),
  )
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: expected(`one of ${words.join(', ')}`) })
}

/** Text that is not empty. */
export function text(what: string) {
  const error = expected(what)
  return z.string({ error }).min(1, { error })
}

/** Text of a certain form. */
export function matching(pattern: RegExp, what: string) {
  const error = expected(what)
  return z.string({ error }).regex(pattern, { error })
}

/** A URL with one of the given schemes, without the parts that would not be used. */
export function url(schemes: readonly string[], what: string) {
  const error = expected(what)
  return z.string({ error }).refine((value) => isUrl(value, schemes), { error })
}

/**
 * Whether `value` is a URL of one of `schemes` (`ws:`) that names a host and carries neither user, query nor
 * fragment.
 */
export function isUrl(value: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password, search, hash, hostname } = new URL(value)
  return schemes.includes(protocol) && hostname !== '' && username + password + search + hash === ''
}
