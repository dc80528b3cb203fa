/** A primary that lost its memory must not serve emptiness where its back-ups hold sessions. */
import { describe, expect, it } from 'vitest'
import type { Node } from '@understudy/node'
import { eventually } from '../support/eventually.js'
import { Lines } from '../support/log.js'
import { linkTo, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { Wire } from '../support/wire.js'

/** Addresses of a primary and its back-up that outlive their processes. */
async function addresses(): Promise<{ a: Relay; b: Relay }> {
  return { a: await Relay.start(), b: await Relay.start() }
}

async function primaryAt(at: { a: Relay; b: Relay }, knowsBackup: boolean): Promise<Node> {
  const node = await startNode({ name: 'a', advertise: at.a.url, ...(knowsBackup && { peers: { b: at.b.url } }) })
  at.a.leadTo(node)
  return node
}

async function backupAt(at: { a: Relay; b: Relay }, wire = new Wire()): Promise<Node> {
  const node = await startNode({ name: 'b', role: 'backup', peers: { a: at.a.url }, dial: wire.dial })
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

  it('serves nobody emptiness when the link is lost before all was fetched [SCN-8]', async () => {
    const at = await addresses()
    const first = await startNode({ name: 'a', advertise: at.a.url })
    at.a.leadTo(first)
    let cuts = 0
    const wire = new Wire((frame) => {
      if (frame.type === 'want' && cuts++ === 0) wire.cut()
      return frame
    })
    await backupAt(at, wire)
    await whenCaughtUp(first, 'b')
    await saveSessions(first.store, numbers(2_000), (number) => number)
    await whenCaughtUp(first, 'b')
    await first.close()

    // The primary knows the back-up but can't dial it: only the cable that is cut leads there.
    const second = await startNode({
      name: 'a',
      advertise: at.a.url,
      peers: { b: at.b.url },
      peerWait: 60_000,
      dial: () => Promise.reject(new Error('no way')),
    })
    at.a.leadTo(second)
    await eventually('the cable was cut', () => cuts === 1 && linkTo(second, 'b').state === 'lost')
    expect(second.ready).toBe(false)
    const found = second.store.find('session 1999')
    wire.mend()
    expect((await found)?.toJSON()).toEqual({ n: 1_999 })
    expect(second.status().sessions).toBe(2_000)
  })

  it('serves without a back-up that does not return in time, and merges what it holds when it comes [SCN-8]', async () => {
    const at = await addresses()
    const log = new Lines()
    const first = await primaryAt(at, true)
    const wire = new Wire()
    const backup = await backupAt(at, wire)
    await whenCaughtUp(first, 'b')
    await saveSessions(first.store, numbers(100), (number) => number)
    await whenEqual(first, backup)
    wire.cut()
    await first.close()

    const second = await startNode({
      name: 'a',
      advertise: at.a.url,
      peers: { b: at.b.url },
      peerWait: 50,
      log,
      dial: () => Promise.reject(new Error('no way')),
    })
    at.a.leadTo(second)
    await second.whenReady()
    expect(log.all.some((line) => line.startsWith('warn begins without b'))).toBe(true)
    await (await second.store.open('session 5')).set('m', 'without the back-up').save()
    wire.mend()
    await whenEqual(second, backup)
    expect((await second.store.find('session 5'))?.toJSON()).toEqual({ m: 'without the back-up', n: 5 })
    expect(second.status().sessions).toBe(100)
    // The first life reigned in epoch 1 at least.
    expect(second.status().epoch).toBeGreaterThan(1)
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
