/** The reigns of node "a", whose peer "b" comes, goes and speaks as the test says. */
import { describe, expect, it } from 'vitest'
import { Membership, epochsOf, slotOf } from '@understudy/cluster'
import { LiveDocuments } from '@understudy/document'
import { PeerDecoder, PeerEncoder, PEER_VERSIONS } from '@understudy/protocol'
import type { Hello, PeerFrame, SlotMark, Standing, Welcome } from '@understudy/protocol'
import { sessionKey } from '@understudy/session'
import { SessionStore } from '@understudy/store'
import type { ByteSocket } from '../byte-socket.js'
import { realEnvironment } from '../environment.js'
import { silent } from '../log.js'
import { incarnationOf } from '../peers/introduction.js'
import { Peer } from '../peers/peer.js'
import { PeerLink } from '../peers/peer-link.js'
import { Reigns } from './reigns.js'
import { StandingExchange } from './standing-exchange.js'

const pair = new Membership({ name: 'a', role: 'member', url: '' }, { b: 'ws://b:1' }, 2).placement
/** A session whose primary "a" should be, whoever is alive. */
const KEY = ['one', 'two', 'three', 'four', 'five', 'six'].map(sessionKey).find((key) => pair.primary(slotOf(key)) === 'a') ?? sessionKey('one')
const SLOT = slotOf(KEY)
const INCARNATION = 7
const ALL = Array.from({ length: 256 }, (_, slot) => slot)

