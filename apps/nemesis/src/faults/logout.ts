/** Logouts that race with writes on both sides of a partition: none of the sessions comes back. */
import { connect } from '@understudy/client'
import type { Store } from '@understudy/client'
import type { Violation } from '../checker.js'
import type { Fault } from './fault.js'

/** Sessions of one race. */
const SESSIONS = 250
/** Sessions dealt with at once. */
const LANES = 25

/** While a node is apart from the others, one side ends each session and the other writes it, at the same time. */
export const logout: Fault = {
  kind: 'logout',
  what: `a black hole around a node; of ${SESSIONS} sessions each is ended on one side and written on the other`,
  splits: true,
  isSurvived: false,
  strike: async ({ cluster, chance, number }) => {
    const victim = chance.pick(cluster.names)
    const others = cluster.names.filter((name) => name !== victim)
    const urls = (names: readonly string[]): string[] => names.map((name) => cluster.node(name).url)
    const ids = Array.from({ length: SESSIONS }, (_, i) => `logout ${number} ${i}`)
    const everywhere = await connect({ nodes: urls(cluster.names), name: 'logouts' })
    await each(ids, async (id) => {
      const session = await everywhere.open(id)
      await session.set('login', id).save({ copies: cluster.names.length })
      session.close()
    })
    cluster.network.around([victim], (way) => way.swallow('both'))
    await cluster.whenShared([victim])
    await cluster.whenShared(others)
    const sides = [await connect({ nodes: urls([victim]), name: 'here' }), await connect({ nodes: urls(others), name: 'there' })] as const
    const ended = new Set<string>()
    let written = 0
    await each(ids, async (id, i) => {
      const [ends, writes] = i % 2 === 0 ? sides : [sides[1], sides[0]]
      const write = async (): Promise<void> => {
        const session = await writes.open(id)
        await session.set('cart', i).increment('visits').save()
        session.close()
        written++
      }
      const end = async (): Promise<void> => {
        await ends.destroy(id)
        ended.add(id)
      }
      await Promise.all([write(), end()])
    })
    await Promise.all(sides.map((store) => store.close()))
    return {
      victims: [],
      lasts: 0,
      end: async () => cluster.network.mend(),
      counts: { logouts: ended.size, 'written on the other side': written },
      verify: async () => {
        const violations = await resurrected(everywhere, [...ended])
        await everywhere.close()
        return violations
      },
    }
  },
}

/** Sessions that can be found, or written, though they were ended. */
async function resurrected(store: Store, ids: readonly string[]): Promise<Violation[]> {
  const violations: Violation[] = []
  await each(ids, async (id) => {
    const found = await store.find(id)
    const opened = await store.open(id).then(() => true, () => false)
    if (found !== undefined || opened) violations.push({ breach: 'resurrected', text: `${id} was ended on one side of a partition, and is back` })
  })
  return violations
}

async function each(ids: readonly string[], act: (id: string, index: number) => Promise<void>): Promise<void> {
  const left = ids.entries()
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (const [index, id] of left) await act(id, index)
  }))
}
