/**
 * A network and a world for tests: sockets whose messages move only when a test flushes them, timers that fire only
 * when a test lets time pass. Nothing sleeps, and everything happens in one order.
 */
import type { Environment } from './environment.js'
import type { OpenSocket, Socket, SocketAddress, SocketEvents } from './socket.js'

/** The node's end of a connection. */
export interface Connection {
  readonly address: SocketAddress
  send(bytes: Uint8Array): void
  /** Closes, after what was sent. */
  close(end?: { reason?: string; unauthorized?: boolean }): void
}

/** What a node does with a connection. */
export interface ConnectionHandler {
  received(bytes: Uint8Array): void
  closed(): void
}

type Accept = (connection: Connection) => ConnectionHandler

/** Connects clients with nodes in memory. */
export class MemoryNetwork {
  readonly #accepts = new Map<string, Accept>()
  readonly #open = new Set<{ url: string; cut: (reason: string) => void }>()
  #queue: (() => void)[] = []
  /** Every address that was tried, in order. */
  readonly attempts: string[] = []
  /** Addresses at which packets vanish: connections hang and open ones go silent. */
  readonly blackHoles = new Set<string>()

  /** Makes a node reachable. */
  listen(url: string, accept: Accept): void {
    this.#accepts.set(url, accept)
  }

  /** Makes a node unreachable and cuts its connections; what was on its way is lost. */
  shutDown(url: string): void {
    this.#accepts.delete(url)
    this.cut(url)
  }

  /** Cuts all connections to a node; what was on its way is lost. */
  cut(url: string): void {
    for (const connection of this.#open) if (connection.url === url) connection.cut('cut by the test')
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#open.size
  }

  /** Delivers everything under way, and what that brings about. */
  flush(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next()
  }

  /** Whether anything is under way. */
  get busy(): boolean {
    return this.#queue.length > 0
  }

  /** The client's way in. */
  readonly openSocket: OpenSocket = (address: SocketAddress, events: SocketEvents): Socket => {
    this.attempts.push(address.url)
    const accept = this.#accepts.get(address.url)
    let alive = true
    let handler: ConnectionHandler | undefined
    const end = (reason: string, unauthorized = false): void => {
      if (!alive) return
      alive = false
      this.#open.delete(entry)
      this.#queue.push(() => {
        events.closed({ reason, unauthorized })
        handler?.closed()
      })
    }
    const entry = { url: address.url, cut: (reason: string) => end(reason) }
    const carry = (deliver: () => void): void => {
      if (this.blackHoles.has(address.url)) return
      this.#queue.push(() => {
        if (alive) deliver()
      })
    }
    this.#open.add(entry)
    if (accept) {
      carry(() => {
        handler = accept({
          address,
          send: (bytes) => carry(() => events.received(bytes.slice())),
          close: ({ reason = 'closed by the node', unauthorized = false } = {}) =>
            carry(() => end(reason, unauthorized)),
        })
        if (alive) events.opened()
      })
    } else if (!this.blackHoles.has(address.url)) end('connection refused')
    return {
      send: (bytes) => carry(() => handler?.received(bytes.slice())),
      close: () => {
        this.#queue.push(() => {
          if (!alive) return
          alive = false
          this.#open.delete(entry)
          handler?.closed()
        })
      },
    }
  }
}

/** A world in which a test decides about time; randomness is a fixed sequence. */
export class TestWorld implements Environment {
  readonly network = new MemoryNetwork()
  readonly openSocket = this.network.openSocket
  #now = 1_700_000_000_000
  #seed = 1
  #timers: { at: number; run: () => void }[] = []

  now(): number {
    return this.#now
  }

  random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647
    return this.#seed / 2_147_483_647
  }

  startTimer(delay: number, run: () => void): () => void {
    const timer = { at: this.#now + delay, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.length
  }

  /** Delivers all messages and lets promises run, until nothing moves. */
  async settle(): Promise<void> {
    do {
      this.network.flush()
      await new Promise((resolve) => setImmediate(resolve))
    } while (this.network.busy)
  }

  /** Lets time pass, timer by timer, with everything delivered in between. */
  async pass(duration: number): Promise<void> {
    const end = this.#now + duration
    await this.settle()
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#now = Math.max(this.#now, next.at)
      this.#timers = this.#timers.filter((other) => other !== next)
      next.run()
      await this.settle()
    }
    this.#now = end
  }
}
