/** Watching all sessions, new ids, and reads that know how fresh they are: on members that share the slots. */
import { newToken, tokenHashHex, Access } from '@understudy/node'
import { sessionKey } from '@understudy/client'
import type { Store, WatchListener } from '@understudy/client'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { connectApp, startNode, startPrimary, whenEqual } from '../support/nodes.js'
import { startPair } from '../support/pair.js'

/** A listener that writes down what it hears. */
function ear(): { heard: string[]; listener: WatchListener } {
  const heard: string[] = []
  const listener: WatchListener = {
    created: (key) => heard.push(`created ${key}`),
    changed: (key, names) => heard.push(`changed ${key} ${[...names].sort().join()}`),
    destroyed: (key) => heard.push(`destroyed ${key}`),
    expired: (key) => heard.push(`expired ${key}`),
    missed: () => heard.push('missed'),
  }
  return { heard, listener }
}

describe('watching two members', () => {
  it('tells every app of everything, once, whoever is primary [WAT-6]', async () => {
    const { a, b } = await startPair()
    const app = await connectApp([b])
    const ears = await Promise.all([a.store, b.store, app].map(async (store) => {
      const one = ear()
      await store.watch(one.listener)
      return one
    }))
    const expected: string[] = []
    for (let i = 0; i < 12; i++) {
      const key = sessionKey(`session ${i}`)
      // It may have expired by the time at which it is handed out.
      const session = await app.open(`session ${i}`, i % 3 === 0 ? { absoluteTimeout: 1 } : {}).catch(() => undefined)
      if (i % 3 !== 0) await session?.set('a', i).set('b', i).save()
      if (i % 3 === 1) await app.destroy(`session ${i}`)
      expected.push(`created ${key}`, ...(i % 3 === 0 ? [`expired ${key}`] : [`changed ${key} a,b`]), ...(i % 3 === 1 ? [`destroyed ${key}`] : []))
    }
    for (const { heard } of ears) {
      await eventually('all is heard', () => heard.length >= expected.length)
      expect(heard.sort()).toEqual(expected.sort())
    }
  })

  it('shows nothing to a token that may only read, nor lists, counts, rotates or ends anything for it [ACC-11]', async () => {
    const [reading, writing] = [newToken(), newToken()]
    const access = new Access({ tokens: [{ role: 'read', sha256: tokenHashHex(reading) }, { role: 'write', sha256: tokenHashHex(writing) }] })
    const node = await startNode({ name: 'a', access, userAttribute: 'user' })
    await node.whenReady()
    const [reader, writer] = [await connectApp([node], { token: reading }), await connectApp([node], { token: writing })]
    await (await writer.open('id')).set('user', 'ada').save()
    const session = await reader.find('id')
    const calls: (() => Promise<unknown> | undefined)[] = [
      () => reader.sessionsOf('ada'), () => reader.count(), () => reader.keys().next(), () => reader.sessions().next(),
      () => reader.destroyAllOf('ada'), () => reader.destroyAll(), () => reader.watch({}), () => session?.rotate('fresh'),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect([await writer.sessionsOf('ada'), session?.ended]).toEqual([[sessionKey('id')], undefined])
  })
})

describe('rotating', () => {
  it('moves sessions among slots of both members; old ids are dead on both, and content and freezes go along [ROT-9]', async () => {
    const { a, b } = await startPair()
    const stores: Store[] = [a.store, b.store, await connectApp([a])]
    const late: Promise<unknown>[] = []
    const outcomeOf = (save: Promise<unknown>): Promise<unknown> => save.then(() => 'saved', (error: unknown) => error)
    for (let i = 0; i < 24; i++) {
      const store = stores[i % 3] ?? a.store
      const session = await store.open(`old ${i}`, { idleTimeout: 60_000 })
      await session.set('n', i).set('user', 'ada').freeze('user').save()
      const other = await (stores[(i + 1) % 3] ?? a.store).find(`old ${i}`)
      const rotation = session.rotate(`new ${i}`)
      if (other !== undefined) late.push(outcomeOf(other.set('late', true).save()))
      expect((await rotation).copies).toBe(2)
      await session.increment('n').save()
    }
    await whenEqual(a, b)
    const outcomes = await Promise.all(late)
    for (const [i, outcome] of outcomes.entries()) {
      const found = await (stores[(i + 2) % 3] ?? a.store).find(`new ${i}`)
      // A save that raced with the rotation came before it, or was refused; never neither.
      const expected = outcome === 'saved' ? { n: i + 1, user: 'ada', late: true } : { n: i + 1, user: 'ada' }
      expect({ ...found?.toJSON() }).toEqual(expected)
      if (outcome !== 'saved') expect(outcome).toMatchObject({ code: 'SESSION_DESTROYED' })
      expect([found?.isFrozen('user'), found?.isFrozen('n')]).toEqual([true, false])
      for (const store of stores) expect(await store.find(`old ${i}`)).toBeUndefined()
    }
    expect(await a.store.count()).toBe(24)
  })
})

describe('a moment', () => {
  it('lets an app beside a back-up read its own write there, and makes it fetch what the back-up lacks [FRE-6]', async () => {
    const [primary, backup] = await startPrimary({}, 'b')
    if (backup === undefined) throw new Error('there is no back-up')
    const writer = await primary.store.open('id')
    const { at } = await writer.set('a', 1).save({ copies: 2 })
    const clients = primary.status().counters['clients']
    const reader = await backup.store.find('id', { atLeast: at })
    expect([reader?.get('a'), primary.status().counters['clients']]).toEqual([1, clients])
    const { at: later } = await writer.set('a', 2).save({ copies: 1 })
    expect((await backup.store.find('id', { atLeast: later }))?.get('a')).toBe(2)
    await reader?.set('b', 1).save()
    expect(reader?.toJSON()).toMatchObject({ a: 2, b: 1 })
  })
})
