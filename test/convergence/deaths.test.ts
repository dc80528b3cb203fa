/** Death markers over a long time: whatever comes back, what is dead stays dead, and the markers do not pile up. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { LiveDocuments } from '@understudy/document'
import type { SessionKey } from '@understudy/session'
import { SessionStore } from '@understudy/store'
import { bytesHeld } from '../support/memory.js'
import { DeathCluster } from './death-cluster.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MINUTE = 60_000

/** Of the sessions that one user has, one after the other. */
function keyOf(user: number, turn: number): SessionKey {
  return `${turn}`.padStart(31, '0').concat(String(user)) as SessionKey
}

type Step =
  | { readonly do: 'use' | 'destroy'; readonly node: number; readonly session: number; readonly idle: number | undefined; readonly absolute: number | undefined }
  | { readonly do: 'retime'; readonly node: number; readonly session: number; readonly idle: number | undefined }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'split'; readonly sides: readonly number[] }
  | { readonly do: 'heal' | 'sync' | 'forget' }
  | { readonly do: 'copy' | 'stale' | 'restart' | 'move'; readonly node: number }

const node = fc.nat(2)
const minutes = (min: number, max: number) => fc.option(fc.integer({ min, max }).map((count) => count * MINUTE), { nil: undefined, freq: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('use' as const), node, session: fc.nat(3), idle: minutes(5, 3_000), absolute: minutes(10, 3_000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('destroy' as const), node, session: fc.nat(3), idle: fc.constant(undefined), absolute: fc.constant(undefined) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retime' as const), node, session: fc.nat(3), idle: minutes(5, 3_000) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 20 * MINUTE, 25 * HOUR) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('split' as const), sides: fc.constantFrom([0, 0, 1], [0, 1, 1], [0, 1, 0], [0, 1, 2]) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('heal' as const, 'sync' as const, 'forget' as const, 'forget' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('copy' as const, 'copy' as const, 'stale' as const, 'stale' as const, 'restart' as const, 'move' as const), node }) },
)
const histories = fc.record({ skews: fc.array(fc.constantFrom(-MINUTE, 0, MINUTE), { minLength: 3, maxLength: 3 }), steps: fc.array(step, { minLength: 20, maxLength: 80 }) })

/** A history under way: what a use made is another session under another key, once its key is used up. */
class Play {
  readonly cluster: DeathCluster
  readonly #limit: number
  /** By user, how many sessions have ended. */
  readonly #turns = [0, 0, 0, 0]
  #most = 0

  constructor(skews: readonly number[], limit: number) {
    this.#limit = limit
    this.cluster = new DeathCluster({ skews, deathRetention: DAY, deathLimit: limit })
  }

  /** The most markers that any node held beyond those of the last ten minutes. */
  get most(): number {
    return this.#most
  }

  async play(one: Step): Promise<void> {
    const { cluster } = this
    switch (one.do) {
      case 'use':
        cluster.use(this.#side(one.node), this.#fresh(one.session), {
          ...(one.idle !== undefined && { idleTimeout: one.idle }),
          ...(one.absolute !== undefined && { absoluteDeadline: cluster.now + one.absolute }),
        })
        break
      case 'retime':
        cluster.retime(this.#side(one.node), keyOf(one.session, this.#turns[one.session] ?? 0), one.idle)
        break
      case 'destroy':
        cluster.destroy(this.#side(one.node), keyOf(one.session, this.#turns[one.session] ?? 0))
        break
      case 'pass':
        cluster.now += one.ms
        break
      case 'split':
        for (const side of new Set(cluster.sides)) cluster.sync(side)
        cluster.sides = [...one.sides]
        break
      case 'heal':
        cluster.sides = cluster.sides.map(() => 0)
        cluster.sync(0)
        break
      case 'sync':
        for (const side of new Set(cluster.sides)) cluster.sync(side)
        break
      case 'forget':
        cluster.forget()
        this.#count()
        break
      case 'copy':
        await cluster.copy(one.node)
        break
      case 'stale':
      case 'restart':
        await cluster.restart(one.node, one.do === 'stale')
        cluster.sync(this.#side(one.node))
        break
      case 'move':
        cluster.move(one.node)
    }
    this.#check()
  }

  /** The user's session: another one, once somebody knows that it has ended. */
  #fresh(user: number): SessionKey {
    for (;;) {
      const key = keyOf(user, this.#turns[user] ?? 0)
      if (!this.cluster.nodes.some(({ knows }) => knows.has(key))) return key
      this.#turns[user] = (this.#turns[user] ?? 0) + 1
    }
  }

  #side(index: number): number {
    return this.cluster.sides[index] ?? 0
  }

  /** Who knows of a death never shows the session again. */
  #check(): void {
    for (const { index, knows } of this.cluster.nodes) {
      for (const one of knows) expect(this.cluster.shows(index, one), `node ${index} shows ${one}`).toBe(false)
    }
  }

  #count(): void {
    for (const { store, skew } of this.cluster.nodes) {
      if (store.slot(0).reign === undefined) continue
      const old = Array.from(store.slot(0).deaths).filter(({ death }) => (death?.at ?? 0) <= this.cluster.now + skew - 10 * MINUTE)
      this.#most = Math.max(this.#most, old.length)
    }
    expect(this.#most).toBeLessThanOrEqual(this.#limit)
  }
}

const NO_SKEW = [0, 0, 0]
const A = keyOf(0, 0)
const B = keyOf(1, 0)

/** A cluster at rest in which all hold session A, and node 2's disk has been copied. */
async function clusterOfOne(limit = 1_000, skews: readonly number[] = NO_SKEW, terms = {}): Promise<DeathCluster> {
  const cluster = new DeathCluster({ skews, deathRetention: DAY, deathLimit: limit })
  cluster.use(0, A, terms)
  cluster.sync(0)
  await cluster.copy(2)
  cluster.now += HOUR
  return cluster
}

/** A is destroyed, and a day later its marker is dropped by all. */
function destroyAndForget(cluster: DeathCluster): void {
  cluster.destroy(0, A)
  cluster.sync(0)
  cluster.now += DAY
  cluster.forget()
  cluster.sync(0)
  expect([0, 1, 2].map((index) => cluster.markers(index))).toEqual([0, 0, 0])
}

function shows(cluster: DeathCluster, key: SessionKey): boolean[] {
  return [0, 1, 2].map((index) => cluster.shows(index, key))
}

describe('what is dead', () => {
  it('stays dead through splits, clocks that differ, old disks, moves and forgetting [DTH-1] [DTH-2]', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.constantFrom(3, 1_000), async ({ skews, steps }, limit) => {
        const play = new Play(skews, limit)
        for (const one of steps) await play.play(one)
        await play.play({ do: 'heal' })
        // All agree in the end, and what all hold is forgotten by all.
        play.cluster.now += 2 * DAY
        for (const last of ['forget', 'sync'] as const) await play.play({ do: last })
        const [first, ...others] = play.cluster.nodes.map(({ store }) => store.slot(0))
        for (const other of others) expect(other.digest).toEqual(first?.digest)
      }),
      { numRuns: 1_500 },
    )
  })

  it.each([NO_SKEW, [-MINUTE, 0, MINUTE], [MINUTE, 0, -MINUTE]])('stays dead when an old disk returns after its marker was dropped, clocks %i %i %i [DTH-1]', async (...skews) => {
    const cluster = await clusterOfOne(1_000, skews)
    destroyAndForget(cluster)
    await cluster.restart(2, true)
    expect(cluster.shows(2, A), 'the old disk has it').toBe(true)
    cluster.sync(0)
    expect(shows(cluster, A)).toEqual([false, false, false])
    expect(cluster.markers(1), 'there is a marker again').toBe(1)
  })

  it('stays dead when who has the old disk has become primary before it meets the others [DTH-1]', async () => {
    const cluster = await clusterOfOne()
    destroyAndForget(cluster)
    cluster.sides = [0, 0, 1]
    await cluster.restart(2, true)
    cluster.use(1, A, {})
    cluster.sides = [0, 0, 0]
    cluster.sync(0)
    expect(cluster.primaryOf(0).index, 'its reign is the later one').toBe(2)
    expect(shows(cluster, A)).toEqual([false, false, false])
    // It has learnt what it lacked: the next old disk is refused by it alone, too.
    cluster.now += 2 * DAY
    cluster.forget()
    cluster.sync(0)
    cluster.blank(0)
    await cluster.restart(1, false)
    await cluster.restart(1, true)
    cluster.sync(0)
    expect(shows(cluster, A)).toEqual([false, false, false])
  })

  it('stays dead when it had expired and an old disk returns after its marker was dropped [DTH-1]', async () => {
    const cluster = await clusterOfOne(1_000, [MINUTE, 0, -MINUTE], { idleTimeout: 2 * HOUR })
    cluster.now += 3 * HOUR
    cluster.sync(0)
    expect([0, 1, 2].map((index) => cluster.markers(index))).toEqual([1, 1, 1])
    cluster.now += DAY
    cluster.forget()
    cluster.sync(0)
    expect([0, 1, 2].map((index) => cluster.markers(index))).toEqual([0, 0, 0])
    for (const index of [2, 0]) {
      await cluster.restart(2, true)
      cluster.move(index)
      expect(shows(cluster, A)).toEqual([false, false, false])
    }
  })

  it('stays dead when it had expired and an old disk has it with a longer time-out, of the other side of a split [DTH-1]', async () => {
    const cluster = new DeathCluster({ skews: NO_SKEW, deathRetention: DAY, deathLimit: 1_000 })
    cluster.sides = [0, 0, 1]
    cluster.use(0, A, { idleTimeout: 5 * MINUTE })
    cluster.use(1, A, {})
    await cluster.copy(2)
    cluster.now += 10 * MINUTE
    for (const side of [0, 1]) cluster.sync(side)
    cluster.sides = [0, 0, 0]
    cluster.sync(0)
    expect(shows(cluster, A), 'it has expired').toEqual([false, false, false])
    cluster.now += DAY
    cluster.forget()
    cluster.sync(0)
    expect([0, 1, 2].map((index) => cluster.markers(index))).toEqual([0, 0, 0])
    await cluster.restart(2, true)
    expect(cluster.shows(2, A), 'the old disk has it').toBe(true)
    cluster.sync(0)
    expect(shows(cluster, A)).toEqual([false, false, false])
  })

  it('keeps its marker as long as somebody is away who lacks it [DTH-3]', async () => {
    const cluster = await clusterOfOne()
    cluster.sides = [0, 0, 1]
    cluster.destroy(0, A)
    cluster.now += 30 * DAY
    cluster.forget()
    expect(cluster.markers(0)).toBe(1)
    cluster.sides = [0, 0, 0]
    cluster.sync(0)
    expect(shows(cluster, A)).toEqual([false, false, false])
    cluster.forget()
    cluster.sync(0)
    expect([0, 1, 2].map((index) => cluster.markers(index))).toEqual([0, 0, 0])
  })

  it('stays dead when there were too many markers to keep its own for who was away [DTH-4]', async () => {
    const limit = 5
    const cluster = await clusterOfOne(limit)
    cluster.sides = [0, 0, 1]
    cluster.destroy(0, A)
    for (let turn = 1; turn <= 40; turn++) {
      cluster.now += HOUR
      cluster.use(0, keyOf(0, turn), {})
      cluster.destroy(0, keyOf(0, turn))
      cluster.forget()
      expect(cluster.markers(0)).toBeLessThanOrEqual(limit + 1)
    }
    cluster.sides = [0, 0, 0]
    cluster.sync(0)
    expect(shows(cluster, A)).toEqual([false, false, false])
  })

  it('is dropped by all without a comparison, also by who was away when it was [DTH-5]', async () => {
    const cluster = await clusterOfOne()
    cluster.destroy(0, A)
    cluster.use(0, B, {})
    cluster.sync(0)
    const before = cluster.comparisons
    cluster.now += DAY
    cluster.forget()
    expect([0, 1, 2].map((index) => cluster.markers(index)), 'the others have not been told').toEqual([0, 1, 1])
    cluster.sync(0)
    expect([0, 1, 2].map((index) => cluster.markers(index))).toEqual([0, 0, 0])
    expect(cluster.comparisons).toBe(before)
  })

  it('was destroyed on one side of a split, and its marker is not dropped unseen because the other side has forgotten more [DTH-2]', async () => {
    const cluster = await clusterOfOne(2)
    cluster.sides = [0, 0, 1]
    cluster.destroy(1, A)
    for (let turn = 1; turn <= 10; turn++) {
      cluster.now += HOUR
      cluster.use(0, keyOf(1, turn), {})
      cluster.destroy(0, keyOf(1, turn))
      cluster.forget()
    }
    cluster.sides = [0, 0, 0]
    // Whoever is primary: its word is not that all that was dropped was the same.
    cluster.sync(0)
    expect(shows(cluster, A)).toEqual([false, false, false])
  })
})

