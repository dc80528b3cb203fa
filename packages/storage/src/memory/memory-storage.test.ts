/** The storage in memory: the contract, and what a disk does to it. */
import { describe, expect, it } from 'vitest'
import { storageContract } from '../contract.js'
import type { StorageOptions } from '../storage.js'
import { StorageError } from '../storage-error.js'
import { MemoryDisk } from './memory-disk.js'
import { MemoryStorage } from './memory-storage.js'

const A = '00'.repeat(16)
const B = '11'.repeat(16)

describe('a storage in memory keeps the contract [STG-1]', () => {
  const harness = () => {
    const disk = new MemoryDisk()
    return { open: async (options: StorageOptions) => MemoryStorage.open(disk, options), damage: (key: string) => disk.damage(key), dispose: () => {} }
  }
  for (const { name, run } of storageContract(harness)) it(`${name} [STG-1]`, run)
})

describe('a storage on a bad disk', () => {
  it('loses what was committed and not flushed when the power fails, and nothing else [STG-2]', async () => {
    const { disk, storage, run, reopen } = bench()
    storage.put({ key: A, bytes: () => Uint8Array.of(1) })
    const flushed = storage.settled('flushed')
    await run()
    await flushed
    storage.put({ key: A, bytes: () => Uint8Array.of(2) })
    const committed = storage.settled('committed')
    await run(1)
    await committed
    expect(storage.get(A)).toEqual(Uint8Array.of(2))
    disk.crash()
    expect(reopen().get(A)).toEqual(Uint8Array.of(1))
  })

  it('refuses while the disk is full, forgets nothing, and goes on by itself when there is space [STG-3]', async () => {
    const { disk, storage, run, retry, failing } = bench()
    disk.full = true
    storage.put({ key: A, bytes: () => Uint8Array.of(1) })
    const refused = storage.settled('flushed')
    await Promise.all([expect(refused).rejects.toMatchObject({ code: 'DISK_FULL', retryable: true }), run()])
    storage.put({ key: B, bytes: () => Uint8Array.of(2) })
    await expect(storage.settled('memory')).rejects.toBeInstanceOf(StorageError)
    await retry()
    expect([storage.failure?.code, storage.waiting, failing]).toEqual(['DISK_FULL', 2, ['DISK_FULL']])
    disk.full = false
    const healthy = storage.healthy()
    await retry()
    await healthy
    await storage.settled('flushed')
    expect([storage.failure, storage.get(A), storage.get(B)]).toEqual([undefined, Uint8Array.of(1), Uint8Array.of(2)])
    expect(failing).toEqual(['DISK_FULL', undefined])
  })
})

describe('more than fits one transaction', () => {
  const keyOf = (number: number): string => String(number).padStart(32, '0')
  const position = (storage: MemoryStorage) => [...storage.positions()].map(({ sequence }) => sequence)

  it('is written in parts, the position last and as it was at first, and waited for whole [STG-14]', async () => {
    const { disk, storage, run } = bench()
    const sizes: number[] = []
    const commit = disk.commit.bind(disk)
    disk.commit = (batch) => {
      sizes.push(batch.records.length)
      commit(batch)
    }
    let sequence = 5
    for (let i = 0; i < 4_500; i++) storage.put({ key: keyOf(i), bytes: () => Uint8Array.of(sequence) })
    storage.putPosition({ number: 3, position: () => ({ slot: 3, epoch: 1, sequence }) })
    let isSettled = false
    void storage.settled('flushed').then(() => (isSettled = true))
    await run(1)
    expect([sizes, storage.waiting, storage.isWaiting(keyOf(1)), storage.isWaiting(keyOf(4_499)), position(storage)]).toEqual([[2_000], 2_501, false, true, []])
    // What changes now is no part of what the position speaks of.
    sequence = 6
    storage.put({ key: keyOf(0), bytes: () => Uint8Array.of(sequence) })
    storage.putPosition({ number: 3, position: () => ({ slot: 3, epoch: 1, sequence }) })
    await run(3)
    expect([sizes, isSettled, position(storage)]).toEqual([[2_000, 2_000], false, []])
    await run(2)
    expect([sizes, isSettled, position(storage)]).toEqual([[2_000, 2_000, 500], true, [5]])
    await run()
    expect([sizes, storage.waiting, position(storage), storage.get(keyOf(0))]).toEqual([[2_000, 2_000, 500, 1], 0, [6], Uint8Array.of(6)])
  })

  it('is bounded in bytes, too [STG-14]', async () => {
    const { disk, storage, run } = bench()
    let transactions = 0
    const commit = disk.commit.bind(disk)
    disk.commit = (batch) => {
      transactions++
      commit(batch)
    }
    const large = new Uint8Array(256 * 1024)
    for (let i = 0; i < 100; i++) storage.put({ key: keyOf(i), bytes: () => large })
    await run(20)
    expect([transactions, storage.waiting]).toEqual([4, 0])
  })

  it('is all written after a failure in the middle of it, positions last [STG-14]', async () => {
    const { disk, storage, run, retry } = bench()
    for (let i = 0; i < 4_500; i++) storage.put({ key: keyOf(i), bytes: () => Uint8Array.of(1) })
    storage.putPosition({ number: 3, position: () => ({ slot: 3, epoch: 1, sequence: 9 }) })
    const refused = storage.settled('committed')
    await run(1)
    disk.full = true
    await Promise.all([expect(refused).rejects.toMatchObject({ code: 'DISK_FULL' }), run()])
    expect([storage.waiting, position(storage)]).toEqual([2_501, []])
    disk.full = false
    await retry()
    await run(20)
    expect([storage.waiting, position(storage), [...storage.records()].length]).toEqual([0, [9], 4_500])
  })
})

/** A storage whose turns and timers run when they are told to. */
function bench() {
  const disk = new MemoryDisk()
  let turns: (() => void)[] = []
  let timers: (() => void)[] = []
  const failing: (string | undefined)[] = []
  const scheduler = {
    soon: (callback: () => void) => void turns.push(callback),
    after: (_: number, callback: () => void) => {
      timers.push(callback)
      return () => void (timers = timers.filter((timer) => timer !== callback))
    },
  }
  const reopen = () => MemoryStorage.open(disk, { name: 'a', scheduler, failing: (failure) => void failing.push(failure?.code) })
  const run = async (rounds = 10): Promise<void> => {
    for (let i = 0; i < rounds; i++) {
      const due = turns
      turns = []
      for (const turn of due) turn()
      for (let j = 0; j < 10; j++) await Promise.resolve()
    }
  }
  const retry = async (): Promise<void> => {
    for (const timer of timers.splice(0)) timer()
    await run()
  }
  return { disk, storage: reopen(), run, retry, reopen, failing }
}
