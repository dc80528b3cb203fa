/** Attributes that consist of several entries, as an inspector sees them. */
import { decodeValue, LiveDocuments } from '@understudy/document'
import { Session } from '@understudy/session'
import { expect, it } from 'vitest'
import { wholeNames, wholeValue } from './whole-value.js'

function filled(): Session {
  const session = Session.create({ terms: { createdAt: 0, stamp: 1 }, lastAccess: 0, live: new LiveDocuments({ limit: 1 }) })
  const reign = { epoch: 1, nonce: 1 }
  session.apply([{ op: 'make', name: 'cart' }, { op: 'increment', name: 'cart\u001fcount', by: 2 }, { op: 'add', name: 'tags', member: 'a secret' }], { reign, now: 0 })
  return session
}

it('are shown whole, and never by the names of their entries, which hold what sets do [INS-11]', () => {
  const session = filled()
  const entries = session.attributes.names()
  expect(entries.some((name) => name.includes('a secret'))).toBe(true)
  expect(wholeNames(entries)).toEqual(['cart', 'tags'])
  const shown = wholeNames(entries).map((name) => decodeValue(wholeValue(session, name) ?? Uint8Array.of()))
  expect(shown).toEqual([{ count: 2 }, ['a secret']])
  for (const name of [...entries.filter((entry) => entry.includes('\u001f')), 'none']) expect(wholeValue(session, name)).toBeUndefined()
})
