/** Whose a storage is, in which format, and the numbers its processes have had. */
import { StorageError } from './storage-error.js'

/** Format that this version writes; it reads this one and those before. */
export const FORMAT = 2
/** Claimed numbers remembered: epochs on disk tell far older processes apart from later ones anyway. */
export const CLAIMS = 4_096

/** The owner as it is kept. */
export interface Owner {
  readonly name: string
  readonly format: number
  /** Number of the data's life; absent until it was asked for. */
  readonly life?: number | undefined
  /** Numbers given out by `claim`, oldest first. */
  readonly claimed: readonly number[]
}

/**
 * Refuses a storage that this node must not use.
 *
 * @param where how the message calls the storage
 * @throws StorageError DIRECTORY_FOREIGN, FORMAT_NEWER
 */
export function checkOwner(owner: Owner | undefined, name: string, where: string): void {
  if (owner === undefined) return
  if (owner.format > FORMAT) {
    throw new StorageError('FORMAT_NEWER', `${where} has format ${owner.format} and this version knows formats up to ${FORMAT}: upgrade this node, or give it another directory`)
  }
  if (owner.name !== name) {
    throw new StorageError('DIRECTORY_FOREIGN', `${where} belongs to node "${owner.name}" and this node is "${name}": give each node a directory of its own, or start this one under its former name`)
  }
}

/** The owner in what was read; undefined when it is none. */
export function parseOwner(text: string): Owner | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || !('name' in parsed) || !('format' in parsed)) return undefined
    const { name, format } = parsed
    if (typeof name !== 'string' || typeof format !== 'number') return undefined
    const claimed = 'claimed' in parsed && Array.isArray(parsed.claimed) ? parsed.claimed.filter((one) => typeof one === 'number') : []
    const life = 'life' in parsed && typeof parsed.life === 'number' ? parsed.life : undefined
    return { name, format, claimed, life }
  } catch {
    return undefined
  }
}
