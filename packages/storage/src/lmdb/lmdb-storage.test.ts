/** The storage on LMDB: the contract, and the directories that it refuses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { storageContract } from '../contract.js'
import { LmdbStorage } from './lmdb-storage.js'

const scheduler = { soon: setImmediate, after: () => () => {} }
const BINARY = { encoding: 'binary', keyEncoding: 'binary' } as const

describe('a storage on LMDB keeps the contract [STG-1]', () => {
  const harness = () => {
    const folder = temporaryFolder()
    return {
      open: (options: Parameters<typeof LmdbStorage.open>[1]) => LmdbStorage.open(join(folder, 'data'), options),
      damage: (key: string) => inDatabase(folder, 'records', Buffer.from(key, 'hex'), flipped),
      dispose: () => rmSync(folder, { recursive: true, force: true }),
    }
  }
  for (const { name, run } of storageContract(harness)) it(`${name} [STG-1]`, run)
})

describe('a data directory', () => {
  it('of another node is refused, with its name [STG-7]', async () => {
    const folder = await folderOf('a')
    const error = await refusal(join(folder, 'data'), 'b')
    expect(error).toMatchObject({ code: 'DIRECTORY_FOREIGN', retryable: false })
    expect(error.message).toContain('belongs to node "a" and this node is "b"')
  })

  it('of a newer format is refused and left as it is [STG-7]', async () => {
    const folder = await folderOf('a')
    await inDatabase(folder, 'owner', Buffer.from('owner'), () => Buffer.from('{"name":"a","format":99}'))
    const error = await refusal(join(folder, 'data'), 'a')
    expect(error).toMatchObject({ code: 'FORMAT_NEWER' })
    expect(error.message).toContain('format 99')
  })

  it('that a live process uses is refused, one of a dead process is taken over [STG-7]', async () => {
    const folder = await folderOf('a')
    const lock = join(folder, 'data', 'process.lock')
    // The parent of this process lives; its start time is not what is written here, so that it counts as dead.
    writeFileSync(lock, `${process.ppid} 1@another-boot\n`)
    const storage = await LmdbStorage.open(join(folder, 'data'), { name: 'a', scheduler })
    expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${process.pid} `))
    expect((await refusal(join(folder, 'data'), 'a')).message).toContain(`a live process (${process.pid}) uses this data directory`)
    await storage.close()
    writeFileSync(lock, `${process.ppid} \n`)
    expect((await refusal(join(folder, 'data'), 'a')).code).toBe('DIRECTORY_LOCKED')
  })

  it('that cannot be written is refused [STG-7]', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(await refusal(join(folder, 'file'), 'a')).toMatchObject({ code: 'DIRECTORY_UNWRITABLE' })
    expect(await refusal(join(folder, 'file', 'below'), 'a')).toMatchObject({ code: 'DIRECTORY_UNWRITABLE' })
  })

  it('whose database is no database is refused and left as it is [STG-7]', async () => {
    const folder = await folderOf('a')
    const database = join(folder, 'data', 'sessions.mdb')
    writeFileSync(database, 'not at all'.repeat(2_000))
    expect(await refusal(join(folder, 'data'), 'a')).toMatchObject({ code: 'DIRECTORY_DAMAGED' })
    expect(readFileSync(database, 'utf8')).toContain('not at all')
  })
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A folder whose `data` belongs to a node. */
async function folderOf(name: string): Promise<string> {
  const folder = temporaryFolder()
  await (await LmdbStorage.open(join(folder, 'data'), { name, scheduler })).close()
  return folder
}

async function refusal(path: string, name: string): Promise<Error & { code?: string }> {
  const opened = await LmdbStorage.open(path, { name, scheduler }).catch((error: unknown) => error)
  if (opened instanceof Error) return opened
  throw new Error('the directory was not refused')
}

function flipped(value: Buffer): Buffer {
  const copy = Buffer.from(value)
  copy[0] = (copy[0] ?? 0) ^ 0x10
  return copy
}

/** Changes one value behind the storage's back. */
async function inDatabase(folder: string, table: string, key: Buffer, change: (value: Buffer) => Buffer): Promise<void> {
  const root = open<Buffer, Buffer>({ path: join(folder, 'data', 'sessions.mdb'), maxDbs: 8, ...BINARY })
  const database = root.openDB<Buffer, Buffer>(table, BINARY)
  await database.put(key, change(database.get(key) ?? Buffer.alloc(0)))
  await root.close()
}
