/** The demo's address for inspectors, before three real nodes: what each button does, and what it says of it. */
import { connect } from '@understudy/client'
import { dialWebSocket } from '@understudy/node'
import type { ByteSocket } from '@understudy/node'
import { decodeInspectDownFrame, encodeInspectUpFrame, INSPECT_VERSIONS } from '@understudy/protocol/inspect'
import type { DemoControl, DemoResult, InspectDownFrame } from '@understudy/protocol/inspect'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startCluster } from '../cluster.js'
import type { DemoCluster } from '../cluster.js'
import { startShops } from '../shop/shop-server.js'
import type { ShopServer } from '../shop/shop-server.js'
import { TrafficSwitch } from '../traffic/traffic-switch.js'
import { DemoControls } from './demo-controls.js'
import { InspectorFront } from './front.js'

const PATIENCE = { timeout: 20_000, interval: 20 }

let cluster: DemoCluster
let shops: readonly ShopServer[]
/** ms that each scene stands: longer than an inspector takes between two looks, as in the demo. */
const SCENE = 700

let traffic: TrafficSwitch
let front: InspectorFront

beforeAll(async () => {
  cluster = await startCluster({ mode: 'benchmark' }, { line: () => {}, lost: () => {} })
  const nodes = cluster.nodes.map(({ url }) => url)
  shops = await startShops({ ports: cluster.shopPorts, nodes, connectTo: (urls) => connect({ nodes: urls }) })
  traffic = new TrafficSwitch({ users: 2, instances: shops.map(({ url }) => url) })
  const controls = new DemoControls({ cluster, traffic, connectTo: (nodes) => connect({ nodes }), changed: () => front.tell(), scene: SCENE })
  front = await InspectorFront.start(cluster.inspectorPort, cluster, controls)
}, 60_000)
afterAll(async () => {
  await front.stop()
  await Promise.all(shops.map((shop) => shop.stop()))
  await cluster.stop()
}, 30_000)

/** A page that is open on the demo. */
class Page {
  readonly frames: InspectDownFrame[] = []
  readonly #socket: ByteSocket
  #request = 0

  private constructor(socket: ByteSocket) {
    this.#socket = socket
    socket.message = (bytes) => void this.frames.push(decodeInspectDownFrame(bytes))
  }

  static async open(): Promise<Page> {
    const page = new Page(await dialWebSocket(`ws://${new URL(front.url).host}/inspect`, {}))
    page.#socket.send(encodeInspectUpFrame({ type: 'hello', ...INSPECT_VERSIONS, name: 'page', as: 'person' }))
    await page.next('welcome')
    return page
  }

  next<T extends InspectDownFrame['type']>(type: T, fits: (frame: Extract<InspectDownFrame, { type: T }>) => boolean = () => true): Promise<Extract<InspectDownFrame, { type: T }>> {
    const isWanted = (frame: InspectDownFrame): frame is Extract<InspectDownFrame, { type: T }> => frame.type === type
    return vi.waitUntil(() => this.frames.filter(isWanted).find(fits), PATIENCE)
  }

  /** Presses a button; what it did, or the refusal. */
  async press(control: DemoControl): Promise<DemoResult | string> {
    const request = ++this.#request
    this.#socket.send(encodeInspectUpFrame({ type: 'demo', request, control }))
    const answer = await vi.waitUntil(() => this.frames.find((frame) => 'request' in frame && frame.request === request), { timeout: 60_000, interval: 20 })
    if (answer.type === 'demonstrated') return answer.result
    return answer.type === 'failed' ? `${answer.code}: ${answer.message}` : answer.type
  }

  watchCluster(): void {
    this.#socket.send(encodeInspectUpFrame({ type: 'watchCluster', request: 1_000 }))
  }

  close(): void {
    this.#socket.close(1000, 'done')
  }
}

describe('the demo’s inspector', () => {
  test('serves the page, and says that this is the demo and how it stands [SRV-20]', async () => {
    const page = await fetch(front.url)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const looker = await Page.open()
    expect(await looker.next('welcome')).toMatchObject({ demo: true, role: 'admin', node: 'a' })
    expect((await looker.next('demo')).state).toMatchObject({ traffic: false, cuts: [], nodes: [{ name: 'a', running: true }, { name: 'b', running: true }, { name: 'c', running: true }] })
    looker.close()
  })

  test('shows two conflicting writes on both sides of a split, and that all nodes hold the same in the end [SRV-21]', async () => {
    const looker = await Page.open()
    looker.watchCluster()
    const result = await looker.press({ kind: 'conflict' })
    expect(result).toMatchObject({ keys: [expect.stringMatching(/^[0-9a-f]{32}$/)] })
    const steps = typeof result === 'string' ? [result] : result.steps
    expect(steps.at(-1)).toMatch(/city = (?:Paris|Lima) on every node; what either side alone wrote is there/)
    expect(looker.frames.filter((frame) => frame.type === 'demo').some(({ state }) => state.cuts.length === 2)).toBe(true)
    await looker.next('cluster', ({ view }) => view.events.some(({ kind }) => kind === 'link-back'))
    looker.close()
  }, 90_000)

  test('shows that a logout in the middle of a request stays one [SRV-21]', async () => {
    const looker = await Page.open()
    const result = await looker.press({ kind: 'logout' })
    const steps = typeof result === 'string' ? [result] : result.steps
    expect(steps.slice(-2)).toEqual(['the slow request saves: refused with SESSION_DESTROYED', 'the session is still gone'])
    looker.close()
  }, 60_000)

  test('starts and stops traffic, and cuts and mends links [SRV-21]', async () => {
    const looker = await Page.open()
    await looker.press({ kind: 'traffic', on: true })
    await looker.next('demo', ({ state }) => state.traffic && state.checked > 0)
    await looker.press({ kind: 'traffic', on: false })
    expect([traffic.isOn, traffic.tally.lost]).toEqual([false, 0])
    await looker.press({ kind: 'cut', between: ['b', 'c'] })
    expect(cluster.cuts).toEqual([['b', 'c']])
    await looker.press({ kind: 'heal' })
    expect(cluster.cuts).toEqual([])
    expect(await looker.press({ kind: 'cut', between: ['b', 'b'] })).toBe('NOT_OFFERED: a link has two ends')
    expect(await looker.press({ kind: 'kill', node: 'nobody' })).toBe('NOT_OFFERED: there is no node "nobody"')
    looker.close()
  }, 60_000)

  test('kills a node and starts it again; who looked at it is told, and finds another one at the same address [SRV-20, SRV-21]', async () => {
    const looker = await Page.open()
    const { node } = await looker.next('welcome')
    await looker.press({ kind: 'kill', node })
    expect(await looker.next('bye')).toMatchObject({ code: 'NODE_GONE' })
    const again = await Page.open()
    expect((await again.next('welcome')).node).not.toBe(node)
    again.watchCluster()
    await again.next('cluster', ({ view }) => view.slots.primaries.every((primary) => primary >= 0 && view.slots.nodes[primary] !== node))
    expect(await again.press({ kind: 'conflict' })).toBe('NOT_OFFERED: start all nodes first: a split needs two sides')
    expect(await again.press({ kind: 'restart', node })).toMatchObject({ keys: [] })
    await again.next('demo', ({ state }) => state.nodes.every(({ running }) => running))
    again.close()
  }, 90_000)
})
