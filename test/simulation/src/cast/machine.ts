/** A machine that runs a store node, with a disk or without: production code behind a simulated network and disk. */
import { createNode } from '@understudy/node'
import type { DoorsOptions, Front, Log, Node, NodeOptions } from '@understudy/node'
import { MemoryDisk, MemoryStorage } from '@understudy/storage'
import type { Durability, Storage, StorageOptions } from '@understudy/storage'
import type { Chance } from '../world/chance.js'
import { opener } from './client-environment.js'
import type { Network } from '../world/network.js'
import { Process } from '../world/process.js'

/** How a machine is set up; for the whole history. */
export interface MachineOptions {
  readonly name: string
  readonly role: 'member' | 'backup'
  /** Names of all machines. */
  readonly all: readonly string[]
  /** How safe the disk must make things; undefined: there is no disk. */
  readonly durability: Durability | undefined
  /** ms that the disk takes at most. */
  readonly diskTime: number
  /** Everything else that is alike on all machines. */
  readonly settings: Omit<NodeOptions, 'name'>
  /** ms by which its clock is ahead. */
  readonly skew: number
  readonly log: Log
}

/** One machine. */
export class Machine {
  readonly name: string
  /** How often it lost something that it had acknowledged to hold, or may have. */
  losses = 0
  /** Simulated time when its process was last started. */
  startedAt = 0
  /** Simulated time when a record on its disk was last damaged. */
  damagedAt = -Infinity
  /** Simulated times when its process was ended without a warning. */
  readonly killedAt: number[] = []
  /** Since when it has been running without a pause; the first start does not count. */
  steadySince = 0
  readonly #options: MachineOptions
  readonly #network: Network
  readonly #chance: Chance
  #disk = new MemoryDisk()
  #process: Process | undefined
  #node: Node | undefined
  #leads: DoorsOptions | undefined
  #runs = 0
  #skew: number
  /** Whether the process is to run: one that closes is followed by another then. */
  #isWanted = false
  /** The process that is about to end, as planned. */
  #closing: Process | undefined

  constructor(options: MachineOptions, network: Network, chance: Chance) {
    this.name = options.name
    this.#options = options
    this.#network = network
    this.#chance = chance
    this.#skew = options.skew
  }

  /** The node that runs; undefined while there is none. */
  get node(): Node | undefined {
    return this.#process?.isAlive ? this.#node : undefined
  }

  /** The node, unless it is paused. */
  get running(): Node | undefined {
    return this.#process?.isRunning ? this.#node : undefined
  }

  get isUp(): boolean {
    return this.#process?.isAlive ?? false
  }

  /** Whether its process is about to end, as planned. */
  get isClosing(): boolean {
    return this.isUp && this.#closing === this.#process
  }

  get role(): 'member' | 'backup' {
    return this.#options.role
  }

  get hasDisk(): boolean {
    return this.#options.durability !== undefined
  }

  /** Whether the disk takes no more. */
  set full(full: boolean) {
    this.#disk.full = full
  }

  /** What leads into the node, as its HTTP port would. */
  get leads(): DoorsOptions | undefined {
    return this.isUp ? this.#leads : undefined
  }

  /** Starts the process, if none runs; after one that is about to end. */
  start(): void {
    this.#isWanted = true
    if (this.isUp) return
    const { name, role, all, settings, log, durability } = this.#options
    const process = new Process(name, this.#network.scheduler, this.#chance.fork(`run ${++this.#runs}`), this.#skew)
    this.#process = process
    this.startedAt = this.#network.scheduler.now
    if (this.#runs > 1) this.steadySince = this.startedAt
    this.#node = undefined
    this.#network.lit(name)
    const peers = Object.fromEntries(all.filter((other) => other !== name).map((other) => [other, `ws://${other}`]))
    createNode({
      ...settings,
      name,
      role,
      peers,
      advertise: `ws://${name}`,
      environment: process.environment,
      openSocket: opener(process, this.#network),
      dial: (url) => new Promise((resolve, reject) => void this.#network.dial(process, url, resolve, reject)),
      front: (leads) => this.#front(process, leads),
      log,
      ...(durability && { durability, storage: (options: StorageOptions) => this.#open(process, options) }),
    }).then(
      (node) => {
        if (this.#process === process) this.#node = node
      },
      (error: unknown) => this.#network.scheduler.failed(error),
    )
  }

  /** The process is killed; its system lives on. */
  kill(): void {
    const process = this.#process
    if (!process?.isAlive) return
    process.kill()
    this.killedAt.push(this.#network.scheduler.now)
    this.#network.died(process)
    this.#disk.locked = false
    if (this.#options.durability === undefined || this.#options.durability === 'memory') this.losses++
  }

  /** The power fails: what was not flushed is gone, and nobody is told. */
  powerOff(): void {
    const process = this.#process
    if (!process?.isAlive) return
    process.kill()
    this.killedAt.push(this.#network.scheduler.now)
    this.#network.darkened(process)
    this.#disk.crash()
    if (this.#options.durability !== 'flushed') this.losses++
  }

  /** A disk that is not running is replaced by an empty one. */
  wipe(): void {
    if (this.isUp) return
    this.#disk = new MemoryDisk()
    this.losses++
  }

  /** What is on the disk, to be put back later. */
  snapshot(): MemoryDisk {
    return this.#disk.copy()
  }

  /** An older state of the disk comes back. */
  restore(disk: MemoryDisk): void {
    if (this.isUp) return
    this.#disk = disk
    this.losses++
  }

  /** A record on the disk is damaged. @param choose a number in [0, 1) that chooses which */
  damage(choose: number): void {
    const keys = Array.from(this.#disk.tables.records.keys()).toSorted()
    const key = keys[Math.floor(choose * keys.length)]
    if (key === undefined) return
    this.#disk.damage(key)
    this.damagedAt = this.#network.scheduler.now
    this.losses++
  }

  pause(): void {
    this.#process?.pause()
  }

  resume(): void {
    if (this.isUp && this.running === undefined) this.steadySince = this.#network.scheduler.now
    this.#process?.resume()
  }

  /** Its clock jumps, and stays so. */
  leap(ms: number): void {
    this.#skew += ms
    this.#process?.leap(ms)
  }

  /** A planned end: it says good-bye. */
  async close(): Promise<void> {
    const process = this.#process
    const node = this.node
    if (node === undefined || process === undefined) return
    this.#isWanted = false
    this.#closing = process
    await node.close()
    process.kill()
    if (this.#options.durability === undefined) this.losses++
    if (this.#isWanted) this.start()
  }

  async #open(process: Process, options: StorageOptions): Promise<Storage> {
    const slow = { ...options.scheduler, soon: (run: () => void) => void process.after(this.#chance.whole(0, this.#options.diskTime), run) }
    return MemoryStorage.open(this.#disk, { ...options, scheduler: slow })
  }

  #front(process: Process, leads: DoorsOptions): Front {
    const admission = { ok: true, role: 'admin', name: 'simulated' } as const
    return {
      open: async () => {
        this.#leads = leads
        this.#network.listen({
          process,
          enter: (path, socket) => {
            if (path === '/peer') leads.peer(socket, admission)
            else if (path === '/client') leads.client.enter(socket, admission)
            else return false
            return true
          },
        })
        return 1
      },
      close: async () => this.#network.unlisten(process),
    }
  }
}
