/** A back-up was cut off for a while: what it gets when it is back. Cost grows with what changed, not with what is stored. */
import { describe, expect, it } from 'vitest'
import type { Node } from '@understudy/node'
import { eventually } from '../support/eventually.js'
import { linkTo, startBackup, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { Wire } from '../support/wire.js'
import { World } from '../support/world.js'

/** Frames by which nodes find out what differs: signs of a second round trip. */
const QUESTIONS: ReadonlySet<string> = new Set(['ask', 'compare', 'benchmarks', 'want', 'offer'])

async function cutOff(primary: Node, wire: Wire, meanwhile: () => Promise<void>): Promise<number> {
  wire.cut()
  await eventually('the link is lost', () => linkTo(primary, 'b').state === 'lost')
  const before = linkTo(primary, 'b').deltasSent
  await meanwhile()
  wire.mend()
  await whenCaughtUp(primary, 'b')
  return linkTo(primary, 'b').deltasSent - before
}

describe('a back-up that was cut off', () => {
  it(
    'gets the 1,000 of 100,000 sessions that changed, and nothing else, in one round trip [SCN-5]',
    { timeout: 120_000 },
    async () => {
      const primary = await startNode({ name: 'a' })
      const wire = new Wire()
      const backup = await startBackup(primary, { name: 'b', dial: wire.dial })
      await whenCaughtUp(primary, 'b')
      await saveSessions(primary.store, numbers(100_000), (number) => number)
      await whenCaughtUp(primary, 'b')

      const sent = await cutOff(primary, wire, () =>
        saveSessions(primary.store, numbers(100_000, 100), () => 'changed'),
      )
      expect(sent).toBe(1_000)
      expect(linkTo(backup, 'a').deltasReceived).toBe(1_000)
      expect([...wire.sent, ...wire.received].filter((type) => QUESTIONS.has(type))).toEqual([])
      expect(wire.received[0]).toBe('welcome')
      await whenEqual(primary, backup)
      expect(backup.status().sessions).toBe(100_000)
    },
  )

  it('gets nothing when nothing changed [SCN-5]', async () => {
    const primary = await startNode({ name: 'a' })
    const wire = new Wire()
    await startBackup(primary, { name: 'b', dial: wire.dial })
    await saveSessions(primary.store, numbers(100), (number) => number)
    await whenCaughtUp(primary, 'b')
    expect(await cutOff(primary, wire, async () => {})).toBe(0)
    expect(wire.received).not.toContain('deltas')
  })

  it('is asked for the benchmarks of what changed, and of nothing else, where the primary keeps none [SCN-5]', async () => {
    const environment = new World()
    const primary = await startNode({ name: 'a', benchmark: 'asked', environment })
    const wire = new Wire()
    const backup = await startBackup(primary, { name: 'b', environment, dial: wire.dial })
    await saveSessions(primary.store, numbers(5_000), (number) => number)
    await whenCaughtUp(primary, 'b')
    // The back-up's position advances with the marks of an idle link.
    await eventually('marks were sent', () => wire.received.at(-1) === 'marks')

    const sent = await cutOff(primary, wire, () => saveSessions(primary.store, numbers(5_000, 50), () => 'changed'))
    expect(sent).toBe(100)
    expect(wire.received.filter((type) => type === 'ask')).toHaveLength(1)
    expect(wire.received).not.toContain('compare')
    await whenEqual(primary, backup)
  })
})
