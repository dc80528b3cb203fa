/**
 * Writer ids: the Yjs client ids under which primaries write.
 *
 *     52            33 32         13 12        1   0
 *     ┌───────────────┬─────────────┬───────────┬──────┐
 *     │ epoch      20 │ nonce    20 │ restart 12│ root │
 *     └───────────────┴─────────────┴───────────┴──────┘
 *
 * Of entries that name no origin Yjs puts those of a higher client id behind those of a lower one, each with all that was
 * appended to it. So the epoch is on top, and a reign's first entry names none: what a later reign wrote comes later in the
 * array, and stands, whoever of the earlier ones had heard of whom. Appended to the last entry that its writer saw, it
 * would take the place of that one among its brothers.
 * The nonce is drawn once per process incarnation, so that no id is ever used by two; the restart counts generations of
 * one document under one reign. 53 bits do not fit bit operations: everything here is arithmetic.
 */
import { DocumentError } from './document-error.js'

/** The Yjs client id of one primary, reign, document generation and root. */
export type WriterId = number & { readonly brand: 'writer id' }

/** The two documents a session consists of; each has one root array of this name. */
export type Root = 'attributes' | 'frozen'

/** Who writes now: the epoch of the reign over the slot, and the incarnation's random nonce (both 20 bits). */
export interface Reign {
  readonly epoch: number
  readonly nonce: number
}

/** The parts of a writer id. */
export interface WriterParts extends Reign {
  /** How many times the document was restarted under this reign (12 bits). */
  readonly restart: number
  readonly root: Root
}

/** One more than the greatest epoch or nonce. */
export const EPOCH_LIMIT = 2 ** 20
/** One more than the greatest restart. */
export const RESTART_LIMIT = 2 ** 12

const ROOT_STEP = 2
const RESTART_STEP = ROOT_STEP * RESTART_LIMIT
const NONCE_STEP = RESTART_STEP * EPOCH_LIMIT

/** Puts a writer id together. Throws WRITER_INVALID when a part is out of its range. */
export function writerId({ epoch, nonce, restart, root }: WriterParts): WriterId {
  requireRange('epoch', epoch, EPOCH_LIMIT)
  requireRange('nonce', nonce, EPOCH_LIMIT)
  requireRange('restart', restart, RESTART_LIMIT)
  const id = epoch * NONCE_STEP + nonce * RESTART_STEP + restart * ROOT_STEP + (root === 'frozen' ? 1 : 0)
  return brand(id)
}

/** The epoch in which this writer wrote. */
export function epochOf(writer: number): number {
  return Math.floor(writer / NONCE_STEP)
}

/** The incarnation's nonce. */
export function nonceOf(writer: number): number {
  return Math.floor(writer / RESTART_STEP) % EPOCH_LIMIT
}

/** How many times the document had been restarted under the writer's reign. */
export function restartOf(writer: number): number {
  return Math.floor(writer / ROOT_STEP) % RESTART_LIMIT
}

/** The root this writer may write to. */
export function rootOf(writer: number): Root {
  // No remainder: of numbers beyond 31 bits it is a call, and this is asked at every write.
  return Math.floor(writer / ROOT_STEP) * ROOT_STEP === writer ? 'attributes' : 'frozen'
}

function requireRange(part: string, value: number, limit: number): void {
  if (Number.isInteger(value) && value >= 0 && value < limit) return
  const message = `The ${part} of a writer id is a whole number below ${limit}, not ${value}.`
  throw new DocumentError('WRITER_INVALID', message)
}

function brand(id: number): WriterId {
  return id as WriterId
}
