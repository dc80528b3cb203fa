/** A replica that is damaged behind everybody's back is noticed by its digest and repaired. */
import { describe, expect, it } from 'vitest'
import type { PeerFrame } from '@understudy/protocol'
import { eventually } from '../support/eventually.js'
import { linkTo, startBackup, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { Wire } from '../support/wire.js'
import { World } from '../support/world.js'

/** Drops one session from every frame of deltas while `spoiling`: the back-up acknowledges what it never saw. */
class Thief {
  spoiling = false
  stolen = 0
  readonly steal = (frame: PeerFrame): PeerFrame => {
    if (!this.spoiling || frame.type !== 'deltas') return frame
    this.stolen++
    return { ...frame, entries: frame.entries.slice(1) }
  }
}

describe('a replica that lacks what its primary believes it holds', () => {
  it('is noticed by its digest when the link is idle, and gets what it lacks and nothing else [SCN-9]', async () => {
    const environment = new World()
    const primary = await startNode({ name: 'a', environment })
    const thief = new Thief()
    const wire = new Wire(thief.steal)
    const backup = await startBackup(primary, { name: 'b', environment, dial: wire.dial })
    await saveSessions(primary.store, numbers(2_000), (number) => number)
    await whenCaughtUp(primary, 'b')
    await whenEqual(primary, backup)

    const opened = linkTo(primary, 'b').deltasSent
    const session = await primary.store.open('session 5')
    await eventually(
      'the opening has travelled, as a touch',
      () => linkTo(primary, 'b').deltasSent === opened + 1 && linkTo(primary, 'b').equal,
    )
    thief.spoiling = true
    expect((await session.set('n', 'never seen by the back-up').save({ copies: 2, required: true })).copies).toBe(2)
    thief.spoiling = false
    expect(thief.stolen).toBe(1)
    const before = linkTo(primary, 'b').deltasSent
    await whenEqual(primary, backup)
    expect(linkTo(primary, 'b').deltasSent - before).toBe(1)
    expect(wire.received).toContain('compare')
  })

  it('is repaired of whole sessions and of deaths, too [SCN-9]', async () => {
    const environment = new World()
    const primary = await startNode({ name: 'a', environment })
    const thief = new Thief()
    const backup = await startBackup(primary, { name: 'b', environment, dial: new Wire(thief.steal).dial })
    await saveSessions(primary.store, numbers(10), (number) => number)
    await whenCaughtUp(primary, 'b')
    thief.spoiling = true
    await primary.store.open('born unseen')
    await primary.store.destroy('session 3')
    await eventually('both were stolen', () => thief.stolen >= 1 && linkTo(primary, 'b').equal)
    thief.spoiling = false
    await whenEqual(primary, backup)
    expect(backup.status().sessions).toBe(10)
  })
})
