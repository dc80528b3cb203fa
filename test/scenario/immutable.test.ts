/** Mode immutable: no benchmark is kept; what is frozen travels once, and every delta after that is complete without it. */
import { describe, expect, it } from 'vitest'
import type { PeerFrame } from '@understudy/protocol'
import { eventually } from '../support/eventually.js'
import { linkTo, startBackup, startNode, startPrimary, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { Wire } from '../support/wire.js'
import { World } from '../support/world.js'

const PROFILE = 'x'.repeat(10_000)

describe('mode immutable', () => {
  it('sends a frozen attribute once, however often the rest of the session changes [SCN-12]', async () => {
    const [primary, backup] = await startPrimary({ mode: 'immutable' }, 'b')
    const session = await primary.store.open('visitor')
    const sent = (): number => linkTo(primary, 'b').sentBytes
    const start = sent()
    await session.set('profile', PROFILE).freeze('profile').save({ copies: 2, required: true })
    const once = sent() - start
    expect(once).toBeGreaterThan(PROFILE.length)
    for (let i = 0; i < 100; i++) await session.set('n', i).save({ copies: 2, required: true })
    expect((sent() - start - once) / 100).toBeLessThan(150)
    await whenEqual(primary, ...(backup ? [backup] : []))
    expect(() => session.set('profile', 'other')).toThrow(
      expect.objectContaining({ code: 'ATTRIBUTE_FROZEN', attribute: 'profile' }),
    )
  })

  it('sends the frozen part again to a back-up that lacks it and asks [SCN-12]', async () => {
    const primary = await startNode({ name: 'a', mode: 'immutable' })
    let stripped = 0
    const strip = (frame: PeerFrame): PeerFrame => {
      if (frame.type !== 'deltas' || stripped > 0) return frame
      const entries = frame.entries.map(({ frozen, ...entry }) => {
        if (frozen !== undefined) stripped++
        return entry
      })
      return { ...frame, entries }
    }
    const wire = new Wire(strip)
    const backup = await startBackup(primary, { name: 'b', mode: 'immutable', dial: wire.dial })
    await whenCaughtUp(primary, 'b')
    const session = await primary.store.open('visitor')
    // What the back-up refused to acknowledge counts as a copy only once it holds all of it.
    expect(await session.set('profile', PROFILE).freeze('profile').save({ copies: 2, required: true })).toMatchObject({
      copies: 2,
    })
    expect(stripped).toBe(1)
    expect(wire.sent).toContain('benchmarks')
    expect(backup.status().digest).toBe(primary.status().digest)
  })

  it('needs nothing remembered or asked to bring back a back-up that was cut off [SCN-12]', async () => {
    const environment = new World()
    const primary = await startNode({ name: 'a', mode: 'immutable', environment })
    const wire = new Wire()
    const backup = await startBackup(primary, { name: 'b', mode: 'immutable', environment, dial: wire.dial })
    await saveSessions(primary.store, numbers(2_000), (number) => number)
    await whenCaughtUp(primary, 'b')
    await eventually('marks were sent', () => wire.received.at(-1) === 'marks')
    wire.cut()
    await eventually('the link is lost', () => linkTo(primary, 'b').state === 'lost')
    const before = linkTo(primary, 'b').deltasSent
    await saveSessions(primary.store, numbers(2_000, 20), () => 'changed')
    wire.mend()
    await whenEqual(primary, backup)
    await whenCaughtUp(primary, 'b')
    expect(linkTo(primary, 'b').deltasSent - before).toBe(100)
    expect(wire.received).not.toContain('ask')
  })
})
