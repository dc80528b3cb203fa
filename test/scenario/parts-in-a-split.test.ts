/** Two members are split, apps write on both sides, and both sides' parts, counts and members are there when it heals. */
import { sessionKey } from '@understudy/client'
import type { Store } from '@understudy/client'
import { Placement, slotOf } from '@understudy/cluster'
import type { Node } from '@understudy/node'
import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/members.js'
import { startNode, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'

const placement = new Placement(['a', 'b'].map((name) => ({ name, role: 'member' })), 1)
const IDS = Array.from({ length: 60 }, (_, i) => `visitor ${i}`)

it('what both sides of a split put into one cart, count and collect is all there when it heals [PTH-2] [CNT-1] [MEM-1]', async () => {
  const { a, b, ways } = await startTwo()
  const ids = IDS.filter((id) => placement.primary(slotOf(sessionKey(id))) === 'a')
  for (const id of ids) {
    const session = await a.store.open(id)
    await session.set('cart', { shared: { count: 1 } }).set('user', { name: 'x' }).increment('views', 10).add('tags', 'old').save({ copies: 2, required: true })
  }
  for (const way of ways) way.cut()
  await eventually('both sides serve all slots', () => a.status().slots.primary === 256 && b.status().slots.primary === 256)
  for (const [side, store] of [['a', a.store], ['b', b.store]] as const) await shop(store, ids, side)
  for (const id of ids) await (await a.store.open(id)).remove('user').save({ copies: 1 })
  for (const id of ids) await (await b.store.open(id)).set(['user', 'seen'], true).save({ copies: 1 })
  for (const way of ways) way.mend()
  await eventually('they share the slots', () => [a, b].every((node) => node.ready && node.status().slots.primary > 0 && node.status().slots.primary < 256))
  await whenEqual(a, b)
  for (const store of [a.store, b.store]) {
    for (const id of ids) {
      const session = await store.find(id)
      expect(session?.get('cart')).toEqual({ shared: { count: 1 }, 'only a': { count: 3 }, 'only b': { count: 3 } })
      expect([session?.get('views'), session?.has('user')]).toEqual([10 + 6 + 6, false])
      expect(session?.members('tags')).toEqual(new Set(['old', 'a', 'b']))
    }
  }
})

/** Three saves of each session. */
async function shop(store: Store, ids: readonly string[], side: string): Promise<void> {
  for (const id of ids) {
    const session = await store.open(id)
    for (let count = 1; count <= 3; count++) {
      await session.set(['cart', `only ${side}`, 'count'], count).increment('views', 2).add('tags', side).save({ copies: 1 })
    }
  }
}

/** Two members in this process that take over from one another, and the ways between them. */
async function startTwo(): Promise<{ a: Node; b: Node; ways: Relay[] }> {
  const ports = { a: await freePort(), b: await freePort() }
  const ways: Relay[] = []
  const start = async (name: 'a' | 'b', other: 'a' | 'b'): Promise<Node> => {
    const way = await Relay.start()
    way.leadTo({ port: ports[other] })
    ways.push(way)
    return startNode({ name, listen: `127.0.0.1:${ports[name]}`, peers: { [other]: way.url }, backups: 1, takeOver: true })
  }
  const [a, b] = await Promise.all([start('a', 'b'), start('b', 'a')])
  await Promise.all([a.whenReady(), b.whenReady()])
  await eventually('they share the slots', () => a.status().slots.primary + b.status().slots.primary === 256)
  return { a, b, ways }
}
