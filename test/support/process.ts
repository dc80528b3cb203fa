/**
 * Processes of one test: built programs, so `npm run build` comes before. Each tells its address over IPC in a message
 * `{ type: 'ready', url }`, and is gone when the test is over, also when it was stopped by SIGSTOP.
 */
import { fork } from 'node:child_process'
import type { ChildProcess, ForkOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

/** A running program. */
export interface Process {
  /** What it says its address is. */
  readonly url: string
  /** Its process id. */
  readonly pid: number
  /** Sends it a signal. */
  signal(name: NodeJS.Signals): void
  /** Resolves with its exit code once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts the command `understudy` with these arguments. */
export function startCommand(...args: readonly string[]): Promise<Process> {
  return start('apps/server/bin/understudy.js', 'apps/server/dist/main.js', [
    ...args,
    '--stop-with-parent',
    '--log-level',
    'warn',
  ])
}

/** Starts the command like `startCommand`, with files of so many kB at most. `prlimit` lifts the limit. */
export function startCommandWithin(kilobytes: number, ...args: readonly string[]): Promise<Process> {
  const through = { execPath: '/bin/bash', execArgv: ['-c', `ulimit -S -f ${kilobytes}; exec "$0" "$@"`, process.execPath] }
  return start('apps/server/bin/understudy.js', 'apps/server/dist/main.js', [...args, '--stop-with-parent', '--log-level', 'silent'], through)
}

/** Runs a command that ends by itself; resolves with its exit code. */
export async function runCommand(...args: readonly string[]): Promise<number | null> {
  const child = fork(fileURLToPath(new URL('apps/server/bin/understudy.js', ROOT)), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

/** Runs a command that refuses to start; resolves with its exit code and all that it said. */
export async function refusalOf(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = fork(fileURLToPath(new URL('apps/server/bin/understudy.js', ROOT)), [...args, '--stop-with-parent'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })))
}

/** Starts one of test/support/programs. */
export function startProgram(name: string, ...args: readonly string[]): Promise<Process> {
  return start(`test/support/programs/${name}.mjs`, 'packages/node/dist/index.js', args)
}

async function start(program: string, needs: string, args: readonly string[], through: ForkOptions = { execArgv: [] }): Promise<Process> {
  if (!existsSync(new URL(needs, ROOT))) throw new Error(`${needs} is not built; run "npm run build" first`)
  const child = fork(fileURLToPath(new URL(program, ROOT)), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...through,
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  // A stopped process would not even notice that this one is gone.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  onTestFinished(async () => {
    kill()
    await ended
    process.removeListener('exit', kill)
  })
  const url = await Promise.race([
    address(child),
    ended.then((code) => Promise.reject(new Error(`${program} ended with code ${code} before it was ready`))),
  ])
  return { url, pid: child.pid ?? 0, ended, signal: (name) => void child.kill(name) }
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'url' in message && typeof message.url === 'string')
        resolve(message.url)
    })
  })
}
