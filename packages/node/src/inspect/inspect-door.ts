/** Where those come in who look: people's browsers, and other nodes on their behalf. A bounded number at once. */
import { CLOSE_UNAUTHORIZED } from '@understudy/client'
import { encodeInspectDownFrame } from '@understudy/protocol/inspect'
import type { Admission, Refusal } from '../access/access.js'
import type { ByteSocket } from '../byte-socket.js'
import { FlowTap } from './flow-tap.js'
import type { InspectContext } from './inspect-context.js'
import { Inspector } from './inspector.js'

/** Inspectors at once at most, other nodes' among them. */
const INSPECTORS = 64
/** ms for one that is turned away to close its end. */
const FAREWELL = 1_000

/** The inspectors of one node. */
export class InspectDoor {
  readonly #context: InspectContext
  readonly #tap: FlowTap
  readonly #inspectors = new Set<Inspector>()

  constructor(context: InspectContext) {
    this.#context = context
    this.#tap = new FlowTap(context)
  }

  /** How many look. */
  get size(): number {
    return this.#inspectors.size
  }

  /** Takes one in. */
  readonly enter = (socket: ByteSocket, admission: Admission): void => {
    // Who comes when all places and as many more are taken is not even told why.
    if (this.#inspectors.size >= 2 * INSPECTORS) return socket.terminate()
    const isFull = (): boolean => this.#inspectors.size > INSPECTORS
    const closed = (inspector: Inspector): void => void this.#inspectors.delete(inspector)
    this.#inspectors.add(new Inspector(socket, admission, { context: this.#context, tap: this.#tap, isFull, closed }))
    return undefined
  }

  /** Tells a page, which sees no HTTP status, why it may not look. What it says is not heard. */
  readonly turnAway = (socket: ByteSocket, { code, message }: Refusal): void => {
    const cancelCut = this.#context.environment.after(FAREWELL, () => socket.terminate())
    socket.closed = cancelCut
    socket.send(encodeInspectDownFrame({ type: 'bye', code, message }))
    socket.close(CLOSE_UNAUTHORIZED, code)
  }

  /** Says good-bye to all. */
  close(): void {
    for (const inspector of this.#inspectors) inspector.close('SHUTDOWN', `node "${this.#context.name}" shuts down`)
  }
}
