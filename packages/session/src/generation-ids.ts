/**
 * Generation numbers, and the writers of a generation.
 *
 * A number is a counter of restarts, and the nonce of the process that made this one.
 *
 *     52                  20 19        0
 *     ┌─────────────────────┬──────────┐     0 is the document that a session begins with
 *     │ counter          33 │ nonce 20 │
 *     └─────────────────────┴──────────┘
 *
 * The nonce makes numbers unique: when both sides of a split restart the same document, theirs are two generations,
 * never one with two contents. The counter orders them: what is made from others is above all of them.
 */
import { EPOCH_LIMIT, epochOf, nonceOf, RESTART_LIMIT, restartOf, rootOf, writerId } from '@understudy/document'
import type { Reign, StateVector, WriterId } from '@understudy/document'
import { SessionError } from './session-error.js'

const COUNTER_LIMIT = 2 ** 33

/** Number of a new generation made from these; `undefined` once the numbers are used up. */
export function nextGeneration(from: readonly number[], { nonce }: Reign): number | undefined {
  const counter = Math.floor(Math.max(...from) / EPOCH_LIMIT) + 1
  return counter < COUNTER_LIMIT ? counter * EPOCH_LIMIT + nonce : undefined
}

/** Highest restart that a reign has used for attributes in any of these; -1 for none. */
export function highestRestart({ epoch, nonce }: Reign, vectors: readonly StateVector[]): number {
  let highest = -1
  for (const vector of vectors) {
    for (const writer of vector.keys()) {
      if (epochOf(writer) !== epoch || nonceOf(writer) !== nonce || rootOf(writer) !== 'attributes') continue
      highest = Math.max(highest, restartOf(writer))
    }
  }
  return highest
}

/** A writer of this reign that none of these has seen: ids are never used again. `undefined` once they are used up. */
export function unusedWriter(reign: Reign, vectors: readonly StateVector[]): WriterId | undefined {
  const restart = highestRestart(reign, vectors) + 1
  return restart < RESTART_LIMIT ? writerId({ ...reign, restart, root: 'attributes' }) : undefined
}

/** The writer under which a reign goes on in a document: its latest one there, unless that is spent elsewhere. */
export function writerOf(reign: Reign, vector: StateVector, context: StateVector): WriterId | undefined {
  const here = highestRestart(reign, [vector])
  if (here >= 0 && here > highestRestart(reign, [context])) {
    return writerId({ ...reign, restart: here, root: 'attributes' })
  }
  return unusedWriter(reign, [vector, context])
}

/** There is no writer, or no number, left to go on with. */
export function exhausted(): SessionError {
  const message = 'This reign has used all its writer ids for the session; let another reign begin.'
  return new SessionError('WRITERS_EXHAUSTED', message)
}
