import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/session'
import { LiveDocuments } from '@understudy/document'
import { SessionStore } from '@understudy/store'
import { deposed } from '../node-error.js'
import { Copies } from './copies.js'

const store = new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 1 }), deathRetention: 1e9, slotOf: () => 7 })
store.beginReign(7, { epoch: 1, nonce: 1 })
const stored = store.create(sessionKey('one'), { createdAt: 0, stamp: 1 }, 0)

const WISH = { required: false, duplicate: false }

/** Copies of a node with so many back-ups linked, where so many copies must be had at least. */
function copies(reachable: number, quorum = 1): Copies {
  return new Copies({ timeout: 100, reachable: () => reachable, suffices: (_, backups) => backups.length + 1 >= quorum })
}

describe('a save', () => {
  it('resolves with the copies that it asked for, or with all that can be had', async () => {
    const both = copies(2)
    const saved = both.wait(stored, { ...WISH, copies: 2 }, 0)
    both.held('b', stored, stored.sequence - 1)
    both.held('b', stored, stored.sequence)
    expect(await saved).toEqual({ copies: 2, duplicate: false })
    expect(await copies(0).wait(stored, { ...WISH, copies: 2 }, 0)).toEqual({ copies: 1, duplicate: false })
  })

  it('is never acknowledged by less than the quorum, whether it asked for less, waited in vain, or nobody is linked [TAK-7]', async () => {
    for (const reachable of [0, 2]) {
      const one = copies(reachable, 2)
      const saved = one.wait(stored, { ...WISH, copies: 1 }, 0)
      one.tick(99)
      expect(one.size).toBe(1)
      one.tick(100)
      await expect(saved).rejects.toMatchObject({ code: 'NO_QUORUM', retryable: true, copies: 1 })
    }
    const held = copies(2, 2)
    const saved = held.wait(stored, { ...WISH, copies: 1 }, 0)
    held.held('b', stored, stored.sequence)
    expect(await saved).toEqual({ copies: 2, duplicate: false })
  })

  it('of a reign that is over is refused with the copies that there are, so that nobody takes it for never made [TAK-11]', async () => {
    const two = copies(2)
    const saved = two.wait(stored, { ...WISH, copies: 3 }, 0)
    two.held('b', stored, stored.sequence)
    two.abandon(({ slot }) => slot === 7, (count) => deposed(7, count))
    await expect(saved).rejects.toMatchObject({ code: 'NO_PRIMARY', retryable: true, copies: 2 })
  })
})
