/**
 * Random histories: clients save while links are cut, nodes fall silent and primaries move. Whatever the seed, each
 * increment counts once, and nobody ever reads an older step than before.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionHandle } from '../session-handle.js'
import type { TestCluster } from '../test-cluster.test-support.js'
import { addressOf, openWorld, run } from '../test-cluster.test-support.js'

type Step =
  | { readonly do: 'save'; readonly client: number }
  | { readonly do: 'cut' | 'promote' | 'silence' | 'restart'; readonly node: number }
  | { readonly do: 'swallow' | 'hold'; readonly node: number }
  | { readonly do: 'pass'; readonly ms: number }

const node = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('save' as const), client: fc.nat({ max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('cut', 'promote', 'silence', 'restart'), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('swallow', 'hold'), node }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
)

async function perform({ world, cluster, nodes }: TestCluster, event: Exclude<Step, { do: 'save' }>): Promise<void> {
  if (event.do === 'pass') return world.pass(event.ms)
  const target = nodes[event.node]
  if (!target) return
  const address = addressOf(target)
  if (event.do === 'cut') world.network.cut(address)
  if (event.do === 'promote') cluster.promote(event.node)
  if (event.do === 'silence') world.network.blackHoles.add(address)
  if (event.do === 'restart') {
    world.network.blackHoles.delete(address)
    world.network.cut(address)
    target.rewrite = (frame) => frame
    target.holdsSaves = false
    target.held = []
  }
  if (event.do === 'swallow') target.rewrite = (frame) => (['saved', 'changed'].includes(frame.type) ? undefined : frame)
  if (event.do === 'hold') target.holdsSaves = true
  return world.settle()
}

/** Saves one more step of a client's own, and one increment that all share. */
function save(handle: SessionHandle, client: number, made: number[]): Promise<unknown> {
  made[client] = (made[client] ?? 0) + 1
  handle.set(`step-${client}`, made[client]).increment('total')
  return handle.save().catch(() => undefined)
}

/** After all is repaired, every client saves until nothing is left. */
async function repair(cluster: TestCluster, handles: readonly SessionHandle[]): Promise<void> {
  for (let index = 0; index < cluster.nodes.length; index++) await perform(cluster, { do: 'restart', node: index })
  cluster.cluster.promote(0)
  await cluster.world.pass(20_000)
  for (const handle of handles) {
    const saving = handle.save()
    await cluster.world.pass(9_000)
    await saving
  }
}

test('every increment counts once and reads never go backwards [CLI-3] [CLI-4] [CLI-5] [CLI-7]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const cluster = await openWorld(3)
      const { world, connect, open } = cluster
      const stores = [await connect(), await connect()]
      const handles = [await open(), ...(await Promise.all(stores.map((store) => run(world, store.open('id')))))]
      const made = [0, 0, 0]
      const seen: string[] = []
      handles.forEach((handle, reader) => {
        const last = [0, 0, 0]
        handle.on('changed', () => {
          made.forEach((_, client) => {
            const now = Number(handle.get(`step-${client}`) ?? 0)
            if (now < (last[client] ?? 0)) seen.push(`client ${reader} read step ${now} of ${client} after ${last[client]}`)
            last[client] = now
          })
          const total = Number(handle.get('total') ?? 0)
          const most = made.reduce((sum, count) => sum + count, 0)
          if (total > most) seen.push(`client ${reader} read a total of ${total} where ${most} were made`)
        })
      })
      for (const event of steps) {
        const handle = event.do === 'save' ? handles[event.client] : undefined
        if (event.do !== 'save') await perform(cluster, event)
        else if (handle) void save(handle, event.client, made)
      }
      await repair(cluster, handles)
      const total = made.reduce((sum, count) => sum + count, 0)
      for (const handle of handles) {
        expect(handle.get('total') ?? 0).toBe(total)
        made.forEach((count, client) => expect(handle.get(`step-${client}`) ?? 0).toBe(count))
      }
      expect(seen).toEqual([])
    }),
    { numRuns: Number(process.env['CHAOS_RUNS'] ?? 60) },
  )
})
