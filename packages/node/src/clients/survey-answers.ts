/** Requests that concern many sessions, or two: from a client's frame to what the node does, and back to a frame. */
import type { ClearSessions, ClientDownFrame, CountSessions, ListSessions, Rotate, Succeed } from '@understudy/protocol'
import type { Seed } from '@understudy/session'
import type { Rotations } from '../sessions/rotations.js'
import type { Surveys } from '../sessions/surveys.js'

/** A frame that asks for such a thing. */
export type SurveyFrame = ListSessions | CountSessions | ClearSessions | Rotate | Succeed

/** What answering needs of the node. */
export interface SurveyContext {
  readonly surveys: Surveys
  readonly rotations: Rotations
}

/** Does what a frame asks for. @throws whatever the node's answer is, if it is no success */
export async function answerSurvey(frame: SurveyFrame, { surveys, rotations }: SurveyContext): Promise<ClientDownFrame> {
  const { request } = frame
  switch (frame.type) {
    case 'list':
      return { type: 'listed', request, ...(await surveys.list(frame)) }
    case 'count':
      return { type: 'counted', request, ...(await surveys.count(frame)) }
    case 'clear':
      return { type: 'cleared', request, ...(await surveys.clear(frame)) }
    case 'rotate':
      return { type: 'rotated', request, ...(await rotations.rotate(frame.key, frame.to, frame)), there: true }
    case 'succeed':
      return { type: 'rotated', request, ...(await rotations.succeed(frame, frame.seed && seedOf(frame.seed), frame)) }
  }
}

function seedOf({ createdAt, stamp, idleTimeout, absoluteDeadline, operations }: NonNullable<Succeed['seed']>): Seed {
  const terms = { createdAt, stamp, ...(idleTimeout !== undefined && { idleTimeout }), ...(absoluteDeadline !== undefined && { absoluteDeadline }) }
  return { terms, operations }
}
