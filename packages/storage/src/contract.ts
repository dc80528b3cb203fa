/**
 * The contract of storages, as a suite that any implementation can run with any test runner:
 *
 *     for (const { name, run } of storageContract(() => new MyHarness())) it(name, run)
 */
import { StorageError } from './storage-error.js'
import type { RecordSource, Scheduler, Storage, StorageOptions } from './storage.js'

/** One promise of the contract: its name, and a test that rejects where the promise is broken. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

/** A disk for one case, empty at first. */
export interface StorageHarness {
  /** Opens a storage on the disk, as a new process would. */
  open(options: StorageOptions): Promise<Storage>
  /** Spoils the record of a key on the disk; called while no storage is open. */
  damage(key: string): Promise<void> | void
  /** Lets go of the disk. */
  dispose(): Promise<void> | void
}

const A = '00112233445566778899aabbccddeeff'
const B = 'ff112233445566778899aabbccddee00'

const scheduler: Scheduler = {
  soon: (callback) => void afterwards(callback),
  after: () => () => {},
}

async function afterwards(callback: () => void): Promise<void> {
  await Promise.resolve()
  callback()
}

/** A record that counts how often it was asked for. */
class Sample implements RecordSource {
  readonly key: string
  asked = 0
  #bytes: Uint8Array | undefined

  constructor(key: string, bytes: readonly number[] | undefined) {
    this.key = key
    this.set(bytes)
  }

  set(bytes: readonly number[] | undefined): void {
    this.#bytes = bytes && Uint8Array.from(bytes)
  }

  bytes(): Uint8Array | undefined {
    this.asked++
    return this.#bytes
  }
}

/** What a case works with. */
interface Desk {
  readonly harness: StorageHarness
  readonly reports: string[]
  open(name?: string): Promise<Storage>
}

function equal(found: unknown, expected: unknown): void {
  const [was, should] = [JSON.stringify(found), JSON.stringify(expected)]
  if (was !== should) throw new Error(`The storage answers ${was}, not ${should}.`)
}

async function refuses(code: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action()
  } catch (error) {
    return equal(error instanceof StorageError ? error.code : String(error), code)
  }
  throw new Error(`${code} was expected, and nothing was refused.`)
}

function bytesOf(storage: Storage, key: string): number[] | undefined {
  const bytes = storage.get(key)
  return bytes && [...bytes]
}

function allOf(storage: Storage): [string, number[]][] {
  return Array.from(storage.records(), ({ key, bytes }): [string, number[]] => [key, [...bytes]]).sort()
}

/** Makes what a case works on: a fresh one for each. */
export type MakeHarness = () => StorageHarness | Promise<StorageHarness>

/** The cases, each with a disk of its own. */
export function storageContract(make: MakeHarness): readonly ContractCase[] {
  const contract = (name: string, check: (desk: Desk) => Promise<void>): ContractCase => ({
    name,
    run: async () => {
      const harness = await make()
      const opened: Storage[] = []
      const reports: string[] = []
      const open = async (owner = 'a'): Promise<Storage> => {
        const storage = await harness.open({ name: owner, scheduler, damaged: (key) => reports.push(key) })
        opened.push(storage)
        return storage
      }
      try {
        await check({ harness, reports, open })
      } finally {
        for (const storage of opened) await storage.close()
        await harness.dispose()
      }
    },
  })
  return [...keeping(contract), ...committing(contract), ...damage(contract), ...owning(contract)]
}

type Contract = (name: string, check: (desk: Desk) => Promise<void>) => ContractCase

function keeping(contract: Contract): ContractCase[] {
  return [
    contract('holds nothing at first', async ({ open }) => {
      const storage = await open()
      equal([allOf(storage), [...storage.positions()], [...storage.setAsides()], storage.waiting], [[], [], [], 0])
      equal(storage.get(A), undefined)
    }),
    contract('keeps records and positions for the next process', async ({ open }) => {
      const first = await open()
      first.put(new Sample(A, [1, 2]))
      first.put(new Sample(B, []))
      first.putPosition({ number: 200, position: () => ({ slot: 200, epoch: 7, sequence: 2 ** 40 }) })
      await first.settled('flushed')
      await first.close()
      const second = await open()
      equal(allOf(second), [[A, [1, 2]], [B, []]])
      equal([...second.positions()], [{ slot: 200, epoch: 7, sequence: 2 ** 40 }])
    }),
    contract('removes a record whose source has no bytes any more', async ({ open }) => {
      const storage = await open()
      storage.put(new Sample(A, [1]))
      await storage.settled('committed')
      storage.put(new Sample(A, undefined))
      storage.put(new Sample(B, undefined))
      await storage.settled('committed')
      equal([bytesOf(storage, A), allOf(storage)], [undefined, []])
    }),
    contract('keeps what was written when its maker changes the bytes afterwards', async ({ open }) => {
      const storage = await open()
      const bytes = Uint8Array.of(1, 2, 3)
      storage.put({ key: A, bytes: () => bytes })
      await storage.settled('committed')
      bytes.fill(9)
      equal(bytesOf(storage, A), [1, 2, 3])
    }),
  ]
}

