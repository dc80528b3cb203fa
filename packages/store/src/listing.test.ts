/** Pages of what is there, and how many there are. */
import type { SessionKey } from '@understudy/session'
import { describe, expect, it } from 'vitest'
import { key, NOW, primaryStore, set, TERMS } from '../test-support/stores.js'
import { countSessions, listSessions } from './listing.js'
import type { ListQuery } from './listing.js'
import type { SessionStore } from './session-store.js'

const KEYS = [key('c', '00'), key('a', '01'), key('b', '00'), key('d', '01'), key('a', '00')]
const IN_ORDER = [...KEYS].sort()

function filled(userAttribute?: readonly string[]): SessionStore {
  const store = primaryStore({ userAttribute })
  for (const one of KEYS) {
    store.create(one, TERMS, NOW)
    store.apply(one, [set('user', one < '01' ? 'ada' : 'bob')], NOW)
  }
  return store
}

/** All pages, one after the other. */
function read(store: SessionStore, query: Omit<ListQuery, 'slots'>): SessionKey[][] {
  const pages: SessionKey[][] = []
  for (let after: SessionKey | undefined; ; ) {
    const { sessions, more } = listSessions(store, { ...query, slots: [0, 1], after }, NOW)
    pages.push(sessions.map((stored) => stored.key))
    after = sessions.at(-1)?.key
    if (!more) return pages
  }
}

describe('a listing', () => {
  it('names each living session once, in the order of keys, in pages of any size [LST-1]', () => {
    const store = filled()
    for (const limit of [1, 2, 3, 5, 9]) {
      const pages = read(store, { limit })
      expect(pages.flat()).toEqual(IN_ORDER)
      expect(pages.length).toBe(Math.max(1, Math.ceil(KEYS.length / limit)))
    }
  })

  it('leaves out what is dead or has expired, and slots that were not asked for [LST-1]', () => {
    const store = filled()
    store.destroy(KEYS[0] ?? key('x'), { at: NOW, reason: 'destroyed' })
    const brief = key('e', '00')
    store.create(brief, { ...TERMS, idleTimeout: 10 }, NOW)
    expect(listSessions(store, { slots: [0], limit: 9 }, NOW + 10).sessions.map((stored) => stored.key)).toEqual([key('a', '00'), key('b', '00')])
    expect(countSessions(store, { slots: [1] })).toBe(2)
    store.sweep(NOW + 2_000)
    expect(countSessions(store, { slots: [0, 1] })).toBe(4)
  })

  it('is of one user, if wanted, and refuses where users are not kept [LST-2]', () => {
    const store = filled(['user'])
    const user = store.find(KEYS[0] ?? key('x'))?.filed?.user
    expect(read(store, { user, limit: 2 }).flat()).toEqual(IN_ORDER.filter((one) => one < '01'))
    expect(countSessions(store, { slots: [0, 1], user })).toBe(3)
    expect(countSessions(store, { slots: [1], user })).toBe(0)
    expect(() => countSessions(filled(), { slots: [0], user })).toThrow(expect.objectContaining({ code: 'USERS_UNKNOWN' }))
  })
})
