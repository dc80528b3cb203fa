/** Saves that come together share a transaction. */
import { describe, expect, it } from 'vitest'
import type { Store } from '@understudy/client'
import { temporaryFolder } from '../support/disks.js'
import { startNode } from '../support/nodes.js'

/** ms of each measurement. */
const TIME = 1_500

describe('flushed saves', () => {
  it('of 64 savers at once are at least 10 times as many as those of one [STG-13]', async () => {
    const node = await startNode({ name: 'a', data: temporaryFolder() })
    await node.whenReady()
    await rate(node.store, 64, TIME / 5)
    const one = await rate(node.store, 1, TIME)
    const many = await rate(node.store, 64, TIME)
    // eslint-disable-next-line no-console
    console.log(`flushed saves a second: ${Math.round(one)} by one saver, ${Math.round(many)} by 64 (${(many / one).toFixed(1)} ×)`)
    expect(many / one).toBeGreaterThan(10)
  })
})

/** Saves a second, by so many savers that each wait for their save before the next. */
async function rate(store: Store, savers: number, time: number): Promise<number> {
  const until = performance.now() + time
  let saves = 0
  const save = async (saver: number): Promise<void> => {
    const session = await store.open(`saver ${saver}`)
    while (performance.now() < until) {
      await session.increment('n').save()
      saves++
    }
  }
  await Promise.all(Array.from({ length: savers }, (_, saver) => save(saver)))
  return (saves * 1_000) / time
}
