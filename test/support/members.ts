/**
 * Members that take over from one another, each in a process of its own. Every way from one to another leads through a
 * relay of its own, so that a test can split them as it likes; apps reach all directly.
 */
import { createServer } from 'node:net'
import type { Store } from '@understudy/client'
import { eventually } from './eventually.js'
import { connectApp } from './nodes.js'
import { startCommand } from './process.js'
import type { Process } from './process.js'
import { Relay } from './relay.js'
import { statusAt } from './status.js'

/** The members of one cluster, by name. */
export class Members {
  readonly names: readonly string[]
  readonly #options: readonly string[]
  readonly #ports = new Map<string, number>()
  readonly #relays = new Map<string, Relay>()
  readonly #processes = new Map<string, Process>()

  private constructor(names: readonly string[], options: readonly string[]) {
    this.names = names
    this.#options = options
  }

  /** Starts them all, and waits until they share the slots. */
  static async start(names: readonly string[], ...options: readonly string[]): Promise<Members> {
    const members = new Members(names, options)
    for (const name of names) members.#ports.set(name, await freePort())
    for (const from of names) {
      for (const to of names) {
        if (from === to) continue
        const relay = await Relay.start()
        relay.leadTo({ port: members.#port(to) })
        members.#relays.set(`${from} ${to}`, relay)
      }
    }
    await Promise.all(names.map((name) => members.run(name)))
    await members.whenShared()
    return members
  }

  /** Starts a member, for the first time or again. */
  async run(name: string): Promise<void> {
    const others = this.names.filter((other) => other !== name)
    const peers = others.flatMap((other) => ['--peer', `${other}=${this.#relay(name, other).url}`])
    this.#processes.set(name, await startCommand('serve', '--name', name, '--listen', `127.0.0.1:${this.#port(name)}`, ...peers, ...this.#options))
  }

  /** Sends a member's process a signal. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#processes.get(name)?.signal(signal)
  }

  /** Resolves when the process of a member is gone. */
  async ended(name: string): Promise<void> {
    await this.#processes.get(name)?.ended
  }

  /** URL of a member. */
  url(name: string): string {
    return `ws://127.0.0.1:${this.#port(name)}`
  }

  /** Does something to all ways between these members and the others. */
  between(side: readonly string[], what: 'cut' | 'freeze' | 'mend'): void {
    for (const [pair, relay] of this.#relays) {
      const [from = '', to = ''] = pair.split(' ')
      if (side.includes(from) !== side.includes(to)) relay[what]()
    }
  }

  /** Connects an app that knows these members. */
  connect(names = this.names): Promise<Store> {
    return connectApp(names.map((name) => ({ url: this.url(name) })), { reconnect: { first: 20, longest: 200 } })
  }

  /** Slots of which each of these members is primary. */
  async shares(names = this.names): Promise<Record<string, number>> {
    const shares = await Promise.all(names.map(async (name) => [name, (await statusAt(this.url(name))).slots.primary] as const))
    return Object.fromEntries(shares)
  }

  /** Resolves once these members share all slots, serving. */
  async whenShared(names = this.names): Promise<void> {
    let seen: unknown
    await eventually('the slots are shared', async () => {
      const states = await Promise.all(names.map((name) => statusAt(this.url(name)))).catch(() => [])
      seen = states.map((state) => [state.name, state.slots.primary, state.ready])
      const isShared = states.length === names.length && states.every(({ slots, ready }) => slots.primary > 0 && ready)
      return isShared && states.reduce((sum, { slots }) => sum + slots.primary, 0) === 256
    }).catch((cause: unknown) => {
      throw new Error(`${names.join(', ')} do not share the slots: ${JSON.stringify(seen)}`, { cause })
    })
  }

  /** Resolves once these members hold the same, as their digests prove. */
  async whenEqual(names = this.names): Promise<void> {
    await eventually(`${names.join(', ')} hold the same`, async () => {
      const states = await Promise.all(names.map((name) => statusAt(this.url(name))))
      return new Set(states.map(({ digest }) => digest)).size === 1
    })
  }

  #port(name: string): number {
    const port = this.#ports.get(name)
    if (port === undefined) throw new Error(`there is no member "${name}"`)
    return port
  }

  #relay(from: string, to: string): Relay {
    const relay = this.#relays.get(`${from} ${to}`)
    if (relay === undefined) throw new Error(`no way leads from "${from}" to "${to}"`)
    return relay
  }
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
