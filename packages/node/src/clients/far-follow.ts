/**
 * A session that the app in this process opened at another node, over a client link.
 *
 * It stays there until it is left, also when this node becomes its primary: what the app reads is what that link brought,
 * so what it writes and asks for has to go the same way. A client link leads to the primary, also if that is this node.
 */
import type { Followed } from '@understudy/client'
import type { Session, SessionKey } from '@understudy/session'

/** One such session. */
export class FarFollow implements Followed {
  readonly key: SessionKey
  readonly isFar = true
  readonly #far: Followed
  readonly #left: (follow: FarFollow) => void

  /** @param left called when it is followed no longer */
  constructor(key: SessionKey, far: Followed, left: (follow: FarFollow) => void) {
    this.key = key
    this.#far = far
    this.#left = left
  }

  get replica(): Session {
    return this.#far.replica
  }

  get isAttached(): boolean {
    return this.#far.isAttached
  }

  leave(): void {
    this.#far.leave()
    this.#left(this)
  }

  /** It is far already. */
  async goFar(): Promise<void> {}
}
