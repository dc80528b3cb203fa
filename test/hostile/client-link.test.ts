/** A client that sends rubbish, or asks for what can't be: the node answers with codes and half applies nothing. */
import { describe, expect, it } from 'vitest'
import { Membership, slotOf } from '@understudy/cluster'
import { LiveDocuments, encodeValue } from '@understudy/document'
import { decodeClientDownMessage, encodeClientUpFrame } from '@understudy/protocol'
import type { ClientDownFrame, ClientUpFrame } from '@understudy/protocol'
import { sessionKey, userKey } from '@understudy/session'
import { SessionStore } from '@understudy/store'
import type { ByteSocket } from '../../packages/node/src/byte-socket.js'
import { ClientLink } from '../../packages/node/src/clients/client-link.js'
import { Followers } from '../../packages/node/src/clients/followers.js'
import { realEnvironment } from '../../packages/node/src/environment.js'
import { silent } from '../../packages/node/src/log.js'
import { Reigns } from '../../packages/node/src/reigns/reigns.js'
import { StandingExchange } from '../../packages/node/src/reigns/standing-exchange.js'
import { Copies } from '../../packages/node/src/sessions/copies.js'
import { Rotations } from '../../packages/node/src/sessions/rotations.js'
import { SessionService } from '../../packages/node/src/sessions/session-service.js'
import { Surveys } from '../../packages/node/src/sessions/surveys.js'
import { Watchers } from '../../packages/node/src/clients/watchers.js'
import { Chance, mutate } from '../support/chance.js'

const SEED = Number(process.env['SEED'] ?? 20_261_122)
const KEY = sessionKey('victim')
const NOBODY = userKey('nobody')

/** The node's end of client links, without a socket. */
class Bench {
  readonly store = new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 8 }), deathRetention: 1e9, slotOf, userAttribute: ['userId'] })
  readonly #environment = { ...realEnvironment, soon: (callback: () => void) => queueMicrotask(callback) }
  readonly #followers = new Followers(this.store, this.#environment)
  readonly #service: SessionService
  readonly #watchers = new Watchers(this.store, this.#environment)
  readonly #surveys: Surveys
  readonly #rotations: Rotations

  constructor() {
    const environment = this.#environment
    const membership = new Membership({ name: 'a', role: 'member', url: '' }, {}, 2)
    const alone = { environment, membership, open: () => [] }
    const exchange = new StandingExchange({ ...alone, incarnation: 1, takeOver: false, url: () => '', hears: () => [], reigns: () => reigns.epochs })
    const nobody = { peers: () => [], awaited: [], peerWait: 0, hears: () => false, ended: () => {}, moved: () => {} }
    const reigns = new Reigns({ ...alone, ...nobody, log: silent, store: this.store, exchange, nonce: 1, partition: 'available' })
    reigns.start()
    const copies = new Copies({ timeout: 1_000, reachable: () => 0, suffices: () => true })
    this.#service = new SessionService({ store: this.store, reigns, copies, own: undefined, environment, defaultCopies: () => 1, patience: 10, closed: () => false })
    const inner = { store: this.store, service: this.#service, environment }
    this.#surveys = new Surveys({ ...inner, logOut: (user, at) => this.store.users?.logOut({ user, at }) ?? [] })
    this.#rotations = new Rotations({ ...inner, others: () => Promise.reject(new Error('there are no others')), atOnce: (change) => change() })
  }

  /** A fresh link, greeted. `send` gives what comes back until nothing more is under way. */
  link(): { send: (bytes: Uint8Array) => Promise<ClientDownFrame[]>; closed: () => string | undefined } {
    const down: ClientDownFrame[] = []
    let closed: string | undefined
    const socket: ByteSocket = {
      buffered: 0, sentBytes: 0, receivedBytes: 0,
      send: (bytes) => void down.push(...decodeClientDownMessage(bytes)),
      close: (_, reason) => void (closed = reason),
      terminate: () => void (closed = 'terminated'),
      message: () => {}, closed: () => {},
    }
    const placement = { version: 1, nodes: [], primaries: Array.from({ length: 256 }, () => 255) }
    const link = new ClientLink(socket, 'write', {
      name: 'a', environment: this.#environment, log: silent, store: this.store, service: this.#service, followers: this.#followers,
      watchers: this.#watchers, surveys: this.#surveys, rotations: this.#rotations,
      placement: () => placement, closed: () => {},
    })
    socket.message(encodeClientUpFrame({ type: 'hello', version: 3, minVersion: 3, client: 42, name: 'attacker' }))
    const send = async (bytes: Uint8Array): Promise<ClientDownFrame[]> => {
      down.length = 0
      socket.message(bytes)
      for (let turn = 0; turn < 8; turn++) await Promise.resolve()
      const answers = [...down]
      if (closed !== undefined) socket.closed()
      return answers
    }
    void link
    return { send, closed: () => closed }
  }

  /** What the session holds, as text. */
  values(): string {
    return JSON.stringify(this.store.find(KEY)?.session?.toJSON())
  }
}

