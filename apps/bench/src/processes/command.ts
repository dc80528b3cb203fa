/** The command `understudy serve` as a user has it: a process that is ready when it serves all its slots. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { endsWithUs, kill } from './running.js'

const COMMAND = join(dirname(createRequire(import.meta.url).resolve('understudy/package.json')), 'bin', 'understudy.js')

/** Starts a node on a free port with these arguments, waits until it serves, and ends it. Resolves with the ms that took. */
export async function timeToServe(...args: readonly string[]): Promise<number> {
  const start = performance.now()
  const serve = ['serve', '--name', 'a', '--listen', '127.0.0.1:0', '--log-level', 'warn', '--stop-with-parent']
  const child = fork(COMMAND, [...serve, ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
  endsWithUs(child)
  const url = await addressOf(child)
  while (!(await isServing(url)));
  const ms = performance.now() - start
  await kill(child)
  return ms
}

async function addressOf(child: ChildProcess): Promise<string> {
  const ended = new AbortController()
  child.once('exit', () => ended.abort(new Error('understudy serve ended before it was up')))
  const [message]: unknown[] = await once(child, 'message', { signal: ended.signal })
  if (typeof message === 'object' && message !== null && 'url' in message) return String(message.url)
  throw new Error('understudy serve did not say where it listens')
}

/** Whether the node says that it serves all its slots. */
function isServing(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = get(`${url.replace('ws:', 'http:')}/readyz`, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('error', reject)
  })
}
