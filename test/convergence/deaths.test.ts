/** Death markers over a long time: whatever comes back, what is dead stays dead, and the markers do not pile up. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import type { SessionKey } from '@understudy/session'
import { DeathCluster } from './death-cluster.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MINUTE = 60_000

function key(number: number): SessionKey {
  return String(number).padStart(32, '0') as SessionKey
}

type Step =
  | { readonly do: 'use' | 'destroy'; readonly node: number; readonly session: number; readonly idle: number | undefined; readonly absolute: number | undefined }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'split'; readonly sides: readonly number[] }
  | { readonly do: 'heal' | 'sync' | 'forget' }
  | { readonly do: 'copy' | 'stale' | 'restart' | 'move'; readonly node: number }

const node = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('use' as const, 'destroy' as const), node, session: fc.nat(11), idle: fc.option(fc.integer({ min: 5, max: 3_000 }).map((minutes) => minutes * MINUTE), { nil: undefined }), absolute: fc.option(fc.integer({ min: 1, max: 60 }).map((hours) => hours * HOUR), { nil: undefined }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1_000, MINUTE, 20 * MINUTE, 5 * HOUR, 25 * HOUR) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('split' as const), sides: fc.constantFrom([0, 0, 1], [0, 1, 1], [0, 1, 0], [0, 1, 2]) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('heal' as const, 'sync' as const, 'forget' as const, 'forget' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('copy' as const, 'copy' as const, 'stale' as const, 'restart' as const, 'move' as const), node }) },
)
const histories = fc.record({ skews: fc.array(fc.constantFrom(-MINUTE, 0, MINUTE), { minLength: 3, maxLength: 3 }), steps: fc.array(step, { minLength: 5, maxLength: 60 }) })

/** A history under way: what a use made is another session under another key, once its key is used up. */
class Play {
  readonly cluster: DeathCluster
  /** Keys that an app ended, and those that time did. */
  readonly destroyed = new Set<SessionKey>()
  readonly #limit: number
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
        cluster.use(this.#side(one.node), key(one.session), {
          ...(one.idle !== undefined && { idleTimeout: one.idle }),
          ...(one.absolute !== undefined && { absoluteDeadline: cluster.now + one.absolute }),
        })
        break
      case 'destroy':
        cluster.destroy(this.#side(one.node), key(one.session))
        this.destroyed.add(key(one.session))
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
      { numRuns: 400 },
    )
  })
})
