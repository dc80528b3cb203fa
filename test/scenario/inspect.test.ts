/** What a node tells those who look over `/inspect`: the cluster, the flow of deltas, the sessions, one session. */
import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/client'
import type { Store } from '@understudy/client'
import type { Node } from '@understudy/node'
import type { ClusterView, SessionRow } from '@understudy/protocol/inspect'
import { eventually } from '../support/eventually.js'
import { Looker } from '../support/looker.js'
import { startNode, startPrimary, whenEqual } from '../support/nodes.js'
import { startTrio } from '../support/trio.js'

/** Opens and fills sessions by id. */
async function fill(store: Store, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map(async (id) => (await store.open(id, { idleTimeout: 60_000 })).set('cart', [id]).set('user', 'u').save()))
}

const visitors = (count: number): string[] => Array.from({ length: count }, (_, i) => `visitor ${i}`)

/** All pages of the snapshot at hand. */
async function allRows(looker: Looker, limit: number): Promise<SessionRow[]> {
  const rows: SessionRow[] = []
  for (;;) {
    const { page } = await looker.get('page', { type: 'page', offset: rows.length, limit })
    rows.push(...page.rows)
    if (page.rows.length < limit) return rows
  }
}

const share = (view: ClusterView, name: string): number | undefined => view.nodes.find((node) => node.name === name)?.primary

describe('the picture of the cluster', () => {
  it('shows all nodes, all links in both directions, and equal digests, from any node [INS-4]', async () => {
    const nodes = await startTrio()
    await fill(nodes[0].store, visitors(20))
    await whenEqual(...nodes)
    for (const node of nodes) {
      const looker = await Looker.at(node)
      await looker.get('done', { type: 'watchCluster' })
      const { view } = await looker.next('cluster', ({ view: { nodes: all, links } }) => all.every(({ own }) => own !== undefined) && links.length === 6 && links.every(({ slots, equalSlots }) => equalSlots === slots))
      expect(view.nodes.map(({ name, alive, primary, backup }) => [name, alive, primary + backup])).toEqual(expect.arrayContaining([['a', true, 256], ['b', true, 256], ['c', true, 256]]))
      expect(view.nodes.reduce((sum, { primary }) => sum + primary, 0)).toBe(256)
      expect(view.nodes.map(({ own }) => own?.sessions)).toEqual([20, 20, 20])
      expect(new Set(view.nodes.map(({ own }) => own?.digest)).size).toBe(1)
      expect(view.slots.primaries.every((primary) => primary >= 0)).toBe(true)
      for (const { from, slots, open, behind } of view.links) expect([slots, open, behind]).toEqual([share(view, from), true, 0])
    }
  })

  it('shows a hand-over and a node that is lost, whose slots the others take over [INS-6]', async () => {
    const [a, b, c] = await startTrio()
    const looker = await Looker.at(a)
    await looker.get('done', { type: 'watchCluster' })
    b.move('last')
    await looker.next('cluster', ({ view }) => view.events.some(({ kind, other }) => kind === 'hand-over' && other === 'b'))
    await eventually('b reigns nothing', () => b.status().slots.primary === 0)
    await c.close()
    const { view } = await looker.next('cluster', ({ view: { events } }) => events.some(({ kind, other }) => kind === 'take-over' && other === 'c'))
    expect(view.nodes.find(({ name }) => name === 'c')).toMatchObject({ alive: false, heard: false, primary: 0, why: expect.any(String) })
    const events = looker.of('cluster').flatMap((frame) => frame.view.events.map(({ kind, node }) => `${kind} ${node}`))
    expect(events).toContain('lost c')
  })
})

