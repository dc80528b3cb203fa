/** A primary that lost its memory must not serve emptiness where its back-ups hold sessions. */
import { describe, expect, it } from 'vitest'
import type { Node } from '@understudy/node'
import { eventually } from '../support/eventually.js'
import { startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { numbers, saveSessions } from '../support/sessions.js'

/** Addresses of a primary and its back-up that outlive their processes. */
async function addresses(): Promise<{ a: Relay; b: Relay }> {
  return { a: await Relay.start(), b: await Relay.start() }
}

async function primaryAt(at: { a: Relay; b: Relay }, knowsBackup: boolean): Promise<Node> {
  const node = await startNode({ name: 'a', advertise: at.a.url, ...(knowsBackup && { peers: { b: at.b.url } }) })
  at.a.leadTo(node)
  return node
}

async function backupAt(at: { a: Relay; b: Relay }): Promise<Node> {
  const node = await startNode({ name: 'b', role: 'backup', peers: { a: at.a.url } })
  at.b.leadTo(node)
  return node
}

describe('a primary that restarts empty', () => {
  it('fetches all sessions and deaths from its back-up before it serves, in a higher epoch [SCN-8]', async () => {
    const at = await addresses()
    const first = await primaryAt(at, true)
    const backup = await backupAt(at)
    await whenCaughtUp(first, 'b')
    await saveSessions(first.store, numbers(3_000), (number) => number)
    await first.store.destroy('session 7', { copies: 2, required: true })
    await whenEqual(first, backup)
    const { epoch, digest } = first.status()
    await first.close()

    const second = await primaryAt(at, true)
    expect(second.ready).toBe(false)
    // Asked for at once: the answer waits until the sessions are there.
    const session = await second.store.find('session 8')
    expect(session?.toJSON()).toEqual({ n: 8 })
    await expect(second.store.open('session 7')).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    await second.whenReady()
    expect(second.status()).toMatchObject({ digest, sessions: 2_999 })
    expect(second.status().epoch).toBeGreaterThan(epoch)

    await session?.set('n', 'written again').save({ copies: 2, required: true })
    await whenEqual(second, backup)
  })

  it('merges what a back-up holds that it did not know of and that comes only later [SCN-8]', async () => {
    const at = await addresses()
    const first = await primaryAt(at, false)
    const backup = await backupAt(at)
    await whenCaughtUp(first, 'b')
    await saveSessions(first.store, numbers(500), () => 'first')
    await whenEqual(first, backup)
    const { epoch } = first.status()
    await first.close()

    const second = await primaryAt(at, false)
    await eventually('the back-up is back', () => second.status().links.some(({ state }) => state === 'open'))
    await whenCaughtUp(second, 'b')
    expect(second.status().epoch).toBeGreaterThan(epoch)
    await whenEqual(second, backup)
    expect(second.status().sessions).toBe(500)
    const session = await second.store.find('session 3')
    expect((await session?.set('n', 'second').save({ copies: 2, required: true }))?.copies).toBe(2)
    await whenEqual(second, backup)
  })
})
