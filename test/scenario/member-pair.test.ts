/** Two members: each is primary of about half of all slots and backs up the other's. Apps use whichever they like. */
import { describe, expect, it } from 'vitest'
import type { Store } from '@understudy/client'
import type { Node } from '@understudy/node'
import { connectApp, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'

async function startPair(): Promise<readonly [Node, Node]> {
  const addressOfB = await Relay.start()
  const a = await startNode({ name: 'a', peers: { b: addressOfB.url } })
  const b = await startNode({ name: 'b', peers: { a: a.url } })
  addressOfB.leadTo(b)
  await whenCaughtUp(a, 'b')
  await whenCaughtUp(b, 'a')
  return [a, b]
}

async function shopping(store: Store, visitors: number, basket: string): Promise<number[]> {
  const copies: number[] = []
  for (let visitor = 0; visitor < visitors; visitor++) {
    const session = await store.open(`visitor ${visitor}`)
    copies.push((await session.set(basket, visitor).increment('visits').save({ copies: 2, required: true })).copies)
    session.close()
  }
  return copies
}

describe('two members', () => {
  it('share the slots, and every save of any app through either node ends up on both [SCN-16]', async () => {
    const [a, b] = await startPair()
    expect(a.status().slots.primary + b.status().slots.primary).toBe(256)
    expect(Math.min(a.status().slots.primary, b.status().slots.primary)).toBeGreaterThan(80)
    const stores = [a.store, b.store, await connectApp([a]), await connectApp([b])]
    for (const [i, store] of stores.entries()) {
      expect(await shopping(store, 50, `basket ${i}`)).toEqual(Array.from({ length: 50 }, () => 2))
    }
    await whenEqual(a, b)
    const session = await b.store.find('visitor 49')
    expect(session?.toJSON()).toEqual({ 'basket 0': 49, 'basket 1': 49, 'basket 2': 49, 'basket 3': 49, visits: 4 })
  })

  it('let an app at one node follow what an app at the other changes [SCN-16]', async () => {
    const [a, b] = await startPair()
    for (let visitor = 0; visitor < 8; visitor++) {
      const here = await a.store.open(`visitor ${visitor}`)
      const there = await b.store.open(`visitor ${visitor}`)
      const heard = new Promise((resolve) => there.on('changed', resolve))
      await here.set('theme', 'dark').save()
      expect(await heard).toEqual(['theme'])
      expect(there.get('theme')).toBe('dark')
    }
  })
})
