/** What a death marker says, and how it counts in a slot's digest. */
import type { Death, SessionKey } from '@understudy/session'

/** Whether two deaths are the same. */
export function equalDeaths(a: Death, b: Death): boolean {
  return a.at === b.at && a.reason === b.reason
}

/** Fingerprint of a death marker: of the key, and of the death, since markers are dropped by it. */
export function deathFingerprint(key: SessionKey, death: Death | undefined): readonly [number, number] {
  const { at, reason } = death ?? { at: 0, reason: 'destroyed' }
  const high = ~Number.parseInt(key.slice(8, 16), 16) ^ Math.imul(at, 0x9e3779b1)
  const low = ~Number.parseInt(key.slice(16, 24), 16) ^ Math.imul(Math.floor(at / 2 ** 16), 0x85ebca6b) ^ (reason === 'expired' ? 1 : 0)
  return [high >>> 0, low >>> 0]
}
