/**
 * A storage on LMDB: one file, memory-mapped, written in transactions by a thread of its own, read at once.
 *
 *   table      key                value
 *   owner      'owner'            JSON: name, format, claimed numbers
 *   records    16 bytes           sealed record
 *   positions  1 byte             sealed epoch, sequence and times of forgotten deaths
 *   asides     16 bytes           what was found in place of a record
 */
import { open } from 'lmdb'
import type { Database, RootDatabase } from 'lmdb'
import { GroupCommit } from '../group-commit.js'
import type { Batch, Commit } from '../group-commit.js'
import { CLAIMS, FORMAT, checkOwner, parseOwner } from '../owner.js'
import type { Owner } from '../owner.js'
import { encodePosition, readPositions } from '../position.js'
import { seal, unseal } from '../sealed.js'
import type { Durability, PositionSource, RecordSource, SlotPosition, Storage, StorageOptions, StoredRecord } from '../storage.js'
import { StorageError } from '../storage-error.js'
import { checkDatabase, takeDirectory } from './data-directory.js'
import type { DataDirectory } from './data-directory.js'
import { FileRoom } from './file-room.js'
import { writeError } from './write-error.js'

type Table = Database<Buffer, Buffer>

const BINARY = { encoding: 'binary', keyEncoding: 'binary' } as const
/** Bytes of a page, which must be LMDB's on every machine that opens the file. */
const PAGE = 4_096
const NO_CHANGES: Batch = { records: [], positions: [] }
const OWNER_KEY = Buffer.from('owner')

/** One node's storage in a directory of its own. */
export class LmdbStorage implements Storage {
  readonly #directory: DataDirectory
  readonly #options: StorageOptions
  readonly #root: RootDatabase<Buffer, Buffer>
  readonly #records: Table
  readonly #positions: Table
  readonly #asides: Table
  readonly #owner: Table
  readonly #room: FileRoom
  readonly #commits: GroupCommit
  #closing: Promise<void> | undefined

  private constructor(directory: DataDirectory, options: StorageOptions) {
    this.#directory = directory
    this.#options = options
    // `separateFlushed`: the promise of a transaction resolves when it is committed, its `flushed` once it is safe.
    this.#root = open<Buffer, Buffer>({ path: directory.database, maxDbs: 8, pageSize: PAGE, separateFlushed: true, ...BINARY })
    this.#records = this.#table('records')
    this.#positions = this.#table('positions')
    this.#asides = this.#table('asides')
    this.#owner = this.#table('owner')
    this.#room = new FileRoom(directory.database, () => this.#used())
    this.#commits = new GroupCommit({ scheduler: options.scheduler, write: (batch) => this.#write(batch), failing: options.failing })
  }

  /**
   * Opens a directory for a node; makes it if it is missing.
   *
   * @throws StorageError DIRECTORY_FOREIGN, FORMAT_NEWER, DIRECTORY_UNWRITABLE, DIRECTORY_LOCKED, DIRECTORY_DAMAGED
   */
  static async open(path: string, options: StorageOptions): Promise<LmdbStorage> {
    const directory = takeDirectory(path)
    let storage: LmdbStorage | undefined
    try {
      checkDatabase(directory)
      storage = new LmdbStorage(directory, options)
      await storage.#own()
      return storage
    } catch (error) {
      await storage?.close()
      directory.lock.release()
      if (error instanceof StorageError) throw error
      throw new StorageError('DIRECTORY_DAMAGED', `${directory.database} cannot be opened (${String(error)}): move it away and restart; back-ups fill the node again`, { cause: error })
    }
  }

  get failure(): StorageError | undefined {
    return this.#commits.failure
  }

  get damaged(): number {
    return [...this.setAsides()].length
  }

  get waiting(): number {
    return this.#commits.waiting
  }

  get transactions(): number {
    return this.#commits.transactions
  }

  *records(): Generator<StoredRecord> {
    for (const { key: id, value } of this.#records.getRange()) {
      const key = id.toString('hex')
      const bytes = unseal(key, value)
      if (bytes === undefined) this.setAside(key, 'its checksum is wrong')
      else yield { key, bytes }
    }
  }

  get(key: string): Uint8Array | undefined {
    const sealed = this.#records.get(idOf(key))
    if (sealed === undefined) return undefined
    const bytes = unseal(key, sealed)
    if (bytes === undefined) this.setAside(key, 'its checksum is wrong')
    return bytes
  }

