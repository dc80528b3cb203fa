/**
 * What parts of a node keep with a session while they are concerned with it: a back-up's progress, savers that wait.
 *
 *     session.attached ─► one part's ─► another's ─► …      nearly always none, seldom more than two
 *
 * Why not a Map by session in each part: entries that come and go with every save make a Map grow new tables all the
 * time, each old table leads to the next, and once one has grown old, V8's young collections keep alive whatever any of
 * them ever held. It was the greater half of all garbage collection. And a walk of two steps beats hashing.
 *
 * Invariant: a session has at most one attachment of each owner.
 */

/** One part's concern with one session. */
export interface Attachment {
  /** Whose it is. */
  readonly owner: object
  /** The next one's; written by `attach` and `detach` only. */
  next: Attachment | undefined
}

/** What things can be attached to. */
export interface Attachable {
  attached?: Attachment | undefined
}

/** Attaches something of an owner who has nothing there. */
export function attach(session: Attachable, attachment: Attachment): void {
  attachment.next = session.attached
  session.attached = attachment
}

/** What this owner attached. */
export function attachmentOf(session: Attachable, owner: object): Attachment | undefined {
  let attachment = session.attached
  while (attachment !== undefined && attachment.owner !== owner) attachment = attachment.next
  return attachment
}

/** Takes away what was attached. */
export function detach(session: Attachable, attachment: Attachment): void {
  if (session.attached === attachment) session.attached = attachment.next
  else {
    let before = session.attached
    while (before !== undefined && before.next !== attachment) before = before.next
    if (before !== undefined) before.next = attachment.next
  }
  attachment.next = undefined
}