describe('what lives', () => {
  it('on one side of a split of days goes on when it heals, whatever was forgotten before [DTH-6]', async () => {
    const cluster = await clusterOfOne(1_000, [MINUTE, 0, -MINUTE])
    destroyAndForget(cluster)
    cluster.sides = [0, 0, 1]
    cluster.use(1, B, {})
    cluster.use(0, keyOf(2, 0), {})
    cluster.destroy(0, keyOf(2, 0))
    for (let day = 0; day < 3; day++) {
      cluster.now += DAY
      cluster.forget()
    }
    cluster.sides = [0, 0, 0]
    cluster.sync(0)
    cluster.now += DAY
    cluster.forget()
    cluster.sync(0)
    expect([shows(cluster, B), shows(cluster, A)]).toEqual([[true, true, true], [false, false, false]])
  })

  it('comes whole to a node that lost its disk, which remembers nothing [DTH-6]', async () => {
    const cluster = await clusterOfOne()
    cluster.use(0, B, {})
    destroyAndForget(cluster)
    cluster.blank(1)
    cluster.sync(0)
    expect([shows(cluster, B), shows(cluster, A)]).toEqual([[true, true, true], [false, false, false]])
  })
})

describe('clocks that differ by a minute each', () => {
  const skews = fc.array(fc.integer({ min: -MINUTE, max: MINUTE }), { minLength: 3, maxLength: 3 })

  it('never end a session that is in use, whoever takes over [DTH-7]', async () => {
    await fc.assert(
      fc.asyncProperty(skews, fc.integer({ min: 10_000, max: 300_000 }), fc.array(fc.record({ wait: fc.nat(999), move: fc.option(node) }), { maxLength: 30 }), async (drawn, idleTimeout, uses) => {
        const cluster = new DeathCluster({ skews: drawn, deathRetention: DAY, deathLimit: 1_000 })
        cluster.use(0, A, { idleTimeout })
        for (const { wait, move } of uses) {
          cluster.now += Math.floor((wait / 1_000) * idleTimeout)
          cluster.sync(0)
          if (move !== null) cluster.move(move)
          expect(cluster.shows(cluster.primaryOf(0).index, A)).toBe(true)
          cluster.use(0, A, { idleTimeout })
        }
        // Nobody uses it any more: it ends, at most as much later as the clocks may differ, twice.
        cluster.now += idleTimeout + 4 * MINUTE
        cluster.sync(0)
        expect(shows(cluster, A)).toEqual([false, false, false])
      }),
      { numRuns: 200 },
    )
  })

  it('let no session outlive its absolute deadline by more than they differ, whatever is done with it [DTH-8]', async () => {
    await fc.assert(
      fc.asyncProperty(skews, fc.array(node, { maxLength: 6 }), async (drawn, moves) => {
        const cluster = new DeathCluster({ skews: drawn, deathRetention: DAY, deathLimit: 1_000 })
        const absolute = HOUR
        cluster.use(0, A, { idleTimeout: DAY, absoluteDeadline: cluster.clockOf(cluster.primaryOf(0)) + absolute })
        for (const index of moves) {
          cluster.now += absolute / 10
          cluster.move(index)
          cluster.use(0, A, {})
          expect(cluster.shows(cluster.primaryOf(0).index, A), 'it does not end early').toBe(true)
        }
        cluster.now += absolute - moves.length * (absolute / 10) - 2 * MINUTE - 1
        cluster.sync(0)
        expect(cluster.shows(cluster.primaryOf(0).index, A)).toBe(true)
        cluster.now += 4 * MINUTE + 1
        cluster.sync(0)
        expect(shows(cluster, A)).toEqual([false, false, false])
      }),
      { numRuns: 200 },
    )
  })
})

describe('250,000 death markers', () => {
  it('take less than 0.5 kB of memory each [DTH-4]', () => {
    const store = new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 8 }), deathRetention: DAY, slotOf: (key) => Number.parseInt(key.slice(0, 2), 16) })
    for (const { number } of store.slots) store.beginReign(number, { epoch: 1, nonce: 1 })
    const before = bytesHeld()
    const count = 250_000
    for (let i = 0; i < count; i++) store.destroy(randomBytes(16).toString('hex') as SessionKey, { at: 1_800_000_000_000 + i, reason: 'destroyed' })
    expect(store.deaths).toBe(count)
    expect((bytesHeld() - before) / count).toBeLessThan(512)
  })
})
