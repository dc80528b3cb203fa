/** ③ ④ The next frame of deltas to a back-up: from its backlog, as much as fits one message. */
import type { Deltas, SessionDeltaEntry, WholeSession } from '@understudy/protocol'
import type { Backlog } from './backlog.js'
import { NOTHING_HELD } from './sessions.js'
import type { PrimarySessions, ReplicatedSession } from './sessions.js'
import type { Window } from './window.js'

/** Bytes of deltas gathered into one frame at most. */
const FRAME_BYTES = 64 * 1024
/** The same where most sessions are whole: what a message costs is the greater part of what they do. */
const WHOLE_FRAME_BYTES = 128 * 1024
/** Bytes that a session takes beside its documents. */
const OVERHEAD = 24

/** What the frame is made from. */
export interface DeltaSources<S extends ReplicatedSession> {
  readonly sessions: PrimarySessions<S>
  readonly backlog: Backlog<S>
  readonly window: Window<S>
}

/** Takes the sessions that have waited longest; what is sent of them is noted in backlog and window. Undefined: there is nothing. */
export function nextDeltas<S extends ReplicatedSession>({ sessions, backlog, window }: DeltaSources<S>, now: number): Deltas | undefined {
  const number = window.next
  const entries: SessionDeltaEntry[] = []
  const wholes: WholeSession[] = []
  const sent: S[] = []
  let bytes = 0
  let wholeBytes = 0
  while (bytes < FRAME_BYTES && bytes + wholeBytes < WHOLE_FRAME_BYTES) {
    const oldest = backlog.oldest()
    if (oldest === undefined) break
    const [session, known] = oldest
    const whole = known === NOTHING_HELD ? sessions.whole(session) : undefined
    if (whole !== undefined) {
      wholes.push({ key: session.key, bytes: whole.bytes })
      backlog.send(session, number, known, whole.cut)
      wholeBytes += OVERHEAD + whole.bytes.length
    } else {
      const difference = sessions.difference(session, known)
      if (difference === undefined) {
        backlog.settle(session)
        continue
      }
      entries.push(difference.entry)
      backlog.send(session, number, known, difference.cut)
      bytes += bytesOf(difference.entry)
    }
    sent.push(session)
  }
  if (sent.length === 0) return undefined
  window.push(bytes + wholeBytes, sent)
  const frame = { type: 'deltas', number, time: now, remaining: backlog.waiting, entries } as const
  return wholes.length === 0 ? frame : { ...frame, wholes }
}

/** About what the entry takes on the wire: its documents and some for the rest. */
function bytesOf(entry: SessionDeltaEntry): number {
  return OVERHEAD + (entry.attributes?.length ?? 0) + (entry.frozen?.length ?? 0) + (entry.base?.length ?? 0)
}
