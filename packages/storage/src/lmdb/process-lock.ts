/**
 * A lock file that belongs to one live process. LMDB lets many processes write; two nodes on one directory would each
 * reign with what the other writes.
 *
 * The file names the process by id, start time and boot: an id alone may be another's by now, and in containers nearly
 * every node has the same one.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { StorageError } from '../storage-error.js'

/** Lock files held by this process: where the system tells no start times, nothing else tells. */
const held = new Set<string>()

/** One lock that is held. */
export class ProcessLock {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /**
   * Takes the lock; one of a process that is gone is taken over.
   *
   * @throws StorageError DIRECTORY_LOCKED; the system's error where the file cannot be written
   */
  static take(path: string): ProcessLock {
    const own = identify(process.pid)
    if (!create(path, own)) {
      const holder = readHolder(path)
      if (holder !== undefined && isAlive(holder, path)) {
        const message = `a live process (${holder.pid}) uses this data directory: stop it, or give this node another directory (${path})`
        throw new StorageError('DIRECTORY_LOCKED', message)
      }
      rmSync(path, { force: true })
      if (!create(path, own)) throw new StorageError('DIRECTORY_LOCKED', `another process has just begun to use this data directory (${path})`)
    }
    held.add(path)
    return new ProcessLock(path)
  }

  /** Gives the lock back. */
  release(): void {
    held.delete(this.#path)
    rmSync(this.#path, { force: true })
  }
}

/** A process as the file names it. */
interface Holder {
  readonly pid: number
  /** Empty where the system does not tell. */
  readonly since: string
}

function identify(pid: number): Holder {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold anything; the start time is the 20th field after it.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    return { pid, since: `${started}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}` }
  } catch {
    return { pid, since: '' }
  }
}

function create(path: string, { pid, since }: Holder): boolean {
  try {
    writeFileSync(path, `${pid} ${since}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function readHolder(path: string): Holder | undefined {
  const [pid = '', since = ''] = readFileSync(path, 'utf8').trim().split(' ')
  return /^\d+$/.test(pid) ? { pid: Number(pid), since } : undefined
}

function isAlive({ pid, since }: Holder, path: string): boolean {
  if (pid === process.pid && since === '') return held.has(path)
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return since === '' || identify(pid).since === since
}
