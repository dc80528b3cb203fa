/** Somebody looks at the cluster: it is drawn again when it is another one, and every two seconds. */
import type { InspectDownFrame, NodeReport } from '@understudy/protocol/inspect'
import { ClusterEvents } from './cluster-events.js'
import { pictureOf } from './cluster-picture.js'
import type { PeerWord } from './cluster-picture.js'
import type { FarNodes } from './far-nodes.js'
import type { InspectContext } from './inspect-context.js'

/** ms between two looks. */
const LOOK = 500
/** Looks after which a picture goes out although it is the same. */
const LOOKS = 4

/** The cluster, watched by one person. */
export class ClusterWatch {
  readonly #context: InspectContext
  readonly #far: FarNodes
  readonly #send: (frame: InspectDownFrame) => void
  readonly #events = new ClusterEvents()
  readonly #words = new Map<string, PeerWord>()
  readonly #asked = new Set<string>()
  readonly #stop: () => void
  #drawn = ''
  #looks = 0

  constructor(context: InspectContext, far: FarNodes, send: (frame: InspectDownFrame) => void) {
    this.#context = context
    this.#far = far
    this.#send = send
    this.#stop = context.environment.every(LOOK, () => this.#look())
    this.#look()
  }

  /** A peer says what it knows. */
  reported(name: string, report: NodeReport): void {
    this.#words.set(name, { report })
  }

  /** A peer does not answer any more. */
  lost(name: string, why: string): void {
    this.#words.set(name, { why })
  }

  /** Nobody looks any more. */
  close(): void {
    this.#stop()
    this.#far.unwatch('watchCluster')
  }

  #look(): void {
    this.#ask()
    const picture = pictureOf(this.#context, this.#words)
    const events = this.#events.next(picture)
    const drawn = JSON.stringify({ ...picture, at: 0, nodes: picture.nodes.map(({ own, ...node }) => ({ ...node, own: own && { ...own, now: 0 } })) })
    if (drawn === this.#drawn && events.length === 0 && ++this.#looks < LOOKS) return
    this.#drawn = drawn
    this.#looks = 0
    this.#send({ type: 'cluster', view: { ...picture, events } })
  }

  /** Nodes may come to be known at any time. */
  #ask(): void {
    for (const name of this.#far.names) {
      if (this.#asked.has(name)) continue
      this.#asked.add(name)
      this.#far.watch(name, { type: 'watchCluster' })
    }
  }
}
