/**
 * The session under measure, as the issue has it: ten attributes, about 1.1 kB, of which one, 20 bytes long, changes.
 */

/** The attribute that changes. */
export const CHANGING = 'attr0'

/** The ten attributes' names and values at first. */
export const ATTRIBUTES: readonly (readonly [name: string, value: string])[] = [
  [CHANGING, valueOf(0)],
  ...Array.from({ length: 9 }, (_, i) => [`attr${i + 1}`, String(i).repeat(115)] as const),
]

/** The three of the ten that are frozen once they are set, as ids and roles are in an app. */
export const FROZEN: readonly string[] = ['attr7', 'attr8', 'attr9']

/** Another value of the attribute that changes, for every number: 20 bytes. */
export function valueOf(number: number): string {
  return String(number).padStart(20, 'v')
}

/** The session that a change of this number falls on: far from the one before, each equally often. */
export function scattered(change: number, sessions: number): number {
  return (change * 7_919) % sessions
}

/** The session's JSON, as a store writes it that keeps whole sessions. */
export function jsonOf(number: number): string {
  const cookie = { originalMaxAge: 1_800_000, expires: '2030-01-01T00:00:00.000Z', httpOnly: true, path: '/' }
  return JSON.stringify({ cookie, ...Object.fromEntries(ATTRIBUTES), [CHANGING]: valueOf(number) })
}
