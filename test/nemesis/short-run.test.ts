/**
 * A short run of `npm run nemesis`: one of each kind of fault, and afterwards no promise is broken. Long runs are made
 * by hand; how long anything took is printed, not judged.
 */
import { fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/disks.js'

const PROGRAM = fileURLToPath(new URL('../../apps/nemesis/dist/main.js', import.meta.url))
const KINDS = ['kill', 'pause', 'partition', 'torn']

/** Runs the nemesis, and gives its report. */
async function nemesis(...args: readonly string[]): Promise<{ code: number | null; report: Record<string, unknown> }> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built; run "npm run build" first`)
  const json = join(temporaryFolder(), 'report.json')
  const child = fork(PROGRAM, [...args, '--json', json], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  onTestFinished(() => void child.kill())
  const code = await ended
  return { code, report: { ...Object(JSON.parse(readFileSync(json, 'utf8'))) } }
}

describe('real nodes under load, while processes, links and frames fail', () => {
  it.each(['available', 'consistent'])('keep every promise in partition %s [NEM-1]', async (partition) => {
    const { code, report } = await nemesis('--faults', '5', '--minutes', '3', '--seed', '7', '--sessions', '12', '--only', KINDS.join(), '--partition', partition)
    expect(report['violations']).toEqual([])
    expect(code).toBe(0)
    expect(report['entries']).toHaveLength(5)
    expect(Object(report['sums'])['saves']).toBeGreaterThan(100)
    expect(report['verified']).toBeGreaterThanOrEqual(12)
  }, 240_000)
})
