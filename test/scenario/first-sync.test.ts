/** A back-up that holds nothing yet: a new one, and one whose memory went with its process. */
import { describe, expect, it } from 'vitest'
import type { LinkStatus, Node } from '@understudy/node'
import { temporaryFolder } from '../support/disks.js'
import { eventually } from '../support/eventually.js'
import { linkTo, startBackup, startNode, startPrimary, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { Wire } from '../support/wire.js'

describe('a new back-up', () => {
  it('gets every session once, and the status of its primary shows how far it is [SCN-6]', async () => {
    const primary = await startNode({ name: 'a' })
    await saveSessions(primary.store, numbers(20_000), (number) => `value ${number}`)
    const seen: LinkStatus['sync'][] = []
    const wire = new Wire((frame) => {
      if (frame.type === 'deltas') seen.push(linkTo(primary, 'b').sync)
      return frame
    })
    const backup = await startBackup(primary, { name: 'b', dial: wire.dial })
    await whenCaughtUp(primary, 'b')

    const steps = seen.flatMap((sync) => (sync === undefined ? [] : [sync]))
    expect(steps.length).toBeGreaterThan(3)
    expect(new Set(steps.map(({ total }) => total))).toEqual(new Set([20_000]))
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).sort((a, b) => a - b))
    expect(linkTo(primary, 'b')).toMatchObject({ dirty: 0, inFlightBytes: 0, deltasSent: 20_000 })
    expect(linkTo(primary, 'b').sync).toBeUndefined()
    expect(wire.sent).not.toContain('benchmarks')
    await whenEqual(primary, backup)
  })

  it('goes on where it was when the link is cut meanwhile [SCN-6]', async () => {
    const primary = await startNode({ name: 'a' })
    await saveSessions(primary.store, numbers(20_000), (number) => `value ${number}`)
    let frames = 0
    const remaining: number[] = []
    const wire: Wire = new Wire((frame) => {
      if (frame.type !== 'deltas') return frame
      if (++frames === 4) wire.cut()
      if (frames > 4) remaining.push(linkTo(backup, 'a').remaining ?? 0)
      return frame
    })
    const backup: Node = await startBackup(primary, { name: 'b', dial: wire.dial })
    await eventually('the link is lost', () => primary.status().links[0]?.state === 'lost')
    const sent = linkTo(primary, 'b').deltasSent
    expect(backup.status().sessions).toBeLessThan(20_000)
    wire.mend()
    await whenEqual(primary, backup)
    await whenCaughtUp(primary, 'b')
    // The back-up's own status told what was left to come.
    expect(Math.max(...remaining)).toBeGreaterThan(5_000)
    expect(linkTo(backup, 'a').remaining).toBeUndefined()
    // Sent twice was at most what was on its way when the link was cut.
    expect(linkTo(primary, 'b').deltasSent).toBeLessThan(20_000 + sent)
    expect(linkTo(backup, 'a').deltasReceived).toBeLessThan(20_000)
  })

  it('gets what changes while it is being filled [SCN-6]', async () => {
    const primary = await startNode({ name: 'a' })
    await saveSessions(primary.store, numbers(5_000), () => 'before')
    let changing: Promise<void> | undefined
    const wire = new Wire((frame) => {
      if (frame.type === 'deltas') changing ??= saveSessions(primary.store, numbers(5_000, 3), () => 'meanwhile')
      return frame
    })
    const backup = await startBackup(primary, { name: 'b', dial: wire.dial })
    await whenCaughtUp(primary, 'b')
    await changing
    await whenEqual(primary, backup)
  })
})

describe('whole sessions', () => {
  it('are what a new back-up gets, and lie on its disk as any other: the next process needs none of them [SCN-25]', async () => {
    const primary = await startNode({ name: 'a' })
    await saveSessions(primary.store, numbers(5_000), (number) => `value ${number}`)
    const kept = await primary.store.open('kept', { idleTimeout: 60_000 })
    await kept.set('user', 'ada').freeze('user').set('views', 1).remove('views').save()
    await primary.store.destroy('session 7')
    const data = temporaryFolder()
    const seen = { wholes: 0, entries: 0 }
    const wire = new Wire((frame) => {
      if (frame.type === 'deltas') {
        seen.wholes += frame.wholes?.length ?? 0
        seen.entries += frame.entries.length
      }
      return frame
    })
    const backup = await startBackup(primary, { name: 'b', data, dial: wire.dial })
    await whenCaughtUp(primary, 'b')
    // All but the session that is dead.
    expect(seen).toEqual({ wholes: 5_000, entries: 1 })
    await whenEqual(primary, backup)
    await eventually('the back-up was told where it stands', () => wire.received.lastIndexOf('marks') > wire.received.lastIndexOf('deltas'))
    await backup.close()

    const again = await startBackup(primary, { name: 'b', data })
    await whenCaughtUp(primary, 'b')
    await whenEqual(primary, again)
    expect(linkTo(again, 'a').deltasReceived).toBe(0)
  })

  it('give a back-up that takes over just what there was [SCN-25]', async () => {
    const data = temporaryFolder()
    const primary = await startNode({ name: 'a', mode: 'immutable' })
    await saveSessions(primary.store, numbers(300), (number) => `value ${number}`)
    const kept = await primary.store.open('kept')
    await kept.set('user', 'ada').freeze('user').set('cart', { tea: 2 }).save()
    const backup = await startBackup(primary, { name: 'b', mode: 'immutable', data })
    await whenCaughtUp(primary, 'b')
    await kept.set(['cart', 'tea'], 3).save({ copies: 2, required: true })
    await whenEqual(primary, backup)
    await backup.close()
    await primary.close()

    const alone = await startNode({ name: 'b', mode: 'immutable', data })
    await alone.whenReady()
    const found = await alone.store.find('kept')
    expect(found?.toJSON()).toEqual({ user: 'ada', cart: { tea: 3 } })
    expect(found?.isFrozen('user')).toBe(true)
    expect(alone.status().sessions).toBe(301)
  })
})

describe('a back-up that restarts empty', () => {
  it('is filled again, whatever its primary believed it held [SCN-7]', async () => {
    const [primary, backup] = await startPrimary({}, 'b')
    await saveSessions(primary.store, numbers(2_000), (number) => number)
    await whenEqual(primary, given(backup))
    await given(backup).close()
    await saveSessions(primary.store, numbers(2_000, 10), () => 'changed')

    const again = await startBackup(primary, { name: 'b' })
    await whenEqual(primary, again)
    expect(again.status().sessions).toBe(2_000)
  })
})

function given(node: Node | undefined): Node {
  if (node === undefined) throw new Error('no such node')
  return node
}
