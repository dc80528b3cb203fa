/**
 * The one error class of this package.
 *
 * Invariant: whatever is thrown leaves every document exactly as it was.
 */

/** What went wrong, for programs. The first ones are the caller's fault, those with `DELTA_` the sender's. */
export type DocumentErrorCode =
  /** A name is empty, too long, not well-formed, or would reach an object's prototype. */
  | 'NAME_INVALID'
  /** A value, or bytes that claim to be one, cannot be kept in a document. */
  | 'VALUE_NOT_STORABLE'
  /** Bytes that claim to be a state vector are not one, or are too many. */
  | 'VECTOR_MALFORMED'
  /** A writer id's part is out of range, or the id belongs to the other root. */
  | 'WRITER_INVALID'
  /** A writer has written 2^31 entries; restart the document with another writer. */
  | 'CLOCK_EXHAUSTED'
  /** A checked delta was given to another document than the one that checked it. */
  | 'DELTA_UNCHECKED'
  /** The bytes are no V1 update. */
  | 'DELTA_MALFORMED'
  /** The replica lacks something that the update builds on; a difference from its own state vector will do. */
  | 'DELTA_GAP'
  /** A writer that may not write here, or one that says something new about an entry that is already known. */
  | 'DELTA_FORGED_WRITER'
  /** A V1 update, but not of the one shape that documents of this package write. */
  | 'DELTA_FOREIGN_SHAPE'
  /** More bytes, writers or structs than any document of this package has. */
  | 'DELTA_TOO_LARGE'

/** Thrown by everything in this package. `message` says what happened and what to do. */
export class DocumentError extends Error {
  /** What went wrong, for programs. */
  readonly code: DocumentErrorCode

  constructor(code: DocumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DocumentError'
    this.code = code
  }
}
