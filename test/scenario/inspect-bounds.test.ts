/** What looking costs a node: nothing while nobody does, and little and bounded things however badly somebody does. */
import { connect } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { sessionKey } from '@understudy/client'
import type { Environment, Node } from '@understudy/node'
import { realEnvironment } from '@understudy/node'
import { encodeInspectUpFrame, INSPECT_VERSIONS } from '@understudy/protocol/inspect'
import { SessionStore } from '@understudy/store'
import { eventually } from '../support/eventually.js'
import { Looker } from '../support/looker.js'
import { startNode, startPrimary } from '../support/nodes.js'
import { startTrio } from '../support/trio.js'

const KEY = sessionKey('visitor')
const HELLO = encodeInspectUpFrame({ type: 'hello', ...INSPECT_VERSIONS, name: 'x', as: 'person' })

afterEach(() => vi.restoreAllMocks())

/** Counts what nodes have registered: listeners of the store, and timers that come again and again. */
function count(): { environment: Environment; listeners: () => number; timers: () => number } {
  let listeners = 0
  let timers = 0
  const { observe } = SessionStore.prototype
  vi.spyOn(SessionStore.prototype, 'observe').mockImplementation(function (this: SessionStore, listener) {
    listeners++
    const stop = observe.call(this, listener)
    return () => {
      listeners--
      stop()
    }
  })
  const every: Environment['every'] = (ms, callback) => {
    timers++
    const stop = realEnvironment.every(ms, callback)
    let isOver = false
    return () => {
      if (!isOver) timers--
      isOver = true
      stop()
    }
  }
  return { environment: { ...realEnvironment, every }, listeners: () => listeners, timers: () => timers }
}

/** Everything that can be watched. */
async function watchAll(looker: Looker): Promise<void> {
  await looker.get('done', { type: 'watchCluster' })
  await looker.get('done', { type: 'watchFlow', perSecond: 400 })
  await looker.get('session', { type: 'watchSession', key: KEY })
}

