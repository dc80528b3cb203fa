/** Saves that come together share a transaction. */
import type { Node } from '@understudy/node'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/disks.js'
import { startNode } from '../support/nodes.js'

describe('flushed saves', () => {
  it('of 64 savers at once share a flush, ten at least; those of one saver have one each [STG-13]', async () => {
    const node = await startNode({ name: 'a', data: temporaryFolder() })
    await node.whenReady()
    await flushes(node, 64, 1)
    const one = await flushes(node, 1, 200)
    const many = await flushes(node, 64, 100)
    process.stdout.write(`flushed saves: ${one.saves} by one saver in ${one.ms} ms, ${many.saves} by 64 in ${many.ms} ms, ${many.each.toFixed(1)} a transaction\n`)
    expect(one.each).toBeLessThanOrEqual(1)
    expect(many.each).toBeGreaterThanOrEqual(10)
  })
})

/** Saves by so many savers, each of whom waits for one save before the next: how many shared a transaction, and ms. */
async function flushes(node: Node, savers: number, rounds: number): Promise<{ readonly saves: number; readonly each: number; readonly ms: number }> {
  const sessions = await Promise.all(Array.from({ length: savers }, (_, saver) => node.store.open(`saver ${saver}`)))
  const before = transactionsOf(node)
  const began = performance.now()
  await Promise.all(
    sessions.map(async (session) => {
      for (let round = 0; round < rounds; round++) await session.increment('n').save()
    }),
  )
  const saves = savers * rounds
  return { saves, each: saves / (transactionsOf(node) - before), ms: Math.round(performance.now() - began) }
}

function transactionsOf(node: Node): number {
  return node.status().counters['transactions'] ?? 0
}
