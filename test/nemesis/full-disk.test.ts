/** A real disk that takes no more: the size of a process' files is limited, which LMDB sees as a full disk. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { connectApp } from '../support/nodes.js'
import { temporaryFolder } from '../support/disks.js'
import { eventually } from '../support/eventually.js'
import { startCommand, startCommandWithin } from '../support/process.js'

const SAVERS = 16
/** kB that the database file may have. */
const LIMIT = 12_000
const BLOB = 'x'.repeat(2_000)

describe('a node whose disk is full', () => {
  it.skipIf(!existsSync('/usr/bin/prlimit'))('acknowledges nothing that it cannot keep, lives on, and heals when there is space [STG-3]', async () => {
    const data = temporaryFolder()
    const node = await startCommandWithin(LIMIT, 'serve', '--name', 'a', '--listen', '127.0.0.1:0', '--data', data)
    const app = await connectApp([node])
    const diskFails = async (): Promise<boolean> => (await counters(node.url))['diskFails'] === 1
    const acknowledged = new Map<string, number>()
    const load = { isOver: false }
    const save = async (saver: number): Promise<void> => {
      for (let i = 0; !load.isOver; i++) {
        const session = await app.open(`${saver} ${i}`)
        await session.set('blob', BLOB).set('i', i).save()
        acknowledged.set(`${saver} ${i}`, i)
        session.close()
      }
    }
    const savers = Array.from({ length: SAVERS }, (_, saver) => save(saver))
    await eventually('the disk is full', diskFails, 60_000)
    const atFull = acknowledged.size
    expect(await (await app.find('0 0'))?.get('i')).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(acknowledged.size).toBe(atFull)
    execFileSync('/usr/bin/prlimit', ['--pid', String(node.pid), '--fsize=unlimited:unlimited'])
    await eventually('saves go on', () => acknowledged.size > atFull + SAVERS)
    expect(await diskFails()).toBe(false)
    load.isOver = true
    await Promise.all(savers)
    await app.close()
    node.signal('SIGKILL')
    await node.ended

    const again = await startCommand('serve', '--name', 'a', '--listen', '127.0.0.1:0', '--data', data)
    const reader = await connectApp([again])
    for (const [id, i] of acknowledged) expect((await reader.find(id))?.get('i'), id).toBe(i)
  }, 90_000)
})

async function counters(url: string): Promise<Record<string, unknown>> {
  const status: unknown = await (await fetch(`${url.replace('ws:', 'http:')}/status`)).json()
  if (typeof status !== 'object' || status === null || !('counters' in status)) throw new Error('the node has no status')
  return { ...Object(status.counters) }
}
