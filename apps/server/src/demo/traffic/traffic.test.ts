/** Visitors notice what a shop forgets, and only that. */
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { FakeShopStore } from '../../test-support/fake-shop-store.js'
import { portOf } from '../free-ports.js'
import { createShop } from '../shop/shop.js'
import { newTally } from './tally.js'
import { startTraffic } from './traffic.js'
import { VirtualUser } from './virtual-user.js'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${portOf(server)}/`
}

/** Two instances upon one store. */
async function shopInstances(store: FakeShopStore): Promise<readonly string[]> {
  const shop = () => serving(createShop(store, { instance: '1', others: [] }).app)
  return await Promise.all([shop(), shop()])
}

/** A generator whose seed is fixed: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test('on a store that keeps everything nothing is late, failed or lost', async () => {
  const instances = await shopInstances(new FakeShopStore())
  const traffic = startTraffic({ users: 5, instances, random: seeded(1), longestLook: 1 })
  while (traffic.tally.checked < 300) await new Promise((resolve) => setTimeout(resolve, 10))
  await traffic.stop()
  expect(traffic.tally).toMatchObject({ failed: 0, late: 0, lost: 0 })
  expect(traffic.tally.requests).toBeGreaterThan(traffic.tally.checked)
})

test('a lost update is counted, once, and only after time enough [SRV-6]', async () => {
  const store = new FakeShopStore()
  const instances = await shopInstances(store)
  const tally = newTally()
  const user = new VirtualUser({ instances, tally, random: seeded(2) })
  for (let step = 0; step < 12; step++) await user.step()
  expect(tally.lost).toBe(0)
  for (const { values } of store.sessions.values()) values.set('cart.lamp', 1000)
  const began = performance.now()
  await user.verify(instances[0] ?? '')
  expect(performance.now() - began).toBeGreaterThan(1900)
  await user.verify(instances[1] ?? '')
  expect(tally).toMatchObject({ lost: 1, late: 0 })
})

test('an update that shows at a second look is late, not lost', async () => {
  const store = new FakeShopStore()
  const instances = await shopInstances(store)
  const tally = newTally()
  const user = new VirtualUser({ instances, tally, random: seeded(2) })
  for (let step = 0; step < 12; step++) await user.step()
  const set = (amount: number) => store.sessions.forEach(({ values }) => values.set('cart.lamp', amount))
  const lamps = [...store.sessions.values()].at(-1)?.values.get('cart.lamp')
  set(1000)
  setTimeout(() => {
    if (lamps === undefined) store.sessions.forEach(({ values }) => values.delete('cart.lamp'))
    else set(Number(lamps))
  }, 120)
  await user.verify(instances[0] ?? '')
  expect(tally).toMatchObject({ lost: 0, late: 1 })
})

test('a failed request is counted as such, and what it may have done is believed', async () => {
  const store = new FakeShopStore()
  const instances = await shopInstances(store)
  const tally = newTally()
  const user = new VirtualUser({ instances, tally, random: seeded(3) })
  for (let step = 0; step < 5; step++) await user.step()
  store.failSavesWith = 'TIMEOUT'
  while (tally.failed === 0) await user.step()
  store.failSavesWith = undefined
  // As if the save had taken effect after all.
  for (const { values } of store.sessions.values()) values.set('cart.tea', 77)
  await user.verify(instances[0] ?? '')
  expect(tally).toMatchObject({ lost: 0, late: 0 })
})

test('a shop that does not answer is a failure, not a loss', async () => {
  const tally = newTally()
  const user = new VirtualUser({ instances: ['http://127.0.0.1:9/'], tally, random: seeded(4) })
  await user.step()
  expect(tally).toEqual({ requests: 1, failed: 1, checked: 0, late: 0, lost: 0 })
})