describe('looking', () => {
  it('costs nothing while nobody does: no listener, no timer, no link, before the look and after it [INS-19]', async () => {
    const counted = count()
    const nodes = await startTrio({ environment: counted.environment })
    const before = [counted.listeners(), counted.timers()]
    const looker = await Looker.at(nodes[0])
    expect(counted.listeners()).toBe(before[0])
    expect(counted.timers()).toBeLessThanOrEqual(before[1] ?? 0)
    await watchAll(looker)
    await looker.get('counted', { type: 'query', filter: {} })
    await eventually('nodes count for it', () => counted.listeners() >= (before[0] ?? 0) + 4)
    expect(counted.timers()).toBeGreaterThan(before[1] ?? 0)
    looker.socket.terminate()
    // Of the links that nodes dialled doubly at the start, one and its heartbeat may have gone meanwhile.
    await eventually('all is as before', () => counted.listeners() === before[0] && counted.timers() <= (before[1] ?? 0)).catch((cause: unknown) => {
      throw new Error(`${counted.listeners()} listeners and ${counted.timers()} timers are left, of ${String(before)} before`, { cause })
    })
  })

  it('ends what was watched before when something else is watched, or nothing [INS-19]', async () => {
    const counted = count()
    const node = await startNode({ name: 'a', environment: counted.environment })
    const looker = await Looker.at(node)
    const before = [counted.listeners(), counted.timers()]
    for (let i = 0; i < 5; i++) await watchAll(looker)
    expect(counted.listeners()).toBe((before[0] ?? 0) + 2)
    for (const what of ['cluster', 'flow', 'session'] as const) await looker.get('done', { type: 'unwatch', what })
    expect([counted.listeners(), counted.timers()]).toEqual(before)
  })

  it('looks into no session on disk for a list [INS-9, INS-19]', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs')
    const folder = mkdtempSync(`${process.env['TMPDIR'] ?? '/tmp'}/inspect-`)
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const first = await startNode({ name: 'a', data: folder })
    for (let i = 0; i < 20; i++) await (await first.store.open(`visitor ${i}`)).set('cart', i).save()
    await first.close()
    const again = await startNode({ name: 'a', data: folder })
    const looker = await Looker.at(again)
    expect((await looker.get('counted', { type: 'query', filter: {} })).count.total).toBe(20)
    const { page } = await looker.get('page', { type: 'page', offset: 0, limit: 20 })
    expect(page.rows.map(({ state }) => state)).toEqual(Array.from({ length: 20 }, () => 'cold'))
    expect((await looker.get('counted', { type: 'query', filter: { attribute: 'cart' } })).count).toMatchObject({ total: 0, unread: 20 })
    expect((await looker.get('session', { type: 'look', key: sessionKey('visitor 3') })).view.attributes).toHaveLength(1)
  })

  it('at 100,000 sessions goes in slices, between which saves go on, and any page of them comes at once [INS-9]', async () => {
    const node = await startNode({ name: 'a' })
    const key = (i: number): string => `visitor ${i}`
    for (let i = 0; i < 100_000; i += 1_000) await Promise.all(Array.from({ length: 1_000 }, (_, j) => node.store.open(key(i + j)).then((session) => session.close())))
    const session = await node.store.open('saver')
    const looker = await Looker.at(node)
    let saves = 0
    const query = looker.ask({ type: 'query', filter: { minBytes: 0 } })
    const saving = (async () => {
      // A save that waits for nobody is done before the event loop goes on: it gets its turn, as under any traffic.
      for (; looker.of('counted').length === 0; saves++) {
        await session.set('n', saves).save()
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
    })()
    expect(await query).toMatchObject({ type: 'counted', count: { total: 100_001, unread: 0 } })
    await saving
    expect(saves).toBeGreaterThan(20)
    for (const offset of [0, 50_000, 99_990]) expect((await looker.get('page', { type: 'page', offset, limit: 500 })).page.rows).toHaveLength(Math.min(500, 100_001 - offset))
    expect((await looker.get('page', { type: 'page', offset: 200_000, limit: 500 })).page.rows).toEqual([])
  }, 60_000)

  it('again before the first query has ended gives that one up [INS-9]', async () => {
    const node = await startNode({ name: 'a' })
    await Promise.all(Array.from({ length: 5_000 }, (_, i) => node.store.open(`visitor ${i}`).then((session) => session.close())))
    const looker = await Looker.at(node)
    expect(await looker.ask({ type: 'page', offset: 0, limit: 1 })).toMatchObject({ type: 'failed', code: 'NO_SNAPSHOT' })
    const first = looker.ask({ type: 'query', filter: { minBytes: 0 } })
    const second = looker.ask({ type: 'query', filter: { keyPrefix: sessionKey('visitor 7').slice(0, 10), minBytes: 0 } })
    expect(await first).toMatchObject({ type: 'failed', code: 'QUERY_REPLACED' })
    expect(await second).toMatchObject({ type: 'counted', count: { total: 1 } })
  })
})

