/** An app whose process has a node: what it does with sessions that are, or become, another node's. */
import { sessionKey, slotOf } from '@understudy/client'
import type { Node } from '@understudy/node'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { connectApp, linkTo, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { World } from '../support/world.js'

const MINUTE = 60_000

describe('an app with a node in its process', () => {
  it('keeps a session alive by reading it alone, also once another node is its primary [NOD-39]', async () => {
    const environment = new World()
    const { other, own } = await twoMembers(environment)
    const session = await own.store.open('visitor', { idleTimeout: MINUTE })
    await session.set('n', 1).save({ copies: 2 })
    own.move('last')
    await eventually('the other is primary of all', () => own.status().slots.primary === 0)
    await whenCaughtUp(other, 'b')
    for (let reads = 0; reads < 2; reads++) {
      environment.forward(0.9 * MINUTE)
      const before = linkTo(other, 'b').deltasSent
      session.touch()
      await eventually('the touch has come, and is passed on', () => linkTo(other, 'b').deltasSent > before)
    }
    expect(session.ended).toBeUndefined()
    environment.forward(1.1 * MINUTE)
    await eventually('it expires once nobody reads it', () => session.ended === 'expired')
    await whenEqual(other, own)
  })

  it('reads what is saved here, once its own node is primary of a session that it had opened elsewhere [FRE-8]', async () => {
    const [address, back] = [await Relay.start(), await Relay.start()]
    const other = await startNode({ name: 'a', peers: { b: back.url }, advertise: address.url })
    const own = await startNode({ name: 'b', peers: { a: address.url } })
    address.leadTo(other)
    back.leadTo(own)
    await Promise.all([other.whenReady(), own.whenReady()])
    const id = idServedBy(other)
    const session = await own.store.open(id)
    await session.set('n', 1).save({ copies: 2 })
    address.freeze()
    back.freeze()
    await eventually('its own node has taken over', () => own.reign(slotOf(sessionKey(id)))?.serving === true)
    const app = await connectApp([own])
    await (await app.open(id)).set('n', 2).save()
    expect((await own.store.find(id, { atLeast: 'now' }))?.get('n')).toBe(2)
    // What another store says is saved, its own replica shows when it says so, too.
    await session.set('n', 3).save()
    expect(session.get('n')).toBe(3)
  })

  it('reads what is true now only once its node knows that it still serves, after it did not run for a while [FRE-8]', async () => {
    const environment = new World()
    const { own } = await twoMembers(environment)
    const id = idServedBy(own)
    const isServing = (): boolean => own.reign(slotOf(sessionKey(id)))?.serving === true
    await (await own.store.open(id)).set('n', 1).save({ copies: 2 })
    environment.forward(600)
    expect(isServing()).toBe(false)
    expect((await own.store.find(id, { atLeast: 'now' }))?.get('n')).toBe(1)
    expect(isServing()).toBe(true)
  })
})

/** Two members whose clocks are the test's; the app is in the process of one of them. */
async function twoMembers(environment: World): Promise<{ other: Node; own: Node }> {
  const address = await Relay.start()
  const other = await startNode({ name: 'a', peers: { b: address.url }, environment })
  const own = await startNode({ name: 'b', peers: { a: other.url }, environment })
  address.leadTo(own)
  await Promise.all([other.whenReady(), own.whenReady()])
  return { other, own }
}

/** An id of which this node is the primary. */
function idServedBy(node: Node): string {
  for (let i = 0; ; i++) {
    const id = `visitor ${i}`
    if (node.reign(slotOf(sessionKey(id)))?.serving === true) return id
  }
}
