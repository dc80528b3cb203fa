/** `npm run bench -- --quick` as CI runs it: what is counted is held to the baseline, and nothing is left running. Linux only: it looks at /proc. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../support/eventually.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = join(ROOT, 'apps/bench/dist/main.js')
const BASELINE = join(ROOT, 'apps/bench/baseline.json')

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'understudy-bench-test-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A run of the bench in a process group of its own. */
class Run {
  readonly #process: ChildProcess
  /** What it said so far. */
  said = ''
  readonly ended: Promise<number | null>

  constructor(...args: readonly string[]) {
    this.#process = spawn(process.execPath, [MAIN, '--json', join(folder, 'results.json'), ...args], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process.stdout?.on('data', (text: Buffer) => (this.said += text.toString()))
    this.ended = new Promise((resolve) => this.#process.once('close', resolve))
    onTestFinished(() => void this.#process.kill('SIGTERM'))
  }

  /** What Ctrl-C does: all processes of the group hear it. */
  interrupt(): void {
    process.kill(-this.#pid, 'SIGINT')
  }

  /** How many processes of the group there are, without those that only wait to be counted out. */
  get processes(): number {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && groupOf(pid) === this.#pid).length
  }

  get #pid(): number {
    return this.#process.pid ?? Number.NaN
  }
}

/** The process group of a living process. */
function groupOf(pid: string): number | undefined {
  try {
    // After the name in brackets: state, parent, group.
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return state === 'Z' ? undefined : Number(group)
  } catch {
    return undefined
  }
}

describe('npm run bench -- --quick', () => {
  it('finds no count and no bytes worse than the baseline [BEN-1]', async () => {
    const run = new Run('--quick')
    expect(await run.ended, run.said).toBe(0)
    expect(run.said).toContain('no count is worse than the baseline')
    const results: unknown = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))
    expect(results).toMatchObject({ results: [{ name: 'link-bytes' }, { name: 'touches' }, { name: 'document-size' }, { name: 'memory' }, { name: 'sync' }] })
  }, 900_000)

  it('fails where a count is worse, and names it [BEN-2]', async () => {
    const kept: Record<string, number> = JSON.parse(readFileSync(BASELINE, 'utf8'))
    const tighter = Object.fromEntries(Object.entries(kept).map(([place, value]) => [place, value * 0.9]))
    const file = join(folder, 'baseline.json')
    writeFileSync(file, JSON.stringify(tighter))
    const run = new Run('--quick', '--only', 'document-size', '--baseline', file)
    expect(await run.ended).toBe(1)
    expect(run.said).toMatch(/^WORSE: document-size \| one primary \| encoded size of a fresh one, B: \d+\.\d, the baseline has \d+\.\d$/m)
  })
})

describe('the bench', () => {
  it('leaves nothing running when it is interrupted [BEN-3]', async () => {
    const run = new Run('--quick', '--only', 'touches')
    await eventually('nodes are running', () => run.processes >= 3, 120_000)
    run.interrupt()
    expect(await run.ended).toBe(130)
    await eventually('all are gone', () => run.processes === 0, 60_000)
  })
})