async function opened(): Promise<Bench> {
  const bench = new Bench()
  const { send } = bench.link()
  await send(encodeClientUpFrame({ type: 'open', request: 1, key: KEY, create: {} }))
  const operations = [{ op: 'set', name: 'theme', value: encodeValue('dark') }, { op: 'set', name: 'userId', value: encodeValue(7) }, { op: 'freeze', name: 'userId' }] as const
  await send(encodeClientUpFrame({ type: 'save', request: 2, key: KEY, counter: 1, operations }))
  return bench
}

describe('rubbish on a client link', () => {
  it('ends the link with a code or is answered with one, and the node goes on, 30,000 seeded mutations [HOS-6]', { timeout: 180_000 }, async () => {
    const bench = await opened()
    const chance = new Chance(SEED)
    const frames: ClientUpFrame[] = [
      { type: 'open', request: 1, key: KEY, create: { idleTimeout: 60_000 } },
      { type: 'save', request: 2, key: KEY, counter: 9, operations: [{ op: 'set', name: 'theme', value: encodeValue({ a: [1, 'x'] }) }, { op: 'increment', name: 'views', by: 2 }] },
      { type: 'touch', key: KEY },
      { type: 'leave', key: KEY },
      { type: 'ping' },
      { type: 'list', request: 3, slots: [slotOf(KEY), 255], limit: 10, contents: true },
      { type: 'count', request: 4, slots: [slotOf(KEY), 255], ...(NOBODY && { user: NOBODY }) },
      { type: 'watch', request: 6, on: true },
      { type: 'succeed', request: 7, key: sessionKey('heir'), from: sessionKey('ancestor'), seed: { createdAt: 1, stamp: 1, operations: [{ op: 'remove', name: 'a' }] } },
    ]
    const genuine = frames.map(encodeClientUpFrame)
    const seen = await attack(bench, genuine, 30_000, chance)
    expect(seen).toContain('FRAME_MALFORMED')
    expect(seen).not.toContain('INTERNAL')
    const [answer] = await bench.link().send(encodeClientUpFrame({ type: 'open', request: 5, key: KEY }))
    expect(answer).toMatchObject({ type: 'opened', request: 5 })
    expect(bench.store.find(KEY)?.session?.get('userId')).toBe(7)
  })

  it('that may end sessions is no different, 10,000 seeded mutations [HOS-6]', { timeout: 180_000 }, async () => {
    const bench = await opened()
    const clear = encodeClientUpFrame({ type: 'clear', request: 5, slots: [slotOf(KEY), 255], ...(NOBODY && { user: NOBODY }), at: 1, copies: 1 })
    const rotate = encodeClientUpFrame({ type: 'rotate', request: 8, key: KEY, to: sessionKey('fresh'), copies: 1 })
    const seen = await attack(bench, [clear, rotate], 10_000, new Chance(SEED))
    expect(seen).toContain('cleared')
    expect(seen).not.toContain('INTERNAL')
    const [answer] = await bench.link().send(encodeClientUpFrame({ type: 'count', request: 5, slots: [slotOf(KEY)] }))
    expect(answer).toMatchObject({ type: 'counted', request: 5 })
  })
})

/** Sends mutations of frames. @returns types of the answers, and codes of the refusals */
async function attack(bench: Bench, genuine: readonly Uint8Array[], rounds: number, chance: Chance): Promise<Set<string>> {
  let link = bench.link()
  const seen = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    for (const answer of await link.send(mutate(chance.pick(genuine), chance))) seen.add(answer.type === 'failure' || answer.type === 'bye' ? answer.code : answer.type)
    if (link.closed() !== undefined) link = bench.link()
  }
  return seen
}

