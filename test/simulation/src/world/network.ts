/**
 * A network in which messages take time, wait behind black holes, and are lost when a connection is cut. A connection
 * is as TCP gives it: in order, whole, until it ends; `mangle` does what no TCP does, for what checksums are there for.
 */
import type { ByteSocket } from '@understudy/node'
import type { Chance } from './chance.js'
import { Connection } from './connection.js'
import type { Process } from './process.js'
import type { Scheduler } from './scheduler.js'
import type { Trace } from './trace.js'

/** ms until a connection that nobody answers is given up. */
const DIAL_LIMIT = 5_000

/** What happens to one message on a peer link. */
export type Mangling = 'lose' | 'double' | 'swap' | 'truncate' | 'flip'

/** Who takes connections in, under one address. */
export interface Host {
  readonly process: Process
  /** @returns whether there is such a path */
  readonly enter: (path: string, socket: ByteSocket) => boolean
}

/** The network. */
export class Network {
  readonly scheduler: Scheduler
  readonly trace: Trace
  /** ms that most messages take at most. */
  latency = 2
  readonly #chance: Chance
  readonly #hosts = new Map<string, Host>()
  /** Machines without power: packets to them vanish. */
  readonly #dark = new Set<string>()
  /** Directions in which nothing passes, as `from>to`. */
  readonly #holes = new Set<string>()
  readonly #manglings = new Map<string, Mangling[]>()
  readonly #connections = new Set<Connection>()
  /** Attempts to connect whose packets went nowhere so far: systems send them again. */
  #dials: (() => void)[] = []

  constructor(scheduler: Scheduler, chance: Chance, trace: Trace) {
    this.scheduler = scheduler
    this.trace = trace
    this.#chance = chance
  }

  /** ms until the next message arrives. */
  delay(): number {
    return this.#chance.is(0.02) ? this.#chance.whole(0, 40) : this.#chance.whole(0, this.latency)
  }

  /** Makes a process reachable under its name. */
  listen(host: Host): void {
    this.#hosts.set(host.process.name, host)
    this.#dark.delete(host.process.name)
  }

  /** The process says good-bye to the network. */
  unlisten(process: Process): void {
    if (this.#hosts.get(process.name)?.process === process) this.#hosts.delete(process.name)
  }

  /** The process was killed: its system ends its connections. */
  died(process: Process): void {
    this.unlisten(process)
    for (const connection of this.#connections) connection.died(process)
  }

  /** The machine lost its power: nobody is told anything until it is back. */
  darkened(process: Process): void {
    this.unlisten(process)
    this.#dark.add(process.name)
  }

  /** The machine has power again: what is left of connections to it is refused. */
  lit(name: string): void {
    this.#dark.delete(name)
    for (const connection of this.#connections) connection.forgotten(name)
    this.#dialAgain()
  }

  /** Whether messages pass. */
  passes(from: string, to: string): boolean {
    // Asked for every message, and mostly nothing is wrong.
    return (this.#holes.size === 0 || !this.#holes.has(`${from}>${to}`)) && !this.#dark.has(to) && !this.#dark.has(from)
  }

  /** Makes or mends a black hole in one direction. */
  hole(from: string, to: string, there: boolean): void {
    if (there) this.#holes.add(`${from}>${to}`)
    else this.#holes.delete(`${from}>${to}`)
    if (there) return
    for (const connection of this.#connections) connection.mended(from, to)
    this.#dialAgain()
  }

  #dialAgain(): void {
    const dials = this.#dials
    this.#dials = []
    for (const connect of dials) this.scheduler.after(this.delay(), connect)
  }

  /** Mends everything. */
  mend(): void {
    for (const hole of Array.from(this.#holes)) {
      const [from = '', to = ''] = hole.split('>')
      this.hole(from, to, false)
    }
    this.#manglings.clear()
  }

  /** Cuts all connections between two; both can connect anew at once. */
  cut(one: string, other: string): void {
    for (const connection of this.#connections) if (connection.joins(one, other)) connection.cut()
  }

  /** The next messages on the peer link in this direction fare badly. */
  mangle(from: string, to: string, how: Mangling): void {
    const list = this.#manglings.get(`${from}>${to}`)
    if (list === undefined) this.#manglings.set(`${from}>${to}`, [how])
    else list.push(how)
  }

  /** How the next message fares. */
  manglingOf(from: string, to: string): Mangling | undefined {
    return this.#manglings.size === 0 ? undefined : this.#manglings.get(`${from}>${to}`)?.shift()
  }

  /** Where a damaged message is damaged. */
  spot(length: number): number {
    return this.#chance.whole(0, Math.max(0, length - 1))
  }

  /**
   * Opens a connection: `opened` or `failed` is called, once, in the process that dials.
   *
   * @param url `ws://name/path`
   * @returns gives up waiting
   */
  dial(from: Process, url: string, opened: (socket: ByteSocket) => void, failed: (error: Error) => void): () => void {
    const { host: name, path } = partsOf(url)
    let waiting = true
    const fail = (reason: string): void => {
      if (!waiting) return
      waiting = false
      failed(new Error(reason))
    }
    const cancelLimit = from.after(DIAL_LIMIT, () => fail('timed out'))
    const connect = (): void => {
      if (!waiting) return
      const host = this.#hosts.get(name)
      if (!this.passes(from.name, name) || !this.passes(name, from.name)) return void this.#dials.push(connect)
      if (host === undefined) return void from.after(this.delay(), () => fail('connection refused'))
      host.process.enter(() => {
        if (!waiting || !from.isAlive) return
        const connection = new Connection(this, from, host.process, path === '/peer')
        this.#connections.add(connection)
        connection.over = () => this.#connections.delete(connection)
        if (!host.enter(path, connection.accepted)) return connection.cut()
        this.scheduler.after(this.delay(), () => {
          from.enter(() => {
            if (!waiting || !connection.standing) return fail('connection reset')
            waiting = false
            cancelLimit()
            opened(connection.dialled)
          })
        })
      })
    }
    this.scheduler.after(this.delay(), connect)
    return () => {
      waiting = false
      cancelLimit()
    }
  }
}

function partsOf(url: string): { readonly host: string; readonly path: string } {
  const [, host = '', path = ''] = /^ws:\/\/([^/]+)(\/.*)?$/.exec(url) ?? []
  return { host, path }
}
