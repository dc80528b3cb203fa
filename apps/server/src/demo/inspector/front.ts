/**
 * The inspector's address in the demo: one port that outlives every node. It serves the page, passes `/inspect` on to a node
 * that runs, and does itself what the demo's buttons say: no node knows anything of those.
 */
import { folder } from '@understudy/inspector'
import { Access, dialWebSocket, Doors } from '@understudy/node'
import type { ByteSocket } from '@understudy/node'
import { encodeInspectDownFrame } from '@understudy/protocol/inspect'
import type { InspectDownFrame } from '@understudy/protocol/inspect'
import type { DemoCluster } from '../cluster.js'
import type { DemoControls } from './demo-controls.js'
import { DemoInspector } from './demo-inspector.js'

/** ms between two looks at how the demo stands. */
const LOOK = 1_000
/** Frames of a browser that wait for its node at most. */
const EARLY = 16

/** The demo's front for inspectors. */
export class InspectorFront {
  readonly #doors: Doors
  readonly #cluster: DemoCluster
  readonly #inspectors = new Set<DemoInspector>()
  readonly #controls: DemoControls
  #port = 0
  #told = ''
  #timer: NodeJS.Timeout | undefined

  private constructor(cluster: DemoCluster, controls: DemoControls) {
    this.#cluster = cluster
    this.#controls = controls
    const nobody = (socket: ByteSocket): void => socket.close(1008, 'this is the demo’s inspector, not a node')
    this.#doors = new Doors({
      access: Access.loopbackOnly(),
      ready: () => true,
      status: () => ({ demo: controls.state }),
      metrics: undefined,
      command: () => undefined,
      peer: nobody,
      client: { enter: nobody, turnAway: nobody },
      inspect: { enter: (socket) => void this.#enter(socket), turnAway: nobody },
      inspectorFolder: folder,
      follow: () => undefined,
    })
  }

  /** Opens it. */
  static async start(port: number, cluster: DemoCluster, controls: DemoControls): Promise<InspectorFront> {
    const front = new InspectorFront(cluster, controls)
    front.#port = await front.#doors.open({ host: '127.0.0.1', port })
    front.#timer = setInterval(() => front.tell(), LOOK)
    return front
  }

  /** Where people look. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/inspector/`
  }

  /** Tells all inspectors how the demo stands, if that is news. */
  tell(): void {
    const state: InspectDownFrame = { type: 'demo', state: this.#controls.state }
    const told = JSON.stringify(state)
    if (told === this.#told) return
    this.#told = told
    for (const inspector of this.#inspectors) inspector.tell(state)
  }

  /** Says good-bye to all, and closes the port. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    for (const inspector of this.#inspectors) inspector.close('SHUTDOWN', 'the demo ends')
    await this.#doors.close()
  }

  /** Finds a node that runs, and passes on between the two. */
  async #enter(socket: ByteSocket): Promise<void> {
    const early: Uint8Array[] = []
    let isGone = false
    // A page says hello, and perhaps what it wants to watch, before the node answers; not more.
    socket.message = (bytes) => {
      if (early.push(bytes) > EARLY) socket.terminate()
    }
    socket.closed = () => {
      isGone = true
    }
    const node = await this.#dial()
    if (node === undefined || isGone) {
      node?.close(1000, 'nobody looks')
      if (!isGone) socket.send(encodeInspectDownFrame({ type: 'bye', code: 'NODE_GONE', message: 'no node of the demo answers; come back in a moment' }))
      return socket.close(1013, 'NODE_GONE')
    }
    const inspector = new DemoInspector(socket, node, this.#controls, () => this.#inspectors.delete(inspector))
    this.#inspectors.add(inspector)
    for (const bytes of early) socket.message(bytes)
    return undefined
  }

  async #dial(): Promise<ByteSocket | undefined> {
    for (const { name, url } of this.#cluster.nodes) {
      if (!this.#cluster.isRunning(name)) continue
      try {
        return await dialWebSocket(`${url}/inspect`, {})
      } catch {
        // It may be starting, or going down: the next one may answer.
      }
    }
    return undefined
  }
}
