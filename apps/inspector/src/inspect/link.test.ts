/** The link's states, on a world of the test's own. */
import type { Environment, SocketEvents } from '@understudy/client'
import { decodeInspectUpFrame, encodeInspectDownFrame } from '@understudy/protocol/inspect'
import type { InspectDownFrame, InspectUpFrame } from '@understudy/protocol/inspect'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LinkState } from './link-state.js'
import { InspectLink } from './link.js'

const WELCOME = { type: 'welcome', version: 1, node: 'a', time: 1_000, role: 'admin', token: 'ops', mode: 'benchmark', software: '0', nodes: [], deny: [], demo: false } as const

/** One end of a socket, in the test's hand. */
class Wire {
  readonly sent: InspectUpFrame[] = []
  isClosed = false

  constructor(
    readonly token: string | undefined,
    readonly events: SocketEvents,
  ) {}

  say(frame: InspectDownFrame): void {
    this.events.received(encodeInspectDownFrame(frame))
  }
}

let wires: Wire[]
let timers: Map<number, { delay: number; run: () => void }>
let states: LinkState[]
let heard: InspectDownFrame[]
let link: InspectLink

const environment: Environment = {
  now: () => 0,
  random: () => 1,
  startTimer(delay, run) {
    const number = Math.random()
    timers.set(number, { delay, run })
    return () => void timers.delete(number)
  },
  openSocket({ token }, events) {
    const wire = new Wire(token, events)
    wires.push(wire)
    return {
      send: (bytes) => void wire.sent.push(decodeInspectUpFrame(bytes)),
      close: () => {
        wire.isClosed = true
      },
    }
  },
}

beforeEach(() => {
  ;[wires, timers, states, heard] = [[], new Map(), [], []]
  link = new InspectLink(environment, 'ws://a/inspect', { moved: (state) => void states.push(state), received: (frame) => void heard.push(frame) })
})

function wire(): Wire {
  const last = wires.at(-1)
  if (last === undefined) throw new Error('no socket was opened')
  return last
}

/** Runs the one timer there is; gives its delay. */
function pass(): number {
  const [entry, ...others] = timers
  if (entry === undefined || others.length > 0) throw new Error(`there are ${timers.size} timers`)
  timers.delete(entry[0])
  entry[1].run()
  return entry[1].delay
}

function open(token?: string): void {
  link.open(token)
  wire().events.opened()
  wire().say(WELCOME)
}

const phases = (): string[] => states.map(({ phase }) => phase)

describe('the link', () => {
  it('says hello with the token as the socket takes it, and is open once it is welcome', () => {
    open('secret')
    expect(wire().token).toBe('secret')
    expect(wire().sent).toEqual([expect.objectContaining({ type: 'hello', as: 'person' })])
    expect(phases()).toEqual(['connecting', 'open'])
  })

  it('comes back in pauses that grow to four seconds, and starts small again after it was open', () => {
    open()
    const pauses = Array.from({ length: 7 }, () => {
      wire().events.closed({ reason: 'cut', unauthorized: false })
      return pass()
    })
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000])
    wire().events.opened()
    wire().say(WELCOME)
    wire().events.closed({ reason: 'cut', unauthorized: false })
    expect(pass()).toBe(250)
  })

  it('fails what was asked when it goes, and at once while it is away', async () => {
    open()
    const asked = link.ask({ type: 'watchCluster' })
    wire().events.closed({ reason: 'cut', unauthorized: false })
    await expect(asked).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    await expect(link.ask({ type: 'watchCluster' })).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  })

  it('answers each request by its number, and passes on what nobody asked for', async () => {
    open()
    const [one, two] = [link.ask({ type: 'watchCluster' }), link.ask({ type: 'unwatch', what: 'flow' })]
    const [, first, second] = wire().sent
    if (first === undefined || second === undefined || !('request' in first) || !('request' in second)) throw new Error('two requests were sent')
    wire().say({ type: 'failed', request: second.request, code: 'NODE_UNKNOWN', message: 'no', node: 'b' })
    wire().say({ type: 'done', request: first.request })
    await expect(two).rejects.toMatchObject({ code: 'NODE_UNKNOWN', node: 'b' })
    await expect(one).resolves.toMatchObject({ type: 'done' })
    wire().say({ type: 'done', request: first.request })
    expect(heard).toEqual([{ type: 'done', request: first.request }])
  })

  it.each(['TOKEN_MISSING', 'TOKEN_UNKNOWN', 'TOKEN_EXPIRED', 'ROLE_TOO_LOW', 'VERSION_MISMATCH'])('does not come back after %s until it is opened anew', (code) => {
    link.open(undefined)
    wire().say({ type: 'bye', code, message: 'no' })
    expect(states.at(-1)).toEqual({ phase: 'refused', code, message: 'no' })
    expect(timers.size).toBe(0)
    expect(wire().isClosed).toBe(true)
    open('another')
    expect(states.at(-1)).toMatchObject({ phase: 'open' })
  })

  it('comes back after any other good-bye, of a node that shuts down or of the demo’s that was killed', () => {
    open()
    wire().say({ type: 'bye', code: 'NODE_GONE', message: 'killed' })
    expect(states.at(-1)).toMatchObject({ phase: 'resting', why: 'killed' })
    pass()
    expect(wires).toHaveLength(2)
  })

  it('does not hear an earlier socket any more', () => {
    open()
    const [old] = wires
    link.open(undefined)
    old?.say({ type: 'bye', code: 'TOKEN_EXPIRED', message: 'late' })
    old?.events.closed({ reason: 'late', unauthorized: true })
    expect(states.at(-1)).toEqual({ phase: 'connecting', attempt: 0 })
  })

  it('gives up a node that says nothing from one look to the next, and one that never answers', () => {
    open()
    pass()
    expect(wire().sent.at(-1)).toMatchObject({ type: 'ping' })
    pass()
    expect(states.at(-1)).toMatchObject({ phase: 'resting' })
    pass()
    expect(pass()).toBe(8_000)
    expect(states.at(-1)).toMatchObject({ phase: 'resting', why: 'The node did not answer.' })
  })

  it('skips frames of later times, and drops a link that sends what is none', () => {
    open()
    wire().events.received(new TextEncoder().encode('{"type":"ofTomorrow"}'))
    expect(states.at(-1)).toMatchObject({ phase: 'open' })
    wire().events.received(new TextEncoder().encode('{"type":"cluster"}'))
    expect(states.at(-1)).toMatchObject({ phase: 'resting', why: expect.stringContaining('cannot be read') })
  })
})
