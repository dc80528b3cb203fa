/** How far one back-up is with one session; attached to the session while it is not clean. */
import type { Attachment } from './attachment.js'
import type { Known } from './sessions.js'

/** Where a session stands in a backlog. `clean`: nowhere any more. */
export type Place = 'dirty' | 'unknown' | 'asked' | 'sent' | 'clean'

/** See the file's header; written by the backlog only. */
export class Progress<S> implements Attachment {
  readonly owner: object
  next: Attachment | undefined
  readonly session: S
  place: Place = 'clean'
  /** Dirty: what the back-up holds. Sent: what it held before; true again if the frame is lost. */
  known: Known | undefined
  /** Unknown, asked: slot sequence up to which its plain fields are known to be held. */
  since = 0
  /** Sent: number of the frame that carries it, */
  frame = 0
  /** what is known once that is acknowledged, */
  cut: Known | undefined
  /** and, when the session must then be sent again, from where; */
  again: Known | undefined
  /** whether the back-up said that it did not merge this delta. */
  refused = false

  constructor(owner: object, session: S) {
    this.owner = owner
    this.session = session
  }
}
