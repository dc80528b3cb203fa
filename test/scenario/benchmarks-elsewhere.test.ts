/** Benchmarks that another process keeps: the primary remembers nothing of its back-ups, and asks them nothing. */
import { describe, expect, it } from 'vitest'
import { HttpBenchmarkSource } from '@understudy/node'
import { eventually } from '../support/eventually.js'
import { Lines } from '../support/log.js'
import { linkTo, startBackup, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { startProgram } from '../support/process.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { Wire } from '../support/wire.js'
import { World } from '../support/world.js'

describe('benchmarks kept by another process', () => {
  it('make deltas as small as retained ones do, also after the link was cut [SCN-20]', async () => {
    const shelf = await startProgram('benchmarks')
    const source = new HttpBenchmarkSource(shelf.url)
    const environment = new World()
    const primary = await startNode({ name: 'a', environment, benchmark: source })
    const wire = new Wire()
    const backup = await startBackup(primary, { name: 'b', environment, dial: wire.dial })
    await whenCaughtUp(primary, 'b')
    const session = await primary.store.open('visitor')
    await session.set('large', 'x'.repeat(10_000)).save({ copies: 2, required: true })
    await saveSessions(primary.store, numbers(500), (number) => number)
    await whenCaughtUp(primary, 'b')
    await eventually('the benchmark is there', async () => (await source.read('b', [session.key]))[0]?.attributes.size)

    const before = linkTo(primary, 'b').sentBytes
    await session.set('n', 1).save({ copies: 2, required: true })
    expect(linkTo(primary, 'b').sentBytes - before).toBeLessThan(1_000)

    await eventually('the back-up knows how far it is', () => wire.received.at(-1) === 'marks')
    wire.cut()
    await eventually('the link is lost', () => linkTo(primary, 'b').state === 'lost')
    await session.set('n', 2).save()
    wire.mend()
    await whenEqual(primary, backup)
    expect(wire.received).not.toContain('ask')
    expect(linkTo(primary, 'b').sentBytes).toBeLessThan(20_000)
  })

  it('cost nothing but bytes when that process is gone [SCN-20]', async () => {
    const shelf = await startProgram('benchmarks')
    const log = new Lines()
    const primary = await startNode({ name: 'a', log, benchmark: new HttpBenchmarkSource(shelf.url) })
    const backup = await startBackup(primary, { name: 'b' })
    await whenCaughtUp(primary, 'b')
    const session = await primary.store.open('visitor')
    expect((await session.set('n', 1).save({ copies: 2, required: true })).copies).toBe(2)
    shelf.signal('SIGKILL')
    await shelf.ended
    expect((await session.set('n', 2).save({ copies: 2, required: true })).copies).toBe(2)
    await whenEqual(primary, backup)
    expect(log.all).toContain('warn the source of benchmarks failed; whole sessions are sent instead')
  })
})
