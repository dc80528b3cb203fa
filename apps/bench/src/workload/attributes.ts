/**
 * The session under measure, as the issue has it: ten attributes, about 1.1 kB, of which one, 20 bytes long, changes.
 */
import { createHash } from 'node:crypto'
import session from 'express-session'
import type { SessionData } from 'express-session'

/** The attribute that changes. */
export const CHANGING = 'attr0'

/** The ten attributes' names and values at first. */
export const ATTRIBUTES: readonly (readonly [name: string, value: string])[] = [
  [CHANGING, valueOf(0)],
  ...Array.from({ length: 9 }, (_, i) => [`attr${i + 1}`, textOf(i)] as const),
]

/** The three of the ten that are frozen once they are set, as ids and roles are in an app. */
export const FROZEN: readonly string[] = ['attr7', 'attr8', 'attr9']

/** 115 letters that no compression makes much of, the same in every run: Redis sends its replicas compressed sessions. */
function textOf(number: number): string {
  const hashes = [0, 1, 2].map((part) => createHash('sha256').update(`${number}.${part}`).digest('base64url'))
  return hashes.join('').slice(0, 115)
}

/** Another value of the attribute that changes, for every number: 20 bytes. */
export function valueOf(number: number): string {
  return String(number).padStart(20, 'v')
}

/** The session that a change of this number falls on: far from the one before, each equally often. */
export function scattered(change: number, sessions: number): number {
  return (change * 7_919) % sessions
}

/** As express-session makes one for each session. */
const cookie = new session.Cookie()
cookie.maxAge = 1_800_000

/** The session after a change, as express-session hands it to a store. */
export function sessionData(number: number): SessionData & Readonly<Record<string, unknown>> {
  return { cookie, ...Object.fromEntries(ATTRIBUTES), [CHANGING]: valueOf(number) }
}

/** The session's JSON, as a store writes it that keeps whole sessions. */
export function jsonOf(number: number): string {
  return JSON.stringify(sessionData(number))
}