function committing(contract: Contract): ContractCase[] {
  return [
    contract('shows a record once it is committed, and not before', async ({ open }) => {
      const storage = await open()
      storage.put(new Sample(A, [1]))
      equal([bytesOf(storage, A), storage.isWaiting(A), storage.isWaiting(B), storage.waiting], [undefined, true, false, 1])
      await storage.settled('committed')
      equal([bytesOf(storage, A), storage.isWaiting(A), storage.waiting], [[1], false, 0])
    }),
    contract('asks once for a record that changed often, for its last state', async ({ open }) => {
      const storage = await open()
      const sample = new Sample(A, [1])
      for (let i = 0; i < 10; i++) storage.put(sample)
      sample.set([2])
      await storage.settled('flushed')
      equal([sample.asked, bytesOf(storage, A)], [1, [2]])
    }),
    contract('writes what comes while a transaction is under way in the next one', async ({ open }) => {
      const storage = await open()
      storage.put(new Sample(A, [1]))
      const first = storage.settled('flushed')
      await Promise.resolve()
      await Promise.resolve()
      storage.put(new Sample(A, [2]))
      storage.put(new Sample(B, [3]))
      await Promise.all([first, storage.settled('flushed')])
      equal(allOf(storage), [[A, [2]], [B, [3]]])
    }),
    contract('lets level memory wait for nothing, and nothing wait for nothing', async ({ open }) => {
      const storage = await open()
      await storage.settled('flushed')
      storage.put(new Sample(A, [1]))
      await storage.settled('memory')
      equal(storage.isWaiting(A), true)
    }),
    contract('writes what is left when it is closed', async ({ open }) => {
      const first = await open()
      first.put(new Sample(A, [1]))
      await first.close()
      equal(allOf(await open()), [[A, [1]]])
    }),
    contract('refuses what is put after it was closed', async ({ open }) => {
      const storage = await open()
      await storage.close()
      storage.put(new Sample(A, [1]))
      await refuses('STORAGE_CLOSED', () => storage.settled('committed'))
      let isHealthy = false
      void storage.healthy().then(() => (isHealthy = true))
      for (let i = 0; i < 10; i++) await Promise.resolve()
      equal(isHealthy, false)
    }),
  ]
}

function damage(contract: Contract): ContractCase[] {
  const damagedDisk = async ({ open, harness }: Desk): Promise<Storage> => {
    const storage = await open()
    storage.put(new Sample(A, [1, 2, 3]))
    storage.put(new Sample(B, [4]))
    await storage.close()
    await harness.damage(A)
    return open()
  }
  return [
    contract('sets a damaged record aside, counts it, reports it and gives the others', async (desk) => {
      const storage = await damagedDisk(desk)
      equal(allOf(storage), [[B, [4]]])
      equal([desk.reports, storage.damaged, [...storage.setAsides()], storage.get(A)], [[A], 1, [A], undefined])
    }),
    contract('finds damage also when one record is read', async (desk) => {
      const storage = await damagedDisk(desk)
      equal([bytesOf(storage, A), bytesOf(storage, B), desk.reports], [undefined, [4], [A]])
    }),
    contract('remembers what is damaged until a whole record takes its place', async (desk) => {
      const first = await damagedDisk(desk)
      equal(allOf(first).length, 1)
      await first.close()
      const second = await desk.open()
      equal([[...second.setAsides()], desk.reports], [[A], [A]])
      second.put(new Sample(A, [5]))
      await second.settled('flushed')
      equal([[...second.setAsides()], second.damaged, bytesOf(second, A)], [[], 0, [5]])
    }),
    contract('takes a record out of use when it is told to', async ({ open, reports }) => {
      const storage = await open()
      storage.put(new Sample(A, [1]))
      await storage.settled('committed')
      storage.setAside(A, 'it makes no sense')
      storage.setAside(B, 'there is none')
      equal([allOf(storage), [...storage.setAsides()], reports], [[], [A], [A]])
    }),
  ]
}

function owning(contract: Contract): ContractCase[] {
  return [
    contract('belongs to one node', async ({ open }) => {
      await (await open('a')).close()
      await refuses('DIRECTORY_FOREIGN', () => open('b'))
      await (await open('a')).close()
    }),
    contract('belongs to one process at a time', async ({ open }) => {
      const first = await open()
      await refuses('DIRECTORY_LOCKED', () => open())
      await first.close()
      await (await open()).close()
    }),
    contract('never gives out a number twice, to no process', async ({ open }) => {
      const candidates = [3, 3, 5, 3, 5, 8]
      const draw = (): number => candidates.shift() ?? 0
      const first = await open()
      const claimed = [await first.claim(draw), await first.claim(draw)]
      await first.close()
      claimed.push(await (await open()).claim(draw))
      equal(claimed, [3, 5, 8])
    }),
    contract('has one life, whatever process opens it', async ({ open }) => {
      const first = await open()
      const lives = [await first.life(() => 7), await first.life(() => 8)]
      await first.close()
      lives.push(await (await open()).life(() => 9))
      equal(lives, [7, 7, 7])
    }),
  ]
}
