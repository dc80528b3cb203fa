/** Data directories that a real process must not use: it ends with a message that tells what to do, and changes nothing. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LmdbStorage } from '@understudy/storage/lmdb'
import { open } from 'lmdb'
import { temporaryFolder } from '../support/disks.js'
import { connectApp } from '../support/nodes.js'
import { refusalOf, startCommand } from '../support/process.js'

const serve = (name: string, data: string): string[] => ['serve', '--name', name, '--listen', '127.0.0.1:0', '--data', data]

/** A folder in which a node has left its data. */
async function dataOf(name: string): Promise<string> {
  const data = join(temporaryFolder(), 'data')
  const storage = await LmdbStorage.open(data, { name, scheduler: { soon: setImmediate, after: () => () => {} } })
  await storage.close()
  return data
}

/** What a process says that is started on the folder, without the lines of its stack, of which there must be none. */
async function refused(name: string, data: string): Promise<string> {
  const { code, said } = await refusalOf(...serve(name, data))
  expect(code, said).toBeGreaterThan(0)
  expect(said).not.toMatch(/^\s+at /m)
  return said
}

describe('a process', () => {
  it('refuses the data of another node, and leaves it usable [STG-7]', async () => {
    const data = await dataOf('a')
    expect(await refused('b', data)).toMatch(/belongs to node "a" and this node is "b"/)
    const node = await startCommand(...serve('a', data))
    await (await (await connectApp([node])).open('x')).set('n', 1).save()
  })

  it('refuses the data of a newer version, and leaves it as it is [STG-7]', async () => {
    const data = await dataOf('a')
    const database = join(data, 'sessions.mdb')
    const root = open<Buffer, Buffer>({ path: database, maxDbs: 8, pageSize: 4_096, encoding: 'binary', keyEncoding: 'binary' })
    await root.openDB<Buffer, Buffer>('owner', { encoding: 'binary', keyEncoding: 'binary' }).put(Buffer.from('owner'), Buffer.from('{"name":"a","format":99}'))
    await root.close()
    const kept = `${database}.kept`
    copyFileSync(database, kept)
    expect(await refused('a', data)).toMatch(/has format 99 and this version knows formats up to \d+: upgrade this node/)
    expect(readFileSync(database).equals(readFileSync(kept))).toBe(true)
  })

  it('refuses the data that a live process uses, and takes those of one that was killed [STG-7]', async () => {
    const data = join(temporaryFolder(), 'data')
    const first = await startCommand(...serve('a', data))
    expect(await refused('a', data)).toMatch(new RegExp(`a live process \\(${first.pid}\\) uses this data directory`))
    await (await (await connectApp([first])).open('x')).set('n', 1).save()
    first.signal('SIGKILL')
    await first.ended
    const second = await startCommand(...serve('a', data))
    expect((await (await connectApp([second])).find('x'))?.get('n')).toBe(1)
  })

  it('refuses a folder that it cannot make or write to [STG-7]', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(await refused('a', join(folder, 'file'))).toMatch(/cannot be used .*give the node a directory that its user may write to/)
    // Nobody can make a folder there, not even root, as whom this test may run.
    expect(await refused('a', '/sys/understudy')).toMatch(/cannot be used/)
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('')
  })

  it('refuses a database that has lost its head, and leaves it as it is [STG-7]', async () => {
    const data = join(temporaryFolder(), 'data')
    mkdirSync(data)
    const database = join(data, 'sessions.mdb')
    writeFileSync(database, 'not at all'.repeat(2_000))
    expect(await refused('a', data)).toMatch(/is no database or has lost its head: move it away and restart/)
    expect(readFileSync(database, 'utf8')).toBe('not at all'.repeat(2_000))
    expect(existsSync(join(data, 'process.lock')), 'the lock was given back').toBe(false)
  })
})
