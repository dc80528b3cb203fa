/** What a node keeps beyond its process: the interface, and an implementation in memory. On LMDB: `@understudy/storage/lmdb`. */
export type { Durability, PositionSource, RecordSource, Scheduler, SlotPosition, Storage, StorageOptions, StoredRecord } from './storage.js'
export { StorageError } from './storage-error.js'
export type { StorageErrorCode } from './storage-error.js'
export { MemoryDisk } from './memory/memory-disk.js'
export { MemoryStorage } from './memory/memory-storage.js'
