/** Who may look, who may act, and what becomes of those who may not or say what is no frame. */
import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/client'
import { Access, newToken, tokenHashHex } from '@understudy/node'
import type { Log, Node } from '@understudy/node'
import { decodeInspectDownFrame, encodeInspectUpFrame, INSPECT_UP_LIMIT, INSPECT_VERSIONS } from '@understudy/protocol/inspect'
import type { Action, InspectDownFrame } from '@understudy/protocol/inspect'
import { WebSocket } from 'ws'
import { eventually } from '../support/eventually.js'
import { Looker } from '../support/looker.js'
import { startNode, startPrimary, whenEqual } from '../support/nodes.js'
import { startTrio } from '../support/trio.js'
import { World } from '../support/world.js'

const ADMIN = newToken()
const WRITE = newToken()
const READ = newToken()
const OLD = newToken()
const SECRET = newToken()
const KEY = sessionKey('visitor')

function guard(now: () => number = Date.now): Access {
  const tokens = [
    { name: 'ops', role: 'admin', sha256: tokenHashHex(ADMIN), expires: '2100-01-01' },
    { name: 'app', role: 'write', sha256: tokenHashHex(WRITE) },
    { name: 'board', role: 'read', sha256: tokenHashHex(READ) },
    { name: 'gone', role: 'admin', sha256: tokenHashHex(OLD), expires: '2020-01-01' },
  ] as const
  return new Access({ tokens, peerSecret: SECRET, now })
}

