/** Rotations between two primaries, with whatever can break off in between. Production code up to the wire. */
import { Membership, slotOf } from '@understudy/cluster'
import { encodeValue, LiveDocuments } from '@understudy/document'
import { sessionKey } from '@understudy/session'
import type { SessionKey } from '@understudy/session'
import { SessionStore } from '@understudy/store'
import { describe, expect, it } from 'vitest'
import { realEnvironment } from '../environment.js'
import { silent } from '../log.js'
import { Reigns } from '../reigns/reigns.js'
import { StandingExchange } from '../reigns/standing-exchange.js'
import { Copies } from './copies.js'
import { Rotations } from './rotations.js'
import type { OtherPrimaries } from './rotations.js'
import { SessionService } from './session-service.js'

/** One of two members, each primary of its share of slots, that hear nothing of each other but rotations. */
class Member {
  readonly store = new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 8 }), deathRetention: 1e9, slotOf })
  readonly service: SessionService
  readonly rotations: Rotations
  /** The way to the other one. */
  others: OtherPrimaries = { succeed: () => Promise.reject(away()), destroy: () => Promise.reject(away()) }

  constructor(name: 'a' | 'b') {
    const environment = realEnvironment
    const other = name === 'a' ? { b: 'ws://b' } : { a: 'ws://a' }
    const membership = new Membership({ name, role: 'member', url: '' }, other, 2)
    const alone = { environment, membership, open: () => [] }
    const exchange = new StandingExchange({ ...alone, incarnation: 1, takeOver: false, url: () => '', hears: () => [], reigns: () => reigns.epochs })
    const nobody = { peers: () => [], awaited: [], peerWait: 0, hears: () => false, ended: () => {}, moved: () => {} }
    const reigns = new Reigns({ ...alone, ...nobody, log: silent, store: this.store, exchange, nonce: name === 'a' ? 1 : 2, partition: 'available' })
    reigns.start()
    const copies = new Copies({ timeout: 1_000, reachable: () => 0, suffices: () => true })
    this.service = new SessionService({ store: this.store, reigns, copies, own: undefined, environment, defaultCopies: () => 1, patience: 10, closed: () => false })
    this.rotations = new Rotations({ store: this.store, service: this.service, environment, others: async () => this.others, atOnce: (change) => change() })
  }

  /** A key in a slot of which this member is primary. */
  key(name: string): SessionKey {
    for (let i = 0; ; i++) {
      const key = sessionKey(`${name} ${i}`)
      if (this.service.serves(slotOf(key))) return key
    }
  }

  values(key: SessionKey): Record<string, unknown> | undefined {
    const session = this.store.find(key)?.session
    return session && { ...session.toJSON() }
  }

  save(key: SessionKey, name: string, value: unknown): Promise<unknown> {
    return this.service.save(key, [{ op: 'set', name, value: encodeValue(value) }], {})
  }

  isDead(key: SessionKey): boolean {
    return this.store.isDead(key, Date.now())
  }
}

function away(): Error {
  return Object.assign(new Error('the other one does not answer'), { code: 'NOT_CONNECTED', retryable: true })
}

/** Two members, a session at the first, and a key at the second. */
async function pair(): Promise<{ a: Member; b: Member; from: SessionKey; to: SessionKey }> {
  const [a, b] = [new Member('a'), new Member('b')]
  a.others = { succeed: (...call) => b.rotations.succeed(...call), destroy: (...call) => b.service.destroy(...call) }
  const from = a.key('old')
  await a.service.open(from, { idleTimeout: 60_000 })
  await a.save(from, 'cart', ['x'])
  return { a, b, from, to: b.key('new') }
}

describe('a rotation to a key of another primary', () => {
  it('leaves the session there and its death here [ROT-4]', async () => {
    const { a, b, from, to } = await pair()
    expect(await a.rotations.rotate(from, to, {})).toEqual({ copies: 1 })
    expect([a.isDead(from), b.values(to), b.store.find(to)?.session?.terms.idleTimeout]).toEqual([true, { cart: ['x'] }, 60_000])
  })

  it('lets saves wait, which then find the session dead; none is lost without a word [ROT-5]', async () => {
    const { a, b, from, to } = await pair()
    let late: Promise<unknown> | undefined
    a.others = {
      ...a.others,
      succeed: (...call) => {
        late = a.save(from, 'late', true)
        late.catch(() => undefined)
        return b.rotations.succeed(...call)
      },
    }
    await a.rotations.rotate(from, to, {})
    await expect(late).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    expect(b.values(to)).toEqual({ cart: ['x'] })
  })

  it('that broke off leaves the old session as it was; again, it brings what was saved meanwhile [ROT-6]', async () => {
    const { a, b, from, to } = await pair()
    const whole = a.others
    a.others = { ...whole, succeed: (...call) => b.rotations.succeed(...call).then(() => Promise.reject(away())) }
    await expect(a.rotations.rotate(from, to, {})).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    expect([a.isDead(from), b.values(to)]).toEqual([false, { cart: ['x'] }])
    await a.save(from, 'cart', ['x', 'y'])
    a.others = whole
    await a.rotations.rotate(from, to, {})
    expect([a.isDead(from), b.values(to)]).toEqual([true, { cart: ['x', 'y'] }])
  })

  it('that is asked for again when it is done is done [ROT-6]', async () => {
    const { a, b, from, to } = await pair()
    await a.rotations.rotate(from, to, {})
    await b.save(to, 'since', 1)
    expect(await a.rotations.rotate(from, to, {})).toEqual({ copies: 1 })
    expect(b.values(to)).toEqual({ cart: ['x'], since: 1 })
    await expect(a.rotations.rotate(from, b.key('third'), {})).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    await expect(a.rotations.rotate(a.key('never'), b.key('third'), {})).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
  })

  it('of a session that ends meanwhile ends its successor, too [ROT-7]', async () => {
    const { a, b, from, to } = await pair()
    const whole = a.others
    a.others = {
      ...whole,
      succeed: async (...call) => {
        const made = await b.rotations.succeed(...call)
        await a.service.destroy(from, {})
        return made
      },
    }
    await expect(a.rotations.rotate(from, to, {})).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    expect([a.isDead(from), b.isDead(to)]).toEqual([true, true])
  })

  it('takes no key that is taken, and not its own; the old session stays [ROT-3]', async () => {
    const { a, b, from, to } = await pair()
    await b.service.open(to, {})
    await expect(a.rotations.rotate(from, to, {})).rejects.toMatchObject({ code: 'SESSION_ID_TAKEN' })
    await expect(a.rotations.rotate(from, from, {})).rejects.toMatchObject({ code: 'SESSION_ID_TAKEN' })
    expect(a.isDead(from)).toBe(false)
  })
})

describe('a rotation within one primary', () => {
  it('makes both steps in one turn of the event loop [ROT-4]', async () => {
    const { a, from } = await pair()
    const to = a.key('new')
    const seen: boolean[][] = []
    a.store.observe(() => void queueMicrotask(() => seen.push([a.isDead(from), a.values(to) !== undefined])))
    await a.rotations.rotate(from, to, {})
    expect(seen.length).toBeGreaterThan(1)
    for (const state of seen) expect(state).toEqual([true, true])
    expect(a.values(to)).toEqual({ cart: ['x'] })
  })
})
