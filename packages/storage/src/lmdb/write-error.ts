/** What LMDB says when a transaction fails, turned into what to do. */
import { StorageError } from '../storage-error.js'

/** ENOSPC, EDQUOT, EFBIG (a limit of the process), and EIO: LMDB calls a write that was cut short for want of space an I/O error. */
const NO_SPACE: ReadonlySet<unknown> = new Set([28, 122, 5, -30_792, 'ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * Always throws.
 *
 * @throws StorageError DISK_FULL, WRITE_FAILED
 */
export async function writeError(error: unknown): Promise<never> {
  const cause = await causeOf(error)
  const why = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof Error && 'code' in cause && NO_SPACE.has(cause.code)) {
    throw new StorageError('DISK_FULL', `the disk took no more (${why}): free some space; writing then goes on by itself`, { cause })
  }
  throw new StorageError('WRITE_FAILED', `the disk refuses writes (${why}): see to it; writing is tried again and goes on by itself`, { cause })
}

/** lmdb rejects with "see commitError", whose rejection is the system's own error. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error
  try {
    await error.commitError
    return error
  } catch (cause) {
    return cause
  }
}
