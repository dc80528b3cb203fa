/**
 * A session that the app in this process follows, wherever its primary is.
 *
 *   near ── this node is not its primary any more, and the app writes ──► far
 *
 * Near, the replica is the node's own. It stays true as a back-up's, too, but of a write elsewhere it would hear too
 * late for the app to read what it wrote. So with the first such write the session is followed over a client link, and
 * stays so: a client link leads to the primary, also if that is this node again.
 */
import type { Followed, FollowListener, Gateway } from '@understudy/client'
import type { Session, SessionKey } from '@understudy/session'
import { NodeError } from '../node-error.js'

/** One followed session. */
export class MovingFollow implements Followed {
  readonly #key: SessionKey
  readonly #listener: FollowListener
  readonly #left: () => void
  #place: Followed
  #moving: Promise<void> | undefined
  #over = false

  /** @param left called once it is followed no longer */
  constructor(key: SessionKey, near: Followed, listener: FollowListener, left: () => void) {
    this.#key = key
    this.#place = near
    this.#listener = listener
    this.#left = left
  }

  get replica(): Session {
    return this.#place.replica
  }

  /** Whether it is followed over a client link, or will be. */
  get isFar(): boolean {
    return this.#moving !== undefined
  }

  leave(): void {
    this.#over = true
    this.#place.leave()
    this.#left()
  }

  /**
   * Follows the session over a client link from now on.
   *
   * @throws NodeError NO_PRIMARY; whatever the other nodes say
   */
  goFar(gateway: Promise<Gateway>): Promise<void> {
    this.#moving ??= this.#move(gateway).catch((error: unknown) => {
      this.#moving = undefined
      throw error
    })
    return this.#moving
  }

  async #move(gateway: Promise<Gateway>): Promise<void> {
    const far = await (await gateway).open(this.#key, undefined, this.#listener)
    if (far === undefined) throw new NodeError('NO_PRIMARY', 'the session’s primary does not know it yet; try again')
    if (this.#over) return far.leave()
    const near = this.#place
    this.#place = far
    near.leave()
    this.#listener.changed(Object.keys(far.replica.toJSON()))
  }
}
