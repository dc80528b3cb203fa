/** Disks of nodes under test: folders that are gone when the test is over, and disks in memory that can be full. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryDisk, MemoryStorage } from '@understudy/storage'
import type { Storage, StorageOptions } from '@understudy/storage'
import { onTestFinished } from 'vitest'

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A disk in memory, and the option that makes a node use it. */
export function memoryDisk(): { disk: MemoryDisk; storage: (options: StorageOptions) => Promise<Storage> } {
  const disk = new MemoryDisk()
  return { disk, storage: async (options) => MemoryStorage.open(disk, options) }
}
