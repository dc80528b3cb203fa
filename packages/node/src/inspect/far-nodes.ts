/** The other nodes, as one inspector of this one needs them. */
import type { InspectDownFrame } from '@understudy/protocol/inspect'
import { FarNode } from './far-node.js'
import type { FarAnswer, FarRequest, FarWatch } from './far-node.js'
import type { InspectContext } from './inspect-context.js'
import { InspectFailure } from './inspect-failure.js'

/** The other nodes of one inspector. */
export class FarNodes {
  readonly #context: InspectContext
  readonly #pushed: (name: string, frame: InspectDownFrame) => void
  readonly #lost: (name: string, why: string) => void
  readonly #nodes = new Map<string, FarNode>()

  constructor(context: InspectContext, pushed: (name: string, frame: InspectDownFrame) => void, lost: (name: string, why: string) => void) {
    this.#context = context
    this.#pushed = pushed
    this.#lost = lost
  }

  /** Names of all nodes but this one, in order. */
  get names(): readonly string[] {
    const { membership, name: self } = this.#context
    return membership.nodes.flatMap(({ name }) => (name === self ? [] : [name])).toSorted()
  }

  /** Asks one node. Throws InspectFailure NODE_UNKNOWN, NODE_SILENT, and what the node answers with. */
  async ask(name: string, question: FarRequest): Promise<FarAnswer> {
    return this.#node(name).ask(question)
  }

  /** Watches something of one node. Throws InspectFailure NODE_UNKNOWN. */
  watch(name: string, watch: FarWatch): void {
    this.#node(name).watch(watch)
  }

  /** Watches something of one node that has to answer now; what it says after a new link comes as if it had changed. */
  async watchAndAsk(name: string, watch: FarWatch): Promise<FarAnswer> {
    return this.#node(name).watchAndAsk(watch)
  }

  /** Watches something no longer, wherever it was. */
  unwatch(type: FarWatch['type']): void {
    for (const node of this.#nodes.values()) node.unwatch(type)
  }

  /** The inspector is gone. */
  close(): void {
    for (const node of this.#nodes.values()) node.close()
    this.#nodes.clear()
  }

  #node(name: string): FarNode {
    const known = this.#nodes.get(name)
    if (known !== undefined) return known
    const { membership, addresses, dial, dialHeaders: headers, environment } = this.#context
    const member = membership.nodes.find((node) => node.name === name)
    const url = addresses[name] ?? member?.url
    if (member === undefined || url === undefined || url === '' || name === this.#context.name) {
      throw new InspectFailure('NODE_UNKNOWN', `there is no other node named "${name}" here`)
    }
    const node = new FarNode({ name, url, headers, dial, environment, pushed: this.#pushed, lost: this.#lost })
    this.#nodes.set(name, node)
    return node
  }
}
