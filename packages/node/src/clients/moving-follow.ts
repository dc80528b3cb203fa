/**
 * A session that the app in this process follows, wherever its primary is.
 *
 *   near ── this node is not its primary any more, and the app writes ──► far
 *
 * Near, the replica is the node's own. It stays true as a back-up's, too, but of a write elsewhere it would hear too
 * late for the app to read what it wrote. So with the first such write the session is followed over a client link, and
 * stays so: a client link leads to the primary, also if that is this node again.
 *
 * One object for all of it, for every save goes through it.
 */
import type { Followed, FollowListener, Gateway } from '@understudy/client'
import { DocumentError } from '@understudy/document'
import { SessionError } from '@understudy/session'
import type { Session, SessionKey } from '@understudy/session'
import type { StoredSession } from '@understudy/store'
import { NodeError } from '../node-error.js'
import type { LivingSession } from '../sessions/session-service.js'
import type { Follower } from './followers.js'

/** What follows ask of their gateway. */
export interface FollowHome {
  /** Tells the follow of what changes here, until `leave`. */
  follow(stored: StoredSession, follower: Follower): void
  /** Tells it no longer. */
  leave(stored: StoredSession, follower: Follower): void
  /** The session is followed no longer, neither here nor elsewhere. */
  left(follow: MovingFollow): void
}

/** One followed session. */
export class MovingFollow implements Followed, Follower {
  readonly key: SessionKey
  readonly #home: FollowHome
  readonly #listener: FollowListener
  #stored: StoredSession
  /** The node's own replica, as it was read last: what is left when the session has ended. */
  #last: Session
  #far: Followed | undefined
  #moving: Promise<void> | undefined
  #over = false

  constructor(stored: LivingSession, listener: FollowListener, home: FollowHome) {
    this.key = stored.key
    this.#stored = stored
    this.#last = stored.session
    this.#listener = listener
    this.#home = home
    home.follow(stored, this)
  }

  get replica(): Session {
    if (this.#far !== undefined) return this.#far.replica
    // A session that comes back from rest is another object.
    const now = this.#stored.session
    if (now !== undefined && now !== this.#last) this.#last = now
    return this.#last
  }

  get isAttached(): boolean {
    return this.#far?.isAttached ?? true
  }

  /** Whether it is followed over a client link, or will be. */
  get isFar(): boolean {
    return this.#moving !== undefined
  }

  /** From the node: its own replica changed, or the session ended. */
  changed({ death }: StoredSession, names: readonly string[]): void {
    // A touch or other time-outs change no attribute: as over a link, nothing is told.
    if (death === undefined) return names.length > 0 ? this.#listener.changed(names) : undefined
    this.#home.leave(this.#stored, this)
    return this.#listener.ended(death.reason)
  }

  moved(stored: StoredSession): void {
    this.#stored = stored
  }

  leave(): void {
    this.#over = true
    if (this.#far !== undefined) this.#far.leave()
    else this.#home.leave(this.#stored, this)
    this.#home.left(this)
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

  /** What was read here is read on, also if the other node does not know it (yet), as through a client link that moves. */
  #takeAlong(far: Session): void {
    try {
      far.merge(this.replica.state(), admitAll)
    } catch (error) {
      // What does not fit what is there was overruled.
      if (!(error instanceof DocumentError || error instanceof SessionError)) throw error
    }
  }

  async #move(gateway: Promise<Gateway>): Promise<void> {
    const far = await (await gateway).open(this.key, undefined, this.#listener)
    if (far === undefined) throw new NodeError('NO_PRIMARY', 'the session’s primary does not know it yet; try again')
    if (this.#over) return far.leave()
    this.#takeAlong(far.replica)
    this.#far = far
    this.#home.leave(this.#stored, this)
    this.#listener.changed(Object.keys(far.replica.toJSON()))
  }
}

/** A node believes its own replica, of which every writer was checked. */
const admitAll = (): boolean => true
