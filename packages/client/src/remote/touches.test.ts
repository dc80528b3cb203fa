import { sessionKey } from '@understudy/session'
import { expect, test } from 'vitest'
import { TestWorld } from '../memory-network.test-support.js'
import { addressOf, openWorld, run } from '../test-cluster.test-support.js'
import { Touches } from './touches.js'

const [one, two] = [sessionKey('one'), sessionKey('two')]

test('touches of a second are one each', async () => {
  const world = new TestWorld()
  const sent: string[] = []
  const touches = new Touches(world, (key) => sent.push(key) > 0)
  for (let index = 0; index < 10; index++) touches.add(index % 2 ? one : two, 60_000)
  await world.pass(999)
  expect(sent).toEqual([])
  await world.pass(1)
  expect(sent.sort()).toEqual([one, two].sort())
  expect(world.timers).toBe(0)
})

test('what cannot be sent waits on, and is forgotten when all is closed [CLI-13]', async () => {
  const world = new TestWorld()
  let open = false
  const sent: string[] = []
  const touches = new Touches(world, (key) => open && sent.push(key) > 0)
  touches.add(one, Infinity)
  await world.pass(5_000)
  expect(sent).toEqual([])
  open = true
  await world.pass(1_000)
  expect(sent).toEqual([one])
  open = false
  touches.add(two, Infinity)
  touches.close()
  expect([sent, world.timers]).toEqual([[one], 0])
})

test('a touch during an outage is sent after it', async () => {
  const { world, node, open } = await openWorld()
  const session = await open()
  world.network.shutDown(addressOf(node))
  session.touch()
  await world.pass(3_000)
  world.network.listen(addressOf(node), node.accept)
  await world.pass(8_000)
  expect(node.received('touch')).toHaveLength(1)
})

test('a touch that would come too late is sent at once [ADP-10]', async () => {
  const { world, node, store } = await openWorld()
  const session = await run(world, store.open('id', { idleTimeout: 2_000 }))
  session.touch()
  await world.settle()
  expect(node.received('touch')).toHaveLength(1)
})