describe('the flow', () => {
  it('shows each delta with its attributes, its bytes against the whole, and its acknowledgement; and counts all [INS-7]', async () => {
    const [a] = await startPrimary({}, 'b')
    const looker = await Looker.at(a)
    await looker.get('done', { type: 'watchFlow', perSecond: 400 })
    const session = await a.store.open('visitor')
    await session.set('large', 'x'.repeat(5_000)).save()
    await session.set('small', 1).save()
    await session.freeze('small').save()
    await a.store.destroy('visitor')
    const deltas = await eventually('four deltas are on the tape', () => {
      const all = looker.of('flow').flatMap(({ view }) => view.deltas)
      return all.length >= 4 && all.some(({ kind }) => kind === 'end') ? all : undefined
    })
    expect(deltas.map(({ from, to }) => `${from}>${to}`)).toEqual(deltas.map(() => 'a>b'))
    expect(deltas.every(({ key }) => key === sessionKey('visitor'))).toBe(true)
    const small = deltas.find(({ names, kind }) => kind === 'change' && names.includes('small'))
    expect(small?.bytes).toBeLessThan(60)
    expect(small?.whole).toBeGreaterThan(5_000)
    expect(small?.more).toBe(0)
    const acks = await eventually('all are acknowledged', () => {
      const ids = new Set(looker.of('flow').flatMap(({ view }) => view.acks.map(({ id }) => id)))
      return deltas.every(({ id }) => ids.has(id)) ? ids : undefined
    })
    expect(acks.size).toBe(deltas.length)
    const { nodes } = await looker.next('rates', ({ nodes: [rates] }) => (rates?.saves ?? 0) >= 4)
    expect(nodes[0]).toMatchObject({ node: 'a', deltas: deltas.length, acks: expect.any(Number) })
    expect(nodes[0]?.sampledWhole).toBeGreaterThan(nodes[0]?.sampledBytes ?? 0)
  })

  it('comes from all nodes, each telling of what it reigns [INS-7]', async () => {
    const nodes = await startTrio()
    const looker = await Looker.at(nodes[0])
    await looker.get('done', { type: 'watchFlow', perSecond: 400 })
    await looker.next('rates', ({ nodes: [rates] }) => rates?.node === 'c')
    await fill(nodes[0].store, visitors(30))
    const seen = await eventually('every node is a sender', () => {
      const senders = new Set(looker.of('flow').flatMap(({ view }) => view.deltas.map(({ from }) => from)))
      return senders.size === 3 ? senders : undefined
    })
    expect([...seen].toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('is a bounded sample, and tells how much is left out; a filter chooses before the sample is taken [INS-8]', async () => {
    const [a] = await startPrimary({}, 'b')
    const all = await Looker.at(a)
    const one = await Looker.at(a)
    const wanted = sessionKey('visitor 77')
    await all.get('done', { type: 'watchFlow', perSecond: 4 })
    await one.get('done', { type: 'watchFlow', perSecond: 400, keyPrefix: wanted.slice(0, 12) })
    await fill(a.store, visitors(300))
    await eventually('all are told of', () => {
      const views = all.of('flow').map(({ view }) => view)
      return views.reduce((sum, { deltas, skipped }) => sum + deltas.length + skipped, 0) >= 300
    })
    expect(Math.max(...all.of('flow').map(({ view }) => view.deltas.length))).toBe(1)
    await one.next('flow', ({ view }) => view.deltas.length > 0)
    expect(new Set(one.of('flow').flatMap(({ view }) => view.deltas.map(({ key }) => key)))).toEqual(new Set([wanted]))
    expect(one.of('flow').reduce((sum, { view }) => sum + view.skipped, 0)).toBe(0)
  })
})

describe('the list of sessions', () => {
  it('is read in pages, each session of the cluster once, from its primary; or all that one node holds [INS-9]', async () => {
    const nodes = await startTrio()
    const ids = visitors(60)
    await fill(nodes[0].store, ids)
    await whenEqual(...nodes)
    const looker = await Looker.at(nodes[1])
    const { count } = await looker.get('counted', { type: 'query', filter: {} })
    expect(count).toEqual({ total: 60, unread: 0, cut: false, missing: [] })
    const rows = await allRows(looker, 7)
    expect(rows.map(({ key }) => key).toSorted()).toEqual(ids.map(sessionKey).toSorted())
    expect(new Set(rows.map(({ node }) => node)).size).toBe(3)
    expect(rows[0]).toMatchObject({ state: 'living', attributes: 2, frozen: 0, bytes: expect.any(Number), createdAt: expect.any(Number) })
    expect((await looker.get('counted', { type: 'query', filter: {}, node: 'c' })).count.total).toBe(60)
    expect(new Set((await allRows(looker, 500)).map(({ node }) => node))).toEqual(new Set(['c']))
  })

  it('is filtered by key, attribute, user, age, size and state [INS-9]', async () => {
    const [a] = await startPrimary({ userAttribute: 'user' }, 'b')
    await fill(a.store, visitors(10))
    await (await a.store.open('large')).set('picture', 'x'.repeat(10_000)).save()
    await (await a.store.open('mine')).set('user', 'anna').save()
    await (await a.store.open('gone')).save()
    await a.store.destroy('gone')
    const looker = await Looker.at(a)
    const found = async (filter: Parameters<Looker['ask']>[0] & { type: 'query' }): Promise<number> => (await looker.get('counted', filter)).count.total
    const query = (filter: object) => found({ type: 'query', filter })
    expect(await query({})).toBe(12)
    expect(await query({ keyPrefix: sessionKey('mine').slice(0, 16) })).toBe(1)
    expect(await query({ attribute: 'picture' })).toBe(1)
    expect(await query({ user: 'anna' })).toBe(1)
    expect(await query({ user: 'u', minBytes: 1 })).toBe(10)
    expect(await query({ user: '' })).toBe(0)
    expect(await query({ minBytes: 5_000 })).toBe(1)
    expect(await query({ maxBytes: 5_000 })).toBe(11)
    expect(await query({ minAge: 3_600_000 })).toBe(0)
    expect(await query({ maxAge: 3_600_000, maxIdle: 3_600_000 })).toBe(12)
    expect(await query({ state: 'ended' })).toBe(1)
    expect(await query({ state: 'all' })).toBe(13)
    expect(await query({ attribute: '__proto__' })).toBe(0)
  })

  it('of a user is refused with what to do, where nobody keeps users [INS-9]', async () => {
    const looker = await Looker.at(await startNode({ name: 'a' }))
    expect(await looker.ask({ type: 'query', filter: { user: 'anna' } })).toMatchObject({ type: 'failed', code: 'NOT_OFFERED', message: expect.stringContaining('--user-attribute') })
  })

  it('stays in its order while sessions end and come, and shows what ended as ended [INS-9]', async () => {
    const [a] = await startPrimary({}, 'b')
    await fill(a.store, visitors(20))
    const looker = await Looker.at(a)
    await looker.get('counted', { type: 'query', filter: {} })
    const before = await allRows(looker, 20)
    await a.store.destroy('visitor 3')
    await fill(a.store, ['late'])
    const after = await allRows(looker, 20)
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
    expect(after.find(({ key }) => key === sessionKey('visitor 3'))).toMatchObject({ state: 'ended', endedAt: expect.any(Number) })
  })
})

describe('one session', () => {
  it('is shown with its documents, its deadlines and what each back-up holds, without values [INS-10, INS-11]', async () => {
    const [a] = await startPrimary({}, 'b')
    const session = await a.store.open('visitor', { idleTimeout: 60_000, absoluteTimeout: 120_000 })
    await session.set('cart', { items: ['hidden-item'] }).set('userId', 'u-17').set('password', 'hunter2').freeze('userId').save()
    const looker = await Looker.at(a)
    const { view } = await looker.get('session', { type: 'look', key: sessionKey('visitor') })
    expect(view).toMatchObject({ state: 'living', role: 'primary', node: 'a', primary: 'a', idleTimeout: 60_000, generation: 0 })
    expect((view.absoluteDeadline ?? 0) - (view.createdAt ?? 0)).toBe(120_000)
    expect((view.deadline ?? 0) - (view.lastAccess ?? 0)).toBe(60_000)
    expect(view.attributes.map(({ name, frozen, value, epoch }) => [name, frozen, value.type, value.denied ?? false, epoch])).toEqual([
      ['cart', false, 'object', false, 1],
      ['password', false, 'string', true, 1],
      ['userId', true, 'string', false, 1],
    ])
    expect(view.size?.bytes).toBe((view.size?.attributeBytes ?? 0) + (view.size?.frozenBytes ?? 0))
    expect(view.size?.structs).toBeGreaterThan(0)
    expect(view.backups).toEqual([{ node: 'b', linked: true, stage: 'clean', benchmark: { generation: 0, ...view.vector } }])
    const said = JSON.stringify(looker.frames)
    for (const secret of ['hidden-item', 'u-17', 'hunter2', 'visitor']) expect(said).not.toContain(secret)
  })

  it('is shown as it changes, with what was before and who wrote it; history begins with the look [INS-10]', async () => {
    const [a] = await startPrimary({}, 'b')
    const session = await a.store.open('visitor')
    await session.set('n', 1).save()
    const looker = await Looker.at(a)
    const key = sessionKey('visitor')
    expect((await looker.get('session', { type: 'watchSession', key })).view.history).toEqual([])
    await session.set('n', 'two').save()
    await session.remove('n').save()
    await looker.next('session', ({ view }) => view.attributes.length === 0 && view.history.length === 2)
    expect(looker.of('changed').flatMap(({ entries }) => entries)).toMatchObject([
      { name: 'n', before: { type: 'number' }, after: { type: 'string', length: 3 }, epoch: 1 },
      { name: 'n', before: { type: 'string' }, after: { type: 'none' } },
    ])
    const [entry] = looker.of('changed').flatMap(({ entries }) => entries)
    const { value } = await looker.get('revealed', { type: 'reveal', key, name: 'n', history: { id: entry?.id ?? 0, side: 'after' } })
    expect(value).toEqual({ type: 'string', value: 'two' })
    await a.store.destroy('visitor')
    expect((await looker.next('session', ({ view }) => view.state === 'ended')).view.death).toMatchObject({ reason: 'destroyed' })
  })

  it('is watched on its primary from any node, and compared on all that hold it [INS-5, INS-10]', async () => {
    const nodes = await startTrio()
    const ids = visitors(12)
    await fill(nodes[0].store, ids)
    await whenEqual(...nodes)
    const looker = await Looker.at(nodes[2])
    for (const id of ids) {
      const { replicas } = await looker.get('compared', { type: 'compare', key: sessionKey(id) })
      expect(replicas.map(({ node }) => node).toSorted()).toEqual(['a', 'b', 'c'])
      expect(replicas[0]?.view?.role).toBe('primary')
      const written = replicas.map(({ view }) => view?.attributes.map(({ name, writer, clock }) => [name, writer, clock]))
      expect(new Set(written.map((each) => JSON.stringify(each))).size).toBe(1)
    }
    const far = await farSession(looker, ids, 'b')
    expect((await looker.get('session', { type: 'watchSession', key: sessionKey(far) })).view.node).toBe('b')
    await (await nodes[0].store.open(far)).set('late', 1).save()
    await looker.next('changed', ({ node, entries }) => node === 'b' && entries.some(({ name }) => name === 'late'))
    await looker.next('session', ({ request, view }) => request === undefined && view.attributes.some(({ name }) => name === 'late'))
    for (const node of [undefined, 'a', 'b', 'c']) {
      expect((await looker.get('revealed', { type: 'reveal', key: sessionKey(far), name: 'cart', ...(node && { node }) })).value).toEqual({ type: 'array', items: [{ type: 'string', value: far }] })
    }
  })

  it('is followed to whoever takes over, when the node that is looked at is lost [INS-10]', async () => {
    const nodes = await startTrio()
    const ids = visitors(12)
    await fill(nodes[0].store, ids)
    await whenEqual(...nodes)
    const looker = await Looker.at(nodes[0])
    const id = await farSession(looker, ids, 'c')
    await looker.get('session', { type: 'watchSession', key: sessionKey(id) })
    await nodes[2].close()
    const { view } = await looker.next('session', ({ request, view: { node } }) => request === undefined && node !== 'c')
    expect(view).toMatchObject({ role: 'primary', state: 'living' })
    await (await nodes[1].store.open(id)).set('late', 1).save()
    await looker.next('changed', ({ node, entries }) => node === view.node && entries.some(({ name }) => name === 'late'))
  })

  it('that is not there, was never there, or cannot be compared with a node that is gone, is told in words [INS-5]', async () => {
    const nodes = await startTrio()
    await fill(nodes[0].store, visitors(1))
    const looker = await Looker.at(nodes[0])
    expect((await looker.get('session', { type: 'look', key: sessionKey('nobody') })).view).toMatchObject({ state: 'none', attributes: [] })
    await nodes[2].close()
    const { replicas } = await looker.get('compared', { type: 'compare', key: sessionKey('visitor 0') })
    expect(replicas.find(({ node }) => node === 'c')).toMatchObject({ code: 'NODE_SILENT', message: expect.stringContaining('"c" does not answer') })
    expect(await looker.ask({ type: 'look', key: sessionKey('visitor 0'), node: 'nobody' })).toMatchObject({ type: 'failed', code: 'NODE_UNKNOWN' })
  })
})

/** One of these sessions whose primary is this node. */
async function farSession(looker: Looker, ids: readonly string[], node: Node['name']): Promise<string> {
  for (const id of ids) if ((await looker.get('session', { type: 'look', key: sessionKey(id) })).view.node === node) return id
  throw new Error(`"${node}" is primary of none of the sessions`)
}
