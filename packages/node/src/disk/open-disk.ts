/** Opens what a node keeps its sessions on, if it was given anything. */
import type { Storage, StorageOptions } from '@understudy/storage'
import type { Environment } from '../environment.js'
import { NodeError } from '../node-error.js'
import type { ResolvedOptions } from '../node-options.js'

/** Greatest nonce and one: 20 bits of a writer id. */
const NONCES = 2 ** 20

/** Lives and one: what an incarnation has left beside a nonce. */
const LIVES = 2 ** 33

/** A disk for one life of a node. */
export interface Disk {
  readonly storage: Storage
  /** The nonce of this life's writer ids; no other life of this disk has had it. */
  readonly nonce: number
  /** Of the data on the disk, whatever process uses it. */
  readonly life: number
}

/** The number of a new life: of a memory or of a disk. */
export function drawLife({ random }: Environment): number {
  return Math.floor(random() * LIVES)
}

/**
 * Opens the node's disk.
 *
 * @returns undefined for a node that lives in memory
 * @throws NodeError DATA_UNUSABLE
 */
export async function openDisk(options: ResolvedOptions): Promise<Disk | undefined> {
  const { data, storage: open, name, environment, log } = options
  if (data === undefined && open === undefined) return undefined
  const storageOptions: StorageOptions = {
    name,
    scheduler: environment,
    damaged: (key, reason) => log.error({ key }, `the record of a session is damaged (${reason}) and was set aside; back-ups are asked for the session`),
    failing: (failure) => {
      if (failure === undefined) log.info({}, 'the disk takes writes again; what waited is written')
      else log.error({ code: failure.code }, `saves are refused: ${failure.message}`)
    },
  }
  let storage: Storage | undefined
  try {
    storage = open === undefined ? await openDirectory(data ?? '', storageOptions) : await open(storageOptions)
    const nonce = await storage.claim(() => Math.floor(environment.random() * NONCES))
    return { storage, nonce, life: await storage.life(() => drawLife(environment)) }
  } catch (error) {
    await storage?.close()
    throw new NodeError('DATA_UNUSABLE', error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** LMDB is native code: only who uses it loads it. */
async function openDirectory(path: string, options: StorageOptions): Promise<Storage> {
  const { LmdbStorage } = await import('@understudy/storage/lmdb')
  return LmdbStorage.open(path, options)
}