describe('a save with one bad operation', () => {
  const bad = {
    ATTRIBUTE_FROZEN: { op: 'set', name: 'userId', value: encodeValue(8) },
    NAME_INVALID: { op: 'set', name: '__proto__', value: encodeValue(1) },
    VALUE_TOO_LARGE: { op: 'set', name: 'big', value: encodeValue('x'.repeat(70_000)) },
    ATTRIBUTE_NOT_A_NUMBER: { op: 'increment', name: 'theme', by: 1 },
    ATTRIBUTE_MISSING: { op: 'freeze', name: 'nothing' },
  } as const
  for (const [code, operation] of Object.entries(bad)) {
    it(`fails with ${code}, names the attribute, and applies none of the others [HOS-7]`, async () => {
      const bench = await opened()
      const before = bench.values()
      const operations = [{ op: 'set', name: 'theme', value: encodeValue('light') }, operation, { op: 'remove', name: 'theme' }] as const
      const [answer] = await bench.link().send(encodeClientUpFrame({ type: 'save', request: 3, key: KEY, counter: 2, operations }))
      expect(answer).toMatchObject({ type: 'failure', request: 3, code, attribute: operation.name })
      expect(bench.values()).toBe(before)
    })
  }

  it('fails with a code when the value’s bytes are no value [HOS-8]', async () => {
    const bench = await opened()
    const before = bench.values()
    for (const value of [[], [200], [119, 255, 255, 255, 255, 15], [118, 1, 9, ...Buffer.from('__proto__'), 126], Array.from({ length: 5_000 }, () => 117)]) {
      const operations = [{ op: 'set', name: 'theme', value: Uint8Array.from(value) }] as const
      const [answer] = await bench.link().send(encodeClientUpFrame({ type: 'save', request: 3, key: KEY, counter: 2, operations }))
      expect(answer).toMatchObject({ type: 'failure', request: 3, code: 'VALUE_NOT_STORABLE' })
    }
    expect(bench.values()).toBe(before)
  })
})

describe('a request for what is not', () => {
  it('fails with SESSION_UNKNOWN for a session nobody opened, SESSION_DESTROYED for a dead one [HOS-9] [CLI-24]', async () => {
    const bench = await opened()
    const operations = [{ op: 'set', name: 'theme', value: encodeValue('light') }] as const
    const other = sessionKey('other')
    const { send } = bench.link()
    expect(await send(encodeClientUpFrame({ type: 'save', request: 1, key: other, counter: 5, operations }))).toMatchObject([{ type: 'failure', code: 'SESSION_UNKNOWN' }])
    await send(encodeClientUpFrame({ type: 'destroy', request: 2, key: KEY }))
    expect(await send(encodeClientUpFrame({ type: 'save', request: 3, key: KEY, counter: 6, operations }))).toMatchObject([{ type: 'failure', code: 'SESSION_DESTROYED' }])
    expect(await send(encodeClientUpFrame({ type: 'open', request: 4, key: KEY, create: {} }))).toMatchObject([{ type: 'failure', code: 'SESSION_DESTROYED' }])
    expect(await send(encodeClientUpFrame({ type: 'open', request: 5, key: KEY }))).toMatchObject([{ type: 'opened', request: 5, state: { death: { reason: 'destroyed' } } }])
    const never = await send(encodeClientUpFrame({ type: 'open', request: 6, key: other }))
    expect(never).toEqual([{ type: 'opened', request: 6 }])
  })

  it('has no second effect when it is sent again [HOS-10]', async () => {
    const bench = await opened()
    const save = encodeClientUpFrame({ type: 'save', request: 7, key: KEY, counter: 3, operations: [{ op: 'increment', name: 'views', by: 1 }] })
    expect(await bench.link().send(save)).toMatchObject([{ type: 'saved', duplicate: false }])
    expect(await bench.link().send(save)).toMatchObject([{ type: 'saved', duplicate: true }])
    expect(bench.store.find(KEY)?.session?.get('views')).toBe(1)
  })
})