class Bench {
  readonly store = new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 8 }), deathRetention: 1e9, slotOf })
  readonly timers = new Set<() => void>()
  readonly #soon: (() => void)[] = []
  #stalled = 0
  readonly environment = {
    ...realEnvironment,
    now: () => realEnvironment.now() + this.#stalled,
    soon: (callback: () => void) => void this.#soon.push(callback),
    every: () => () => {},
    after: (_: number, callback: () => void) => (this.timers.add(callback), () => void this.timers.delete(callback)),
  }
  readonly membership: Membership
  readonly hears = new Set<string>()
  readonly peer: Peer
  readonly exchange: StandingExchange
  readonly reigns: Reigns
  #said = 1

  constructor(peers: Readonly<Record<string, string>> = { b: 'ws://b:1' }, partition: 'available' | 'consistent' = 'available') {
    this.membership = new Membership({ name: 'a', role: 'member', url: '' }, peers, 2)
    const { environment, store, membership } = this
    const nothing = (): void => {}
    const sides = { keeping: 'retained', window: 1e6, retainedLimit: 100, verifies: partition === 'consistent' } as const
    const rest = { held: nothing, standings: nothing, announced: nothing, handedOver: nothing, settled: nothing }
    const feeds = (slot: number): boolean => store.slot(slot).reign !== undefined
    this.peer = new Peer('b', { environment, log: silent, store, sides, source: undefined, serves: feeds, ...rest })
    const open = (): Peer[] => (this.peer.link === undefined ? [] : [this.peer])
    this.exchange = new StandingExchange({ environment, membership, incarnation: 1, takeOver: true, url: () => '', open, hears: () => [...this.hears], reigns: () => this.reigns.epochs })
    this.reigns = new Reigns({
      environment, log: silent, store, membership, exchange: this.exchange, nonce: 1, awaited: Object.keys(peers), peerWait: 3_000, partition,
      peers: () => [this.peer], open, hears: (name) => this.hears.has(name), ended: nothing, moved: nothing,
    })
    store.observe((stored, before) => feeds(stored.slot) && this.peer.primarySide.mark(stored, before))
    this.reigns.start()
  }

  /** A link to "b" comes about; what goes out over it is read. */
  link(slots: readonly SlotMark[] = [], incarnation = INCARNATION): PeerFrame[] {
    const sent: PeerFrame[] = []
    const decoder = new PeerDecoder()
    const socket: ByteSocket = { buffered: 0, sentBytes: 0, receivedBytes: 0, send: (bytes) => void sent.push(decoder.decode(bytes)), close: () => {}, terminate: () => {}, message: () => {}, closed: () => {} }
    const greeted = (link: PeerLink, greeting: Hello | Welcome): void => {
      link.accept('fast')
      this.peer.attach(link, greeting)
      this.hears.add('b')
      this.reigns.linked(this.peer)
    }
    const link = new PeerLink(socket, true, this.environment, { greeted, frame: () => {}, closed: () => {} })
    const greeting = { ...PEER_VERSIONS, role: 'member', mode: 'benchmark', url: 'ws://b:1', time: 0 } as const
    link.send({ type: 'hello', ...greeting, name: 'a', incarnation: 1, nonce: 1, slots: [] })
    socket.message(new PeerEncoder().encode({ type: 'welcome', ...greeting, name: 'b', incarnation, nonce: 2, slots: [...slots] }))
    return sent
  }

  /** The link is lost; "b" is heard on until `lose`. */
  cut(): void {
    this.peer.detach('cut')
    this.reigns.unlinked(this.peer)
  }

  /** "b" is not heard any more. */
  lose(): void {
    this.hears.delete('b')
    this.reigns.reconsider()
  }

  /** "a" does not run for so many ms. */
  stall(ms: number): void {
    this.#stalled += ms
  }

  /** "b" says what it reigns. */
  say(slots: readonly number[], epoch: number, news: Partial<Standing> = {}): void {
    const reigns = epochsOf(slots.map((slot) => ({ slot, epoch })))
    this.exchange.received(this.peer, [{ name: 'b', role: 'member', url: '', incarnation: INCARNATION, number: this.#said++, rank: 'share', hears: ['a'], reigns, ...news }])
    this.reigns.reconsider()
  }

  /** "b" answers all that it is asked: it holds what we hold. */
  answer(sent: PeerFrame[]): void {
    for (let turn = 0; turn < 4 || this.#soon.length > 0; turn++) {
      for (const callback of this.#soon.splice(0)) callback()
      for (const frame of sent.splice(0)) {
        if (frame.type === 'compare') this.peer.receive({ type: 'benchmarks', answers: frame.request, entries: [] })
        if (frame.type === 'deltas') this.peer.receive({ type: 'ack', number: frame.number })
      }
      this.reigns.review()
    }
  }

  /** "a" reigns everything: "b" is not there. */
  static alone(): Bench {
    const bench = new Bench()
    for (const timer of bench.timers) timer()
    return bench
  }
}

describe('a primary that meets its successor', () => {
  it('steps down, also while all that it knows of it is what it said before: it raises nothing [TAK-6]', () => {
    const bench = Bench.alone()
    bench.answer(bench.link())
    bench.say([], 0)
    bench.cut()
    bench.lose()
    const epoch = bench.store.slot(SLOT).reign?.epoch ?? 0
    expect(epoch).toBeGreaterThan(0)
    const marks = ALL.map((slot): SlotMark => ({ slot, epoch: epoch + 1, sequence: 0, digest: [0, 0], count: 0, reigns: true }))
    bench.link(marks)
    expect(bench.store.slot(SLOT).reign?.epoch).toBe(epoch)
    expect(bench.reigns.serves(SLOT)).toBe(false)
    bench.say(ALL, epoch + 1)
    expect(bench.store.slot(SLOT).reign).toBeUndefined()
  })

  it('is told of all others by each peer that it meets, before anything else [TAK-6]', () => {
    const bench = Bench.alone()
    bench.link()
    bench.say([], 0)
    const other = { name: 'c', role: 'member', url: '', incarnation: 3, number: 9, rank: 'share', hears: ['b'], reigns: epochsOf([{ slot: SLOT, epoch: 9 }]) } as const
    bench.exchange.received(bench.peer, [other])
    bench.cut()
    bench.lose()
    const first = bench.link().find(({ type }) => type === 'standings')
    expect(first).toMatchObject({ nodes: expect.arrayContaining([expect.objectContaining({ name: 'c', reigns: other.reigns })]) })
  })

  it('does not go on about its reign to back-ups that come back [TAK-6]', () => {
    const bench = Bench.alone()
    bench.answer(bench.link())
    bench.say([], 0)
    bench.cut()
    bench.store.create(KEY, { createdAt: 0, stamp: 1 }, 0)
    expect(bench.peer.primarySide.waiting).toBe(1)
    bench.say(ALL, 9)
    expect(bench.store.slot(SLOT).reign).toBeUndefined()
    expect(bench.peer.primarySide.waiting).toBe(0)
  })
})

describe('a primary whose successor is gone', () => {
  it('serves nothing above its epoch before it has what the back-ups hold of it [TAK-1]', () => {
    const bench = Bench.alone()
    bench.answer(bench.link())
    bench.say([], 0)
    bench.store.create(KEY, { createdAt: 0, stamp: 1 }, 0)
    bench.cut()
    const { epoch, sequence, digest } = bench.store.slot(SLOT)
    // The same process of "b" returns: it followed a higher epoch meanwhile, and nobody reigns any more.
    const sent = bench.link([{ slot: SLOT, epoch: epoch + 1, sequence: sequence + 5, digest: [(digest[0] ^ 1) >>> 0, 1], count: 1, reigns: false }])
    bench.say([], 0)
    expect([bench.store.slot(SLOT).reign?.epoch, bench.reigns.serves(SLOT)]).toEqual([epoch + 2, false])
    bench.answer(sent)
    expect(bench.reigns.serves(SLOT)).toBe(true)
  })
})

describe('a slot that should be another’s', () => {
  it('is served until it is handed over, also by a reign that has only begun [TAK-8]', () => {
    const bench = Bench.alone()
    const slot = pair.reignsOf('b')[0] ?? 0
    // "b" knows a higher epoch, and holds something: nothing is served before "b" has been compared with.
    const sent = bench.link(ALL.map((one): SlotMark => ({ slot: one, epoch: 50, sequence: 0, digest: [1, 1], count: 1, reigns: false })))
    bench.say([], 0)
    bench.reigns.reconsider()
    expect([bench.store.slot(slot).reign?.epoch, bench.reigns.serves(slot)]).toEqual([bench.membership.nextEpoch(50), false])
    bench.answer(sent)
    expect(bench.store.slot(slot).reign).toBeUndefined()
  })
})

describe('a node that took over', () => {
  it('waits no longer for a peer that is lost while it recovers, than it may be alive [TAK-2]', () => {
    const bench = Bench.alone()
    bench.answer(bench.link())
    bench.say([], 0)
    bench.cut()
    bench.lose()
    expect(bench.reigns.ready).toBe(true)
    bench.link(ALL.map((slot): SlotMark => ({ slot, epoch: 50, sequence: 0, digest: [1, 1], count: 1, reigns: false })))
    bench.say([], 0)
    expect(bench.reigns.ready).toBe(false)
    bench.cut()
    expect(bench.reigns.ready).toBe(false)
    bench.lose()
    expect(bench.reigns.ready).toBe(true)
  })
})

describe('a node that comes back while another is away', () => {
  /** "b" was at work when "a" came, and is lost; "c" has not been met. */
  function afterPrimary(isConfirmed: boolean): Bench {
    const bench = new Bench({ b: 'ws://b:1', c: 'ws://c:1' })
    bench.link(ALL.map((slot): SlotMark => ({ slot, epoch: 5, sequence: 9, digest: [0, 0], count: 0, reigns: true })))
    bench.say(ALL, 5)
    if (isConfirmed) bench.store.slot(SLOT).advance(9)
    bench.cut()
    bench.lose()
    expect(bench.store.slot(SLOT).reign?.epoch).toBeGreaterThan(5)
    return bench
  }

  it('takes over from the primary, but serves what it was not brought up to date with only when that one was waited for [TAK-14]', () => {
    const bench = afterPrimary(false)
    expect(bench.reigns.serves(SLOT)).toBe(false)
    for (const timer of bench.timers) timer()
    expect(bench.reigns.serves(SLOT)).toBe(true)
  })

  it('serves at once what the primary had found whole here [TAK-14]', () => {
    expect(afterPrimary(true).reigns.serves(SLOT)).toBe(true)
  })
})

describe('a node that takes over while the link to another holder is being made anew', () => {
  it('waits for it as long as it may be alive [TAK-1]', () => {
    const bench = new Bench({ b: 'ws://b:1', c: 'ws://c:1' })
    bench.link(ALL.map((slot): SlotMark => ({ slot, epoch: 5, sequence: 9, digest: [0, 0], count: 0, reigns: false })))
    bench.hears.add('c')
    bench.exchange.received(bench.peer, [{ name: 'c', role: 'member', url: '', incarnation: 3, number: 9, rank: 'share', hears: ['a'], reigns: epochsOf(ALL.map((slot) => ({ slot, epoch: 5 }))) }])
    bench.say([], 0)
    bench.store.slot(SLOT).advance(9)
    bench.cut()
    bench.hears.delete('c')
    bench.reigns.reconsider()
    expect(bench.store.slot(SLOT).reign?.epoch).toBeGreaterThan(5)
    expect(bench.reigns.serves(SLOT)).toBe(false)
    for (const timer of bench.timers) timer()
    expect(bench.reigns.serves(SLOT)).toBe(true)
  })
})

describe('a slot that is handed over', () => {
  /** "b" reigns everything, and gives "a" its slot. */
  function given(partition: 'available' | 'consistent'): { bench: Bench; sent: PeerFrame[] } {
    const bench = new Bench({ b: 'ws://b:1' }, partition)
    const sent = bench.link(ALL.map((slot): SlotMark => ({ slot, epoch: 5, sequence: 9, digest: [0, 0], count: 0, reigns: true })))
    bench.say(ALL, 5)
    bench.say([], 0)
    expect(bench.store.slot(SLOT).reign?.epoch).toBeGreaterThan(5)
    bench.reigns.handedOver([{ slot: SLOT, epoch: 5, sequence: 9, digest: [0, 0], count: 0, reigns: false }])
    return { bench, sent }
  }

  it('is served at once where both sides of a split may serve [TAK-8]', () => {
    expect(given('available').bench.reigns.serves(SLOT)).toBe(true)
  })

  it('is served in partition `consistent` once another holder has answered under the new epoch [TAK-15]', () => {
    const { bench, sent } = given('consistent')
    expect(bench.reigns.serves(SLOT)).toBe(false)
    bench.answer(sent)
    expect(bench.reigns.serves(SLOT)).toBe(true)
  })
})

describe('a reign that goes on in a higher epoch', () => {
  /** Another process of "b", which "a" never met, knows the very epoch in which "a" serves. */
  function raised(partition: 'available' | 'consistent'): { bench: Bench; sent: PeerFrame[] } {
    const bench = new Bench({ b: 'ws://b:1' }, partition)
    const first = bench.link()
    bench.say([], 0)
    bench.answer(first)
    const { epoch, sequence, digest } = bench.store.slot(SLOT)
    expect(bench.reigns.serves(SLOT)).toBe(true)
    bench.cut()
    const stranger = incarnationOf(99, 2)
    const sent = bench.link([{ slot: SLOT, epoch, sequence, digest, count: 0, reigns: false }], stranger)
    bench.say([], 0, { incarnation: stranger })
    expect(bench.store.slot(SLOT).reign?.epoch).toBeGreaterThan(epoch)
    return { bench, sent }
  }

  it('is served meanwhile where both sides of a split may serve', () => {
    expect(raised('available').bench.reigns.serves(SLOT)).toBe(true)
  })

  it('is served in partition `consistent` only when another holder has answered under that [TAK-15]', () => {
    const { bench, sent } = raised('consistent')
    expect(bench.reigns.serves(SLOT)).toBe(false)
    bench.answer(sent)
    expect(bench.reigns.serves(SLOT)).toBe(true)
  })
})

describe('a node that did not run', () => {
  it('serves nothing that it begins to reign before its doubt ends, and then as one that has only begun [TAK-12]', () => {
    const bench = new Bench()
    bench.link()
    bench.stall(1_000)
    bench.say([], 0)
    expect([bench.reigns.doubts, bench.store.slot(SLOT).reign !== undefined]).toEqual([true, true])
    bench.cut()
    const sent = bench.link([{ slot: SLOT, epoch: 1, sequence: 5, digest: [1, 1], count: 1, reigns: false }], INCARNATION + 1)
    bench.say([], 0, { incarnation: INCARNATION + 1 })
    bench.hears.delete('b')
    for (const ms of [400, 100]) {
      bench.stall(ms)
      bench.reigns.tick()
    }
    expect([bench.reigns.doubts, bench.reigns.serves(SLOT)]).toEqual([false, false])
    bench.answer(sent)
    expect(bench.reigns.serves(SLOT)).toBe(true)
  })
})

describe('a primary that loses a session', () => {
  it('goes on in a higher epoch, and serves the slot again once the other has told what it holds [STG-18]', () => {
    const bench = new Bench()
    const sent = bench.link()
    bench.say([], 0)
    bench.answer(sent)
    const before = bench.store.slot(SLOT).epoch
    bench.reigns.lost(SLOT)
    expect([bench.reigns.serves(SLOT), bench.store.slot(SLOT).epoch > before]).toEqual([false, true])
    bench.reigns.recover()
    bench.peer.repair(SLOT)
    expect(bench.reigns.serves(SLOT)).toBe(false)
    bench.answer(sent)
    expect(bench.reigns.serves(SLOT)).toBe(true)
  })
})
