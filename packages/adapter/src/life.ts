/** How long sessions live, as the option `ttl` of all adapters says it. */
import { invalid } from './adapter-options.js'

/** One day, seconds. */
export const DAY = 86_400
/** The longest time-out that nodes take, ms: 280 years. */
export const LONGEST_LIFE = 2 ** 43

/**
 * A life in ms.
 * @param ttl seconds
 * @throws UnderstudyError OPTION_INVALID
 */
export function lifeOf(ttl: unknown = DAY): number {
  if (typeof ttl === 'number' && ttl > 0 && ttl * 1_000 <= LONGEST_LIFE) return ttl * 1_000
  throw invalid('ttl', 'must be a number of seconds')
}
