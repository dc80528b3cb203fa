/** What differencing works on, and what it gives. */
import type { Document, StateVector } from '@understudy/document'

/** What differencing needs to see of a session. */
export interface Differenced {
  /** Generation of the attributes document. */
  readonly generation: number
  /** What that generation stems from: opaque bytes, empty for generation 0. */
  readonly base: Uint8Array
  readonly attributes: Document
  readonly frozen: Document
  /** What `frozen` holds. */
  readonly frozenVector: StateVector
  /** 32-bit hash of the frozen document, its state vector included; 0 when nothing is frozen. */
  frozenHash(): number
}

/** The document part of what travels of a session. Parts that say nothing new are absent. */
export interface Delta {
  readonly generation: number
  /** Present exactly where `attributes` is a whole document of a generation above 0. */
  readonly base?: Uint8Array
  /** V1 update of the attributes document. */
  readonly attributes?: Uint8Array
  /** V1 update of the frozen document. */
  readonly frozen?: Uint8Array
  /** Hash of the sender's whole frozen part. */
  readonly frozenHash?: number
}
