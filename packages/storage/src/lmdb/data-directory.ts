/** The directory of one node's data: made if it is missing, checked, and locked for this process. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync, statSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { StorageError } from '../storage-error.js'
import { ProcessLock } from './process-lock.js'

/** What LMDB begins its pages with, little-endian, somewhere in the head of the first one. */
const MAGIC = Buffer.from([0xde, 0xc0, 0xef, 0xbe])
/** Bytes of the least database: two pages. */
const LEAST = 8_192

/** Bytes that must be free to open a database at all. */
const ROOM = 4 * 1024 * 1024

/** A directory that this process may use. */
export interface DataDirectory {
  readonly path: string
  /** Path of the database file. */
  readonly database: string
  readonly lock: ProcessLock
}

/**
 * Takes a directory into use.
 *
 * @throws StorageError DIRECTORY_UNWRITABLE, DIRECTORY_LOCKED, DISK_FULL
 */
export function takeDirectory(path: string): DataDirectory {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = statfsSync(path)
    if (bavail * bsize < ROOM) throw new StorageError('DISK_FULL', `no space is left for the data directory ${path}: free some and restart`)
    return { path, database: join(path, 'sessions.mdb'), lock: ProcessLock.take(join(path, 'process.lock')) }
  } catch (error) {
    if (error instanceof StorageError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StorageError('DIRECTORY_UNWRITABLE', `the data directory ${path} cannot be used (${why}): give the node a directory that its user may write to`, { cause: error })
  }
}

/**
 * Refuses a file that LMDB must not be given: it trusts what it maps, and takes the process down with it.
 *
 * @throws StorageError DIRECTORY_DAMAGED
 */
export function checkDatabase({ database }: DataDirectory): void {
  if (!existsSync(database)) return
  const { size } = statSync(database)
  if (size === 0 || (size >= LEAST && headOf(database).includes(MAGIC))) return
  throw new StorageError('DIRECTORY_DAMAGED', `${database} is no database or has lost its head: move it away and restart; back-ups fill the node again`)
}

function headOf(path: string): Buffer {
  const head = Buffer.alloc(64)
  const file = openSync(path, 'r')
  readSync(file, head)
  closeSync(file)
  return head
}
