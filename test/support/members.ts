/** Members that take over from one another, each in a process of its own behind an address that stays. */
import { onTestFinished } from 'vitest'
import type { Store } from '@understudy/client'
import { connectApp } from './nodes.js'
import { eventually } from './eventually.js'
import { startCommand } from './process.js'
import type { Process } from './process.js'
import { Relay } from './relay.js'
import { statusAt } from './status.js'

/** The members of one cluster, by name. */
export class Members {
  readonly #names: readonly string[]
  readonly #options: readonly string[]
  readonly #addresses = new Map<string, Relay>()
  readonly #processes = new Map<string, Process>()

  private constructor(names: readonly string[], options: readonly string[]) {
    this.#names = names
    this.#options = options
  }

  /** Starts them all, and waits until they share the slots. */
  static async start(names: readonly string[], ...options: readonly string[]): Promise<Members> {
    const members = new Members(names, options)
    for (const name of names) members.#addresses.set(name, await Relay.start())
    await Promise.all(names.map((name) => members.run(name)))
    await members.whenShared()
    return members
  }

  /** Starts a member, for the first time or again. */
  async run(name: string): Promise<void> {
    const peers = this.#names.filter((other) => other !== name).flatMap((other) => ['--peer', `${other}=${this.relay(other).url}`])
    const started = await startCommand('serve', '--name', name, '--listen', '127.0.0.1:0', '--advertise', this.relay(name).url, ...peers, ...this.#options)
    this.#processes.set(name, started)
    // With --advertise the process names the relay; where it really listens, its health check tells.
    this.relay(name).leadTo({ port: Number(new URL(started.listening ?? started.url).port) })
  }

  /** The address of a member. */
  relay(name: string): Relay {
    const relay = this.#addresses.get(name)
    if (relay === undefined) throw new Error(`there is no member ${name}`)
    return relay
  }

  /** Sends a member's process a signal. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#processes.get(name)?.signal(signal)
  }

  /** Connects an app to all. */
  connect(): Promise<Store> {
    return connectApp(this.#names.map((name) => this.relay(name)), { reconnect: { first: 20, longest: 200 } })
  }

  /** Slots of which each of these members is primary. */
  async shares(names = this.#names): Promise<Record<string, number>> {
    const all = await Promise.all(names.map(async (name) => [name, (await statusAt(this.relay(name).url)).slots.primary] as const))
    return Object.fromEntries(all)
  }

  /** Resolves once these members, and nobody else, share all slots. */
  async whenShared(names = this.#names): Promise<void> {
    await eventually(`${names.join(', ')} share the slots`, async () => {
      const shares = Object.values(await this.shares(names).catch(() => ({ none: 0 })))
      return shares.every((share) => share > 0) && shares.reduce((sum, one) => sum + one, 0) === 256
    })
  }
}

/** Lets a test end a loop of its own. */
export function untilFinished(): { readonly over: boolean } {
  const state = { over: false }
  onTestFinished(() => void (state.over = true))
  return state
}
