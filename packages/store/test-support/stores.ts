/** Stores for tests: small, without clock, with sessions of one slot unless a key says otherwise. */
import { encodeValue, LiveDocuments } from '@understudy/document'
import type { Reign } from '@understudy/document'
import type { Operation, SessionKey, Terms } from '@understudy/session'
import { SessionStore } from '../src/session-store.js'
import type { SessionStoreOptions } from '../src/store-calls.js'

/** When the tests begin, ms since 1970. */
export const NOW = 1_000_000
/** Terms of a session that never ends by itself. */
export const TERMS: Terms = { createdAt: NOW, stamp: 1 }
/** The reign of the primary under test. */
export const REIGN: Reign = { epoch: 1, nonce: 7 }

/** A key; the first two digits are its slot. */
export function key(name: string, slot = '00'): SessionKey {
  const digits = Array.from(name, (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  return `${slot}${digits.padEnd(30, '0')}` as SessionKey
}

/** A store that is nobody's primary. */
export function backupStore(options: Partial<SessionStoreOptions> = {}): SessionStore {
  return new SessionStore({
    mode: 'benchmark',
    live: new LiveDocuments({ limit: 4 }),
    deathRetention: 60_000,
    slotOf: (sessionKey) => Number.parseInt(sessionKey.slice(0, 2), 16),
    ...options,
  })
}

/** A store that is primary of slots 0 and 1. */
export function primaryStore(options: Partial<SessionStoreOptions> = {}, reign = REIGN): SessionStore {
  const store = backupStore(options)
  store.beginReign(0, reign)
  store.beginReign(1, reign)
  return store
}

/** An operation that sets an attribute. */
export function set(name: string, value: unknown): Operation {
  return { op: 'set', name, value: encodeValue(value) }
}

/** What a store holds under a key, as plain values. */
export function valuesOf(store: SessionStore, sessionKey: SessionKey): Record<string, unknown> | undefined {
  const session = store.find(sessionKey)?.session
  return session === undefined ? undefined : { ...session.toJSON() }
}

/** Carries everything that a primary holds of a session to a back-up. */
export function carry(from: SessionStore, to: SessionStore, sessionKey: SessionKey, reign = REIGN): 'merged' | 'lacks' {
  const stored = from.find(sessionKey)
  if (stored === undefined) throw new Error('there is nothing to carry')
  return to.merge(from.difference(stored, { benchmark: undefined, since: 0 }).entry, reign)
}
