/** A primary in this process with one back-up in another: what most measurements stand on. */
import { createNode } from '@understudy/node'
import type { LinkStatus, Node, NodeOptions } from '@understudy/node'
import { Child } from '../processes/child.js'
import { until } from './in-flight.js'

/** ms that a save waits for its copies: on a busy machine more than by default, so that what is counted can be. */
const PATIENCE = 60_000

/** A primary of all slots, and those who back it up. */
export class Primary {
  readonly node: Node

  private constructor(node: Node) {
    this.node = node
  }

  /** Starts the node alone. */
  static async start(options: Partial<NodeOptions> = {}): Promise<Primary> {
    const node = await createNode({ name: 'a', copiesTimeout: PATIENCE, ...options })
    await node.whenReady()
    return new Primary(node)
  }

  /** Its link to its only peer. */
  get link(): LinkStatus | undefined {
    return this.node.status().links[0]
  }

  /**
   * Forks a dedicated back-up and waits until it holds everything.
   *
   * @param url by which it reaches this primary; a relay's, where bytes are counted
   */
  async backUp(url = this.node.url): Promise<Child> {
    const child = await Child.start('node.js', 'b', 'backup', `a=${url}`)
    await this.whenEqual()
    return child
  }

  /** Resolves when the back-up has acknowledged everything. */
  whenEqual(): Promise<void> {
    return until('the back-up holds everything', () => this.link?.equal === true)
  }
}
