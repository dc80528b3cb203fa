/**
 * The one session that an inspector watches, here or on another node. Where nobody said on which node, that is its primary:
 * when that node is lost, the look moves to whoever takes over, as soon as somebody has.
 */
import type { InspectDownFrame, SessionView } from '@understudy/protocol/inspect'
import type { SessionKey } from '@understudy/session'
import type { FarNodes } from './far-nodes.js'
import type { InspectContext } from './inspect-context.js'
import { InspectFailure } from './inspect-failure.js'
import { bestNode } from './session-look.js'
import { SessionWatch } from './session-watch.js'

/** ms between two looks for who has taken over. */
const SEARCH = 500

/** What a focus needs. */
export interface SessionFocusOptions {
  readonly key: SessionKey
  /** Where to look; undefined: wherever the primary is. */
  readonly node: string | undefined
  readonly context: InspectContext
  readonly far: FarNodes
  readonly push: (frame: InspectDownFrame) => void
}

/** A session in focus. */
export class SessionFocus {
  readonly #options: SessionFocusOptions
  #node: string
  #watch: SessionWatch | undefined
  #cancel: () => void = () => {}
  #closed = false

  constructor(options: SessionFocusOptions) {
    this.#options = options
    this.#node = options.node ?? bestNode(options.key, options.context)
  }

  /** The node that is looked at. */
  get node(): string {
    return this.#node
  }

  /**
   * Begins to watch, once.
   *
   * @returns the session as it is now
   * @throws InspectFailure NODE_UNKNOWN, NODE_SILENT
   */
  async begin(): Promise<SessionView> {
    const { key, context, far, push } = this.#options
    const node = this.#node
    if (node === context.name) {
      this.#watch = new SessionWatch(key, context, push)
      return this.#watch.view()
    }
    const answer = await far.watchAndAsk(node, { type: 'watchSession', key })
    if (answer.type !== 'session') throw new InspectFailure('NODE_SILENT', `node "${node}" did not say what it holds`, { node })
    return answer.view
  }

  /** Another node tells of the session. */
  told(name: string, frame: InspectDownFrame): void {
    if (name === this.#node) this.#options.push(frame)
  }

  /** A node does not answer any more. */
  lost(name: string): void {
    if (name !== this.#node || this.#options.node !== undefined) return
    this.#cancel()
    this.#cancel = this.#options.context.environment.after(SEARCH, () => this.#search())
  }

  /** The encoded value on one side of a change that was seen here. */
  pastValue(key: SessionKey, name: string, entry: Parameters<SessionWatch['valueOf']>[1]): Uint8Array | undefined {
    return key === this.#options.key ? this.#watch?.valueOf(name, entry) : undefined
  }

  /** Nobody looks any more. */
  close(): void {
    this.#closed = true
    this.#cancel()
    this.#watch?.close()
    this.#options.far.unwatch('watchSession')
  }

  /** Moves to the primary that there is now; the lost node may also have come back. */
  #search(): void {
    const { key, context, far, push } = this.#options
    const node = bestNode(key, context)
    const again = (): void => {
      this.#cancel = context.environment.after(SEARCH, () => this.#search())
    }
    if (node === this.#node) return again()
    far.unwatch('watchSession')
    this.#node = node
    return void this.begin().then(
      (view) => {
        if (this.#closed) this.close()
        else push({ type: 'session', view })
      },
      () => {
        if (!this.#closed) again()
      },
    )
  }
}
