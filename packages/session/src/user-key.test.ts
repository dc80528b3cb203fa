/** How users are named. */
import { expect, it } from 'vitest'
import { sessionKey } from './session-key.js'
import { isUserKey, userKey } from './user-key.js'

it('is the same for a number and its text, and another for every other user [USR-2]', () => {
  expect([userKey(42), userKey(42n), userKey(' 42')]).toEqual([userKey('42'), userKey('42'), expect.not.stringMatching(userKey('42') ?? '')])
  expect(new Set(['a', 'b', 'A', 'ä', '1', '1.5', '-1'].map(userKey)).size).toBe(7)
  expect(isUserKey(userKey('ada'))).toBe(true)
})

it('is none for what names no user [USR-2]', () => {
  for (const user of ['', undefined, null, true, {}, ['ada'], Number.NaN, Infinity, 'x'.repeat(1_025)]) expect(userKey(user)).toBeUndefined()
})

it('is never the key of a session of that id [USR-2]', () => {
  expect(userKey('ada')).not.toBe(sessionKey('ada'))
})