describe('one who looks badly', () => {
  it('and reads nothing is left out, then cut off: what waits for it is bounded, and saves go on [INS-19]', async () => {
    let now = 0
    const environment: Environment = { ...realEnvironment, now: () => realEnvironment.now() + now }
    const [a] = await startPrimary({ environment }, 'b')
    const session = await a.store.open('visitor')
    for (let i = 0; i < 600; i++) session.set(`attribute ${i}`, 'x'.repeat(300))
    await session.save()
    const stalled = await stall(a)
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 200; i++) await session.set('n', i).save()
    // Views of some 80 kB each are asked for, more than the system's buffers hold of a connection.
    for (let i = 0; i < 120; i++) {
      stalled.ask(i)
      await session.set('n', i).save()
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
    now = 60_000
    await eventually('it is cut off', async () => {
      stalled.ask(1)
      await session.increment('tick').save()
      return stalled.isEnded()
    })
    expect((await session.increment('after').save()).copies).toBe(2)
  }, 60_000)

  it('and asks for too much at once is refused, request by request [INS-19]', async () => {
    const nodes = await startTrio()
    const looker = await Looker.at(nodes[0])
    for (let i = 0; i < 200; i++) looker.demand({ type: 'compare', key: KEY })
    await eventually('all are answered', () => looker.frames.filter((frame) => 'request' in frame).length === 200)
    const refused = looker.of('failed')
    expect(refused.length).toBeGreaterThan(0)
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['TOO_MANY_REQUESTS']))
    expect(looker.of('compared').length).toBe(200 - refused.length)
  })

  it('and asks for what fits no frame is told so, and goes on looking [INS-19]', async () => {
    const nodes = await startTrio()
    const session = await nodes[0].store.open('visitor')
    // In JSON each of these characters takes six bytes: a session of 250 kB is seven times as long, three replicas of it too long.
    for (let i = 0; i < 1_000; i++) session.set(`${'\u0001'.repeat(230)}${i}`, 1)
    await session.save({ copies: 3 })
    const looker = await Looker.at(nodes[0])
    expect(await looker.ask({ type: 'compare', key: KEY })).toMatchObject({ type: 'failed', code: 'FRAME_TOO_LARGE' })
    expect((await looker.get('session', { type: 'look', key: KEY, node: 'b' })).view.attributes).toHaveLength(1_000)
  })

  it('and comes with too many is refused; others go on looking [INS-19]', async () => {
    const node = await startNode({ name: 'a' })
    const lookers: Looker[] = []
    for (let i = 0; i < 64; i++) lookers.push(await Looker.at(node))
    const last = await Looker.dial(node)
    last.send(HELLO)
    expect((await last.next('bye')).code).toBe('TOO_MANY_INSPECTORS')
    expect((await lookers[0]?.ask({ type: 'ping' }))?.type).toBe('pong')
    lookers[1]?.socket.terminate()
    await eventually('there is room again', async () => {
      const next = await Looker.dial(node)
      next.send(HELLO)
      return eventually('it is answered', () => next.frames[0]?.type === 'welcome' || next.frames[0]?.type === 'bye').then(() => next.of('welcome').length > 0)
    })
  })

  it('is told when the node shuts down [INS-14]', async () => {
    const node = await startNode({ name: 'a' })
    const looker = await Looker.at(node)
    await node.close()
    expect((await looker.next('bye')).code).toBe('SHUTDOWN')
  })
})

/** A connection that greets, watches all there is, and never reads again. */
async function stall({ port }: Node): Promise<{ ask(request: number): void; isEnded(): boolean }> {
  const socket = connect(port, '127.0.0.1')
  let isEnded = false
  socket.on('error', () => {})
  socket.on('close', () => {
    isEnded = true
  })
  onTestFinished(() => void socket.destroy())
  socket.write('GET /inspect HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
  await new Promise<void>((resolve) => socket.once('data', () => resolve()))
  socket.pause()
  const send = (frame: Parameters<typeof encodeInspectUpFrame>[0]): void => void (isEnded || socket.write(framed(encodeInspectUpFrame(frame))))
  send({ type: 'hello', ...INSPECT_VERSIONS, name: 'stalled', as: 'person' })
  send({ type: 'watchFlow', request: 1, perSecond: 400 })
  send({ type: 'watchSession', request: 2, key: KEY })
  return { ask: (request) => send({ type: 'look', request, key: KEY }), isEnded: () => isEnded }
}

/** A binary WebSocket frame of a client, masked with zeros. */
function framed(payload: Uint8Array): Uint8Array {
  const length = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff]
  return Uint8Array.from([0x82, ...length, 0, 0, 0, 0, ...payload])
}
