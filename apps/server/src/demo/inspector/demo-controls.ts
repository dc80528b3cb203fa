/**
 * What the buttons of the inspector do in the demo, one at a time: each says step by step what it did and what came of it,
 * so that a promise can be watched being kept.
 */
import type { DemoControl, DemoResult, DemoState } from '@understudy/protocol/inspect'
import { CommandError } from '../../command-error.js'
import type { DemoCluster } from '../cluster.js'
import type { TrafficSwitch } from '../traffic/traffic-switch.js'
import { showConflict } from './show-conflict.js'
import { showLogout } from './show-logout.js'
import type { ConnectTo } from './connect-to.js'

/** What the controls steer. */
export interface DemoControlsOptions {
  readonly cluster: DemoCluster
  readonly traffic: TrafficSwitch
  readonly connectTo: ConnectTo
  /** Something is another way than before. */
  readonly changed: () => void
  /** ms that each scene of what is shown stands. Default: long enough to be seen. */
  readonly scene?: number
}

/** The default of `scene`: three pictures of the cluster. */
const SCENE = 1_500

/** The buttons. */
export class DemoControls {
  readonly #options: DemoControlsOptions
  /** What is under way: the next waits for it. */
  #last: Promise<unknown> = Promise.resolve()
  #wasSplit = false

  constructor(options: DemoControlsOptions) {
    this.#options = options
  }

  /** Whether links were cut: on both sides of a split visitors may see less than they put in, until it heals. */
  get wasSplit(): boolean {
    return this.#wasSplit
  }

  /** How the demo stands. */
  get state(): DemoState {
    const { cluster, traffic } = this.#options
    const { checked, lost, failed } = traffic.tally
    return {
      traffic: traffic.isOn,
      nodes: cluster.nodes.map(({ name }) => ({ name, running: cluster.isRunning(name) })),
      cuts: cluster.cuts,
      checked,
      lost,
      failed,
    }
  }

  /** Does what a button says. Throws `DEMO_FAILED` where it cannot be done as things stand. */
  async press(control: DemoControl): Promise<DemoResult> {
    const done = this.#last.then(() => this.#do(control))
    this.#last = done.catch(() => undefined)
    try {
      return await done
    } finally {
      this.#options.changed()
    }
  }

  async #do(control: DemoControl): Promise<DemoResult> {
    const { cluster, traffic, connectTo } = this.#options
    switch (control.kind) {
      case 'traffic':
        if (control.on) traffic.start()
        else await traffic.stop()
        return said(control.on ? 'visitors are shopping' : 'all visitors have gone')
      case 'kill':
        return this.#kill(control.node)
      case 'restart':
        return this.#restart(control.node)
      case 'cut':
        return this.#cut(control.between)
      case 'heal':
        cluster.heal()
        return said('all links are mended; nodes find each other again, compare digests and exchange what differs')
      case 'conflict':
        this.#wasSplit = true
        return this.#withoutTraffic(() => showConflict({ cluster, connectTo, scene: this.#options.scene ?? SCENE, changed: this.#options.changed }))
      case 'logout':
        return showLogout(cluster, connectTo)
    }
  }

  async #kill(name: string): Promise<DemoResult> {
    this.#requireNode(name)
    const { cluster } = this.#options
    if (!cluster.isRunning(name)) throw refusal(`"${name}" does not run`)
    const running = cluster.nodes.filter((node) => cluster.isRunning(node.name))
    if (running.length === 1) throw refusal(`"${name}" is the last node that runs; start another one first`)
    await cluster.crash(name)
    return said(`the process of "${name}" was ended with SIGKILL: the others take over its slots`)
  }

  async #restart(name: string): Promise<DemoResult> {
    this.#requireNode(name)
    const { cluster } = this.#options
    if (cluster.isRunning(name)) throw refusal(`"${name}" runs already`)
    await cluster.run(name)
    return said(`"${name}" is up again, with an empty memory: the others fill it, then it gets its share of slots back`)
  }

  async #cut([one, other]: readonly [string, string]): Promise<DemoResult> {
    this.#requireNode(one)
    this.#requireNode(other)
    if (one === other) throw refusal('a link has two ends')
    this.#wasSplit = true
    this.#options.cluster.cut(one, other)
    return said(`the link between "${one}" and "${other}" is cut`)
  }

  /** Visitors who shop on both sides of a split would count as lost what is only on the other side. */
  async #withoutTraffic(show: () => Promise<DemoResult>): Promise<DemoResult> {
    const { traffic, changed } = this.#options
    const wasOn = traffic.isOn
    await traffic.stop()
    changed()
    try {
      return await show()
    } finally {
      if (wasOn) traffic.start()
    }
  }

  #requireNode(name: string): void {
    if (this.#options.cluster.nodes.every((node) => node.name !== name)) throw refusal(`there is no node "${name}"`)
  }
}

function said(...steps: readonly string[]): DemoResult {
  return { steps, keys: [] }
}

function refusal(message: string): CommandError {
  return new CommandError('DEMO_FAILED', message)
}
