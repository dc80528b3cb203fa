/**
 * Finds ports of this machine that nobody listens on. Another process may take one before it is used: be ready to ask
 * again.
 */
import { createServer } from 'node:net'
import type { Server } from 'node:net'

const HOST = '127.0.0.1'

/** `count` free ports: the ones from `preferred` on if all are free, else any. */
export async function freePorts(count: number, preferred: number | undefined): Promise<readonly number[]> {
  if (preferred !== undefined) {
    const wanted = await hold(Array.from({ length: count }, (_, index) => preferred + index))
    if (wanted !== undefined) return wanted
  }
  const any = await hold(Array.from({ length: count }, () => 0))
  if (any === undefined) throw new Error('the system has no free ports')
  return any
}

/** Listens on all of `ports` at once (0: any), so that they differ, and lets go again. Undefined when one is taken. */
async function hold(ports: readonly number[]): Promise<readonly number[] | undefined> {
  const held = await Promise.allSettled(ports.map(listen))
  const servers = held.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const taken = servers.map(portOf)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return servers.length === ports.length ? taken : undefined
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, HOST, () => resolve(server))
  })
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server does not listen on a port')
  return address.port
}
