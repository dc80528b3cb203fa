import { describe, expect, it } from 'vitest'
import type { ByteSocket } from '../byte-socket.js'
import { realEnvironment } from '../environment.js'
import { Dialling } from './dialling.js'

const SOCKET: ByteSocket = { buffered: 0, sentBytes: 0, receivedBytes: 0, send: () => {}, close: () => {}, terminate: () => {}, message: () => {}, closed: () => {} }

/** Dials "b", with a clock to set; knows how long each pause was, ms. */
function bench() {
  const world = { now: 1_000, isLinked: false, dials: 0, pauses: new Array<number>(), due: (): void => {} }
  const after = (ms: number, callback: () => void): (() => void) => {
    world.pauses.push(ms)
    world.due = callback
    return () => void (world.due = () => {})
  }
  const dialling = new Dialling({
    name: 'b',
    url: 'ws://b',
    headers: {},
    environment: { ...realEnvironment, now: () => world.now, random: () => 0.5, after },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    dial: async () => {
      world.dials++
      return SOCKET
    },
    linked: () => world.isLinked,
    connected: () => {},
    failed: () => {},
  })
  /** A link is greeted, stands for so many ms, and ends. */
  const link = (ms: number): void => {
    dialling.succeeded()
    world.isLinked = true
    world.now += ms
    world.isLinked = false
    dialling.again()
  }
  return { dialling, world, link }
}

describe('a peer', () => {
  it('whose link had stood is dialled anew nearly at once, then after growing pauses [TAK-13]', () => {
    const { dialling, world, link } = bench()
    link(60_000)
    dialling.again()
    dialling.again()
    dialling.again()
    expect(world.pauses).toEqual([10, 50, 100, 200])
  })

  it('whose links end as soon as they begin is given a rest before each attempt', () => {
    const { world, link } = bench()
    for (let i = 0; i < 3; i++) link(10)
    expect(world.pauses).toEqual([50, 50, 50])
  })

  it('is not dialled while it is linked, also if a second link to it ended', () => {
    const { dialling, world, link } = bench()
    dialling.succeeded()
    world.isLinked = true
    dialling.again()
    dialling.start()
    expect([world.pauses, world.dials]).toEqual([[], 0])
    link(5_000)
    expect(world.pauses).toEqual([10])
  })
})
