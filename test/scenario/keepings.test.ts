/** Where a benchmark is kept makes no difference to what back-ups hold: only to who is asked for it. */
import { describe, expect, it } from 'vitest'
import { MemoryBenchmarkSource } from '@understudy/differencing'
import type { BenchmarkSource, KeyedBenchmark } from '@understudy/differencing'
import type { Node, NodeOptions } from '@understudy/node'
import { eventually } from '../support/eventually.js'
import { linkTo, startBackup, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Wire } from '../support/wire.js'
import { World } from '../support/world.js'

/** A source that counts what it is asked. */
class CountingSource extends MemoryBenchmarkSource {
  reads = 0
  writes = 0

  override read(backup: string, keys: readonly string[]): ReturnType<BenchmarkSource['read']> {
    this.reads += keys.length
    return super.read(backup, keys)
  }

  override write(backup: string, entries: readonly KeyedBenchmark[]): Promise<void> {
    this.writes += entries.length
    return super.write(backup, entries)
  }
}

/** A source that is out of order. */
const broken: BenchmarkSource = {
  read: () => Promise.reject(new Error('out of order')),
  write: () => Promise.reject(new Error('out of order')),
}

/** A week in the life of ten sessions: connected, cut off, connected. */
async function liveThrough(
  benchmark: NonNullable<NodeOptions['benchmark']>,
): Promise<{ primary: Node; backup: Node; wire: Wire }> {
  const environment = new World()
  const primary = await startNode({ name: 'a', benchmark, environment })
  const wire = new Wire()
  const backup = await startBackup(primary, { name: 'b', environment, dial: wire.dial })
  await whenCaughtUp(primary, 'b')
  await change(primary, 30)
  await whenEqual(primary, backup)
  await eventually('the back-up knows how far it is', () => wire.received.at(-1) === 'marks')
  wire.cut()
  await eventually('the link is lost', () => linkTo(primary, 'b').state === 'lost')
  await change(primary, 30)
  wire.mend()
  await whenCaughtUp(primary, 'b')
  await change(primary, 30)
  await whenEqual(primary, backup)
  return { primary, backup, wire }
}

async function change(primary: Node, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const session = await primary.store.open(`session ${i % 10}`)
    if (i % 3 === 0) session.increment('views')
    if (i % 4 === 1) session.remove('flash')
    if (i >= 20 && !session.isFrozen('born')) session.set('born', i).freeze('born')
    await session
      .set(`attribute ${i % 7}`, 'x'.repeat(i))
      .set('flash', i)
      .save({ copies: 2 })
    session.close()
  }
}

describe('benchmarks', () => {
  it('retained by the primary: nobody is asked [SCN-13]', async () => {
    const { wire } = await liveThrough('retained')
    expect(wire.received).not.toContain('ask')
  })

  it('asked of the back-up: it is asked before it is sent anything [SCN-13]', async () => {
    const { wire } = await liveThrough('asked')
    expect(wire.received.filter((type) => type === 'ask').length).toBeGreaterThan(10)
    expect(wire.received.indexOf('ask')).toBeLessThan(wire.received.indexOf('deltas'))
  })

  it('read from a source elsewhere: it is read, and written as the back-up acknowledges; the back-up is not asked [SCN-13]', async () => {
    const source = new CountingSource()
    const { wire } = await liveThrough(source)
    expect(source.reads).toBeGreaterThan(30)
    expect(source.writes).toBeGreaterThan(30)
    expect(wire.received).not.toContain('ask')
  })

  it('beyond what the primary retains are asked for when the back-up is back [SCN-13]', async () => {
    const primary = await startNode({ name: 'a', retainedBenchmarks: 3 })
    const wire = new Wire()
    const backup = await startBackup(primary, { name: 'b', dial: wire.dial })
    await change(primary, 30)
    await whenCaughtUp(primary, 'b')
    wire.cut()
    await eventually('the link is lost', () => linkTo(primary, 'b').state === 'lost')
    await change(primary, 30)
    wire.mend()
    await whenEqual(primary, backup)
    expect(wire.received.filter((type) => type === 'ask')).toHaveLength(1)
  })

  it('that cannot be had make deltas larger and nothing worse [SCN-13]', async () => {
    const { primary, backup } = await liveThrough(broken)
    expect(backup.status().digest).toBe(primary.status().digest)
  })
})