  *setAsides(): Generator<string> {
    for (const id of this.#asides.getKeys()) if (!this.#records.doesExist(id)) yield id.toString('hex')
  }

  setAside(key: string, reason: string): void {
    const id = idOf(key)
    let isThere = false
    this.#root.transactionSync(() => {
      const sealed = this.#records.get(id)
      if (sealed === undefined) return
      isThere = true
      this.#asides.putSync(id, sealed)
      this.#records.removeSync(id)
    })
    if (isThere) this.#options.damaged?.(key, reason)
  }

  positions(): SlotPosition[] {
    return readPositions(Array.from(this.#positions.getRange(), ({ key, value }) => [key[0] ?? 0, value] as const))
  }

  put(source: RecordSource): void {
    this.#commits.put(source)
  }

  putPosition(source: PositionSource): void {
    this.#commits.putPosition(source)
  }

  isWaiting(key: string): boolean {
    return this.#commits.isWaiting(key)
  }

  settled(level: Durability): Promise<void> {
    return this.#commits.settled(level)
  }

  healthy(): Promise<void> {
    return this.#commits.healthy()
  }

  async claim(draw: () => number): Promise<number> {
    const owner = this.#ownerOrNew()
    let number = draw()
    while (owner.claimed.includes(number)) number = draw()
    await this.#writeOwner({ ...owner, claimed: [...owner.claimed, number].slice(-CLAIMS) })
    return number
  }

  async life(draw: () => number): Promise<number> {
    const owner = this.#ownerOrNew()
    if (owner.life !== undefined) return owner.life
    const life = draw()
    await this.#writeOwner({ ...owner, life })
    return life
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#commits.close()
    await this.#root.close()
    this.#directory.lock.release()
  }

  #table(name: string): Table {
    return this.#root.openDB<Buffer, Buffer>(name, BINARY)
  }

  async #own(): Promise<void> {
    const owner = this.#readOwner()
    checkOwner(owner, this.#options.name, `the data directory ${this.#directory.path}`)
    await this.#room.ensure(NO_CHANGES)
    // From now on there may be what older versions cannot read.
    if (owner?.format !== FORMAT) await this.#writeOwner({ name: this.#options.name, claimed: [], ...owner, format: FORMAT })
  }

  #ownerOrNew(): Owner {
    return this.#readOwner() ?? { name: this.#options.name, format: FORMAT, claimed: [] }
  }

  #readOwner(): Owner | undefined {
    const value = this.#owner.get(OWNER_KEY)
    if (value === undefined) return undefined
    const owner = parseOwner(value.toString('utf8'))
    if (owner === undefined) throw new StorageError('DIRECTORY_DAMAGED', `${this.#directory.database} does not say whose it is: move it away and restart; back-ups fill the node again`)
    return owner
  }

  async #writeOwner(owner: Owner): Promise<void> {
    const { committed, flushed } = this.#transaction(NO_CHANGES, () => void this.#owner.put(OWNER_KEY, Buffer.from(JSON.stringify(owner))))
    flushed.catch(() => {})
    await committed
    await flushed
  }

  #write(batch: Batch): Commit {
    const { records, positions } = batch
    return this.#transaction(batch, () => {
      for (const { key, bytes } of records) {
        if (bytes === undefined) void this.#records.remove(idOf(key))
        else void this.#records.put(idOf(key), bufferOf(seal(key, bytes)))
      }
      for (const position of positions) void this.#positions.put(Buffer.of(position.slot), bufferOf(encodePosition(position)))
    })
  }

  #transaction(batch: Batch, writes: () => void): Commit {
    const begun = this.#room.ensure(batch).then(() => {
      const committed = this.#root.batch(writes)
      const flushed = 'flushed' in committed && committed.flushed instanceof Promise ? committed.flushed : Promise.resolve(this.#root.flushed)
      // Both fail together; whoever waits for the first hears of it.
      flushed.catch(() => {})
      return { committed, flushed }
    })
    const committed = begun.then((commit) => commit.committed)
    const flushed = begun.then((commit) => commit.flushed)
    return { committed: committed.catch(writeError), flushed: flushed.catch(writeError) }
  }

  /** Bytes of the file that LMDB uses. */
  #used(): number {
    const stats: object = this.#root.getStats()
    return 'lastPageNumber' in stats && typeof stats.lastPageNumber === 'number' ? (stats.lastPageNumber + 1) * PAGE : 0
  }
}

function idOf(key: string): Buffer {
  return Buffer.from(key, 'hex')
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}
