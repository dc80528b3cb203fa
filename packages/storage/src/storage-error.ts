/** The one error of this package. */

/** What went wrong, and whether the same call may succeed later. */
const RETRYABLE = {
  /** the data directory is another node's */
  DIRECTORY_FOREIGN: false,
  /** it was written by a newer version */
  FORMAT_NEWER: false,
  /** it is no directory, or may not be written to */
  DIRECTORY_UNWRITABLE: false,
  /** a live process uses it */
  DIRECTORY_LOCKED: false,
  /** what is there is no storage of ours, or is damaged as a whole */
  DIRECTORY_DAMAGED: false,
  /** no space is left; writing goes on by itself when there is some */
  DISK_FULL: true,
  /** the disk refuses writes; it is tried again and again */
  WRITE_FAILED: true,
  /** the storage is closed */
  STORAGE_CLOSED: false,
} as const

/** Why a `StorageError` was thrown. */
export type StorageErrorCode = keyof typeof RETRYABLE

/** A storage that cannot be opened or cannot write. The message tells what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  /** Whether the same call may succeed later. */
  readonly retryable: boolean

  constructor(
    readonly code: StorageErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.retryable = RETRYABLE[code]
  }
}