/** What a node wrote to its log. */
function memo(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = []
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`)
  return { log: { debug: () => {}, info: write, warn: write, error: write }, lines }
}

/** Connects as a page does. @returns the frames it is told, and the close code */
function asPage(node: Node, token?: string): Promise<{ frames: InspectDownFrame[]; code: number }> {
  const offered = ['understudy', ...(token === undefined ? [] : [`understudy.token.${Buffer.from(token).toString('base64url')}`])]
  const socket = new WebSocket(`${node.url}/inspect`, offered)
  const frames: InspectDownFrame[] = []
  return new Promise((resolve) => {
    socket.on('error', () => {})
    socket.on('open', () => socket.send(encodeInspectUpFrame({ type: 'hello', ...INSPECT_VERSIONS, name: 'page', as: 'person' })))
    socket.on('message', (data: Buffer) => {
      frames.push(decodeInspectDownFrame(data))
      if (frames.at(-1)?.type === 'welcome') socket.close(1000)
    })
    socket.on('close', (code) => resolve({ frames, code }))
  })
}

describe('who looks', () => {
  it('needs a token, and is told inside the WebSocket what is wrong with it [INS-14]', async () => {
    const node = await startNode({ name: 'a', access: guard() })
    expect(await asPage(node)).toMatchObject({ code: 4401, frames: [{ type: 'bye', code: 'TOKEN_MISSING' }] })
    expect(await asPage(node, newToken())).toMatchObject({ code: 4401, frames: [{ type: 'bye', code: 'TOKEN_UNKNOWN' }] })
    expect(await asPage(node, OLD)).toMatchObject({ code: 4401, frames: [{ type: 'bye', code: 'TOKEN_EXPIRED' }] })
    expect(await asPage(node, READ)).toMatchObject({ code: 1000, frames: [{ type: 'welcome', role: 'read', token: 'board', demo: false }] })
    await expect(Looker.dial(node)).rejects.toThrow('401')
  })

  it('is sent away when the token expires while it is used [INS-14]', async () => {
    const world = new World()
    const node = await startNode({ name: 'a', access: guard(world.now), environment: world })
    const looker = await Looker.at(node, ADMIN)
    world.forward(Date.parse('2100-01-01') - Date.now())
    expect(await looker.next('bye')).toMatchObject({ code: 'TOKEN_EXPIRED' })
    await eventually('the link is closed', () => looker.isClosed)
  })

  it('sees no value and changes nothing without role admin [INS-15]', async () => {
    const [a] = await startPrimary({ access: guard() })
    const session = await a.store.open('visitor')
    await session.set('cart', 'secret words').save()
    const actions: readonly Action[] = [
      { kind: 'set', key: KEY, name: 'cart', value: { type: 'null' } },
      { kind: 'remove', key: KEY, name: 'cart' },
      { kind: 'freeze', key: KEY, name: 'cart' },
      { kind: 'destroy', key: KEY },
      { kind: 'destroyAllOf', user: 'u' },
      { kind: 'promote', node: 'a' },
      { kind: 'demote', node: 'a' },
      { kind: 'drain', node: 'a' },
    ]
    for (const token of [READ, WRITE]) {
      const looker = await Looker.at(a, token)
      await looker.get('session', { type: 'watchSession', key: KEY })
      expect(await looker.ask({ type: 'reveal', key: KEY, name: 'cart' })).toMatchObject({ type: 'failed', code: 'ROLE_TOO_LOW' })
      for (const action of actions) expect(await looker.ask({ type: 'act', action })).toMatchObject({ type: 'failed', code: 'ROLE_TOO_LOW' })
      expect(JSON.stringify(looker.frames)).not.toContain('secret words')
    }
    expect(session.get('cart')).toBe('secret words')
    expect(session.isFrozen('cart')).toBe(false)
    expect(a.status().slots.primary).toBe(256)
  })

  it('of role admin is never shown what is denied, in no place [INS-12]', async () => {
    const [a] = await startPrimary({ inspectorDeny: ['diagnosis'] })
    const session = await a.store.open('visitor')
    const looker = await Looker.at(a)
    await looker.get('session', { type: 'watchSession', key: KEY })
    await session.set('password', 'hunter2').set('myDiagnosis', 'hunter3').set('login', { token: 'hunter4', user: 'u' }).save()
    const { entries } = await looker.next('changed')
    for (const name of ['password', 'myDiagnosis']) {
      expect(await looker.ask({ type: 'reveal', key: KEY, name })).toMatchObject({ type: 'failed', code: 'VALUE_DENIED' })
      const id = entries.find((entry) => entry.name === name)?.id ?? 0
      expect(await looker.ask({ type: 'reveal', key: KEY, name, history: { id, side: 'after' } })).toMatchObject({ code: 'VALUE_DENIED' })
    }
    // The entry of another name is no way round.
    const id = entries.find((entry) => entry.name === 'password')?.id ?? 0
    expect(await looker.ask({ type: 'reveal', key: KEY, name: 'login', history: { id, side: 'after' } })).toMatchObject({ code: 'ATTRIBUTE_MISSING' })
    expect((await looker.get('revealed', { type: 'reveal', key: KEY, name: 'login' })).value).toEqual({
      type: 'object',
      members: [['token', { type: 'denied' }], ['user', { type: 'string', value: 'u' }]],
    })
    expect(JSON.stringify(looker.frames)).not.toMatch(/hunter/)
    expect(looker.welcome.deny).toContain('diagnosis')
  })
})

describe('who acts', () => {
  it('edits, freezes, removes and destroys on whatever node is primary; all is logged, values are not [INS-16]', async () => {
    const { log, lines } = memo()
    const nodes = await startTrio({ log })
    const ids = Array.from({ length: 8 }, (_, i) => `visitor ${i}`)
    for (const id of ids) await (await nodes[0].store.open(id)).set('old', 1).save()
    const looker = await Looker.at(nodes[1])
    for (const id of ids) {
      const key = sessionKey(id)
      const outcomes: unknown[] = []
      const act = async (action: Action): Promise<void> => void outcomes.push((await looker.get('acted', { type: 'act', action })).outcome)
      await act({ kind: 'set', key, name: 'cart', value: { type: 'object', members: [['n', { type: 'bigint', value: '12345678901234567' }]] } })
      await act({ kind: 'freeze', key, name: 'cart' })
      await act({ kind: 'remove', key, name: 'old' })
      expect(outcomes).toEqual([{ copies: 2 }, { copies: 2 }, { copies: 2 }].map(() => ({ copies: expect.any(Number) })))
      const session = await nodes[2].store.find(id)
      expect([session?.get('cart'), session?.isFrozen('cart'), session?.get('old')]).toEqual([{ n: 12345678901234567n }, true, undefined])
      expect(await looker.ask({ type: 'act', action: { kind: 'remove', key, name: 'cart' } })).toMatchObject({ type: 'failed', code: 'ATTRIBUTE_FROZEN' })
      await act({ kind: 'destroy', key })
      expect(await nodes[2].store.find(id)).toBeUndefined()
      expect(await looker.ask({ type: 'act', action: { kind: 'remove', key, name: 'cart' } })).toMatchObject({ type: 'failed', code: 'SESSION_DESTROYED' })
    }
    const logged = lines.filter((line) => line.startsWith('inspector:'))
    expect(logged).toHaveLength(ids.length * 6)
    expect(logged.every((line) => line.includes('"by":"loopback"') && line.includes('"key":"'))).toBe(true)
    expect(logged.join()).not.toMatch(/12345678901234567|visitor/)
  })

  it('logs a user out everywhere; the log has the key of the user [INS-16]', async () => {
    const { log, lines } = memo()
    const nodes = await startTrio({ log, userAttribute: 'user' })
    for (let i = 0; i < 9; i++) await (await nodes[0].store.open(`visitor ${i}`)).set('user', i < 6 ? 'anna-m' : 'ben').save()
    const looker = await Looker.at(nodes[1])
    expect((await looker.get('acted', { type: 'act', action: { kind: 'destroyAllOf', user: 'anna-m' } })).outcome).toMatchObject({ ended: 6 })
    expect((await looker.get('counted', { type: 'query', filter: {} })).count.total).toBe(3)
    const logged = lines.filter((line) => line.startsWith('inspector: destroyAllOf'))
    expect(logged).toHaveLength(1)
    expect(logged[0]).not.toContain('anna-m')
    const plain = await Looker.at(await startNode({ name: 'd' }))
    expect(await plain.ask({ type: 'act', action: { kind: 'destroyAllOf', user: 'ben' } })).toMatchObject({ type: 'failed', code: 'USERS_UNKNOWN' })
  })

  it('is told why an edit comes to nothing, and nothing is changed then [INS-16]', async () => {
    const [a] = await startPrimary({})
    await (await a.store.open('visitor')).set('cart', 1).save()
    const looker = await Looker.at(a)
    const act = async (action: Action): Promise<unknown> => looker.ask({ type: 'act', action })
    expect(await act({ kind: 'set', key: KEY, name: 'cart', value: { type: 'denied' } })).toMatchObject({ code: 'VALUE_INVALID' })
    expect(await act({ kind: 'set', key: KEY, name: '__proto__', value: { type: 'null' } })).toMatchObject({ type: 'failed', code: 'NAME_INVALID' })
    expect(await act({ kind: 'set', key: KEY, name: 'cart', value: { type: 'string', value: 'x'.repeat(70_000) } })).toMatchObject({ code: 'VALUE_TOO_LARGE' })
    expect(await act({ kind: 'set', key: sessionKey('nobody'), name: 'cart', value: { type: 'null' } })).toMatchObject({ code: 'SESSION_UNKNOWN' })
    expect(await act({ kind: 'freeze', key: KEY, name: 'nothing' })).toMatchObject({ code: 'ATTRIBUTE_MISSING' })
    expect(await act({ kind: 'drain', node: 'nobody' })).toMatchObject({ code: 'NODE_UNKNOWN' })
    expect(await looker.ask({ type: 'demo', control: { kind: 'kill', node: 'a' } })).toMatchObject({ code: 'NOT_OFFERED' })
    expect((await a.store.find('visitor'))?.toJSON()).toEqual({ cart: 1 })
  })

  it('drains and promotes any node, where all trust one another [INS-17]', async () => {
    const nodes = await startTrio()
    const looker = await Looker.at(nodes[0])
    expect((await looker.get('acted', { type: 'act', action: { kind: 'drain', node: 'b' } })).outcome).toEqual({ rank: 'last' })
    await eventually('b reigns nothing', () => nodes[1].status().slots.primary === 0)
    expect((await looker.get('acted', { type: 'act', action: { kind: 'promote', node: 'b' } })).outcome).toEqual({ rank: 'share' })
    await eventually('b has its share again', () => nodes[1].status().slots.primary > 0)
    expect((await looker.get('acted', { type: 'act', action: { kind: 'drain', node: 'a' } })).outcome).toEqual({ rank: 'last' })
  })

  it('moves only the node that judged the token, where a peer secret is all that nodes show each other [INS-17]', async () => {
    const nodes = await startTrio({ access: guard() })
    for (const id of ['one', 'two', 'three', 'four']) await (await nodes[0].store.open(id)).set('cart', id).save()
    await whenEqual(...nodes)
    const looker = await Looker.at(nodes[0], ADMIN)
    expect(await looker.ask({ type: 'act', action: { kind: 'drain', node: 'b' } })).toMatchObject({ type: 'failed', code: 'ROLE_TOO_LOW', node: 'b' })
    expect(nodes[1].status().slots.primary).toBeGreaterThan(0)
    // What a peer may read and write anyway goes through.
    for (const id of ['one', 'two', 'three', 'four']) {
      expect((await looker.get('revealed', { type: 'reveal', key: sessionKey(id), name: 'cart' })).value).toEqual({ type: 'string', value: id })
      await looker.get('acted', { type: 'act', action: { kind: 'remove', key: sessionKey(id), name: 'cart' } })
    }
    expect((await looker.get('counted', { type: 'query', filter: {} })).count).toMatchObject({ total: 4, missing: [] })
  })
})

describe('what is no frame, or out of turn', () => {
  it.each<readonly [string, unknown, string]>([
    ['not JSON', '{', 'FRAME_MALFORMED'],
    ['a field of another type', { type: 'look', request: 1, key: 5 }, 'FRAME_MALFORMED'],
    ['a frame that nobody knows', { type: 'format', request: 1 }, 'FRAME_UNKNOWN'],
    ['a second hello', { type: 'hello', ...INSPECT_VERSIONS, name: 'x', as: 'person' }, 'GREETING_TWICE'],
  ])('ends the link with a code, and nothing else: %s [INS-18]', async (_, frame, code) => {
    const node = await startNode({ name: 'a' })
    const looker = await Looker.at(node)
    looker.say(frame)
    expect((await looker.next('bye')).code).toBe(code)
    await eventually('the link is closed', () => looker.isClosed)
    expect((await Looker.at(node)).welcome.node).toBe('a')
  })

  it('ends a link that has not greeted: late, out of turn, or in another version [INS-18]', async () => {
    const world = new World()
    const node = await startNode({ name: 'a', environment: world })
    const early = await Looker.dial(node)
    early.demand({ type: 'watchCluster' })
    expect((await early.next('bye')).code).toBe('NOT_GREETED')
    const other = await Looker.dial(node)
    other.say({ type: 'hello', version: 900, minVersion: 900, name: 'x', as: 'person' })
    expect(await other.next('bye')).toMatchObject({ code: 'VERSION_MISMATCH', message: expect.stringContaining('Upgrade') })
  })

  it('is not read at all when it is longer than a frame may be [INS-18]', async () => {
    const node = await startNode({ name: 'a' })
    const looker = await Looker.at(node)
    looker.send(new Uint8Array(INSPECT_UP_LIMIT + 1))
    await eventually('the link is closed', () => looker.isClosed)
  })

  it('shows hostile names as they are, and a session of 1,024 attributes and 256 kB whole [INS-18]', async () => {
    const [a] = await startPrimary({})
    const session = await a.store.open('visitor')
    const names = ['<script>alert(1)</script>', '\u202egpj.exe', 'n'.repeat(256), '"\\\u0000', 'constructor\u200b']
    for (const name of names) session.set(name, name)
    for (let i = names.length; i < 1_024; i++) session.set(`name ${i}`, 'v'.repeat(200))
    await session.save()
    const looker = await Looker.at(a)
    const { view } = await looker.get('session', { type: 'look', key: KEY })
    expect(view.attributes).toHaveLength(1_024)
    expect(view.attributes.slice(0, 5).map(({ name }) => name)).toEqual(names)
  })
})
