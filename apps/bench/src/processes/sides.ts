/** Two servers that hold the same sessions, and can be parted: both then take writes, until they find together again. */
import { createNode, dialWebSocket } from '@understudy/node'
import type { ByteSocket, Dial, Node } from '@understudy/node'
import { createClient } from 'redis'
import { until } from '../workload/in-flight.js'
import { freePort } from './debian-package.js'
import { startRedis, whenFollowed } from './redis.js'

/** Two servers. */
export interface Sides {
  /** What an app on each side connects to, from now on. */
  readonly urls: readonly [string, string]
  /** Resolves when each side takes writes without the other. */
  split(): Promise<void>
  /** Resolves when both hold the same again. */
  heal(): Promise<void>
  close(): Promise<void>
}

/** Two members in partition `available`, which is what nodes do unless told otherwise. */
export async function understudySides(): Promise<Sides> {
  const wire = new Wire()
  const [here, there] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  const [a, b] = [
    await createNode({ name: 'a', listen: here, peers: { b: `ws://${there}` }, dial: wire.dial }),
    await createNode({ name: 'b', listen: there, peers: { a: `ws://${here}` }, dial: wire.dial }),
  ]
  await until('both share the slots', () => isShared(a, b))
  return {
    urls: [a.url, b.url],
    async split() {
      wire.cut()
      await until('each side serves all slots', () => [a, b].every((node) => node.ready && node.status().slots.primary === 256))
    },
    async heal() {
      wire.mend()
      await until('both hold the same', () => isShared(a, b) && a.status().digest === b.status().digest)
    },
    close: async () => void (await Promise.all([a.close(), b.close()])),
  }
}

/**
 * A master and its replica. Parted, the replica is promoted, and healed, the former master follows it: what Sentinel does.
 *
 * @throws NotAvailable
 */
export async function redisSides(): Promise<Sides> {
  const redis = await startRedis()
  const { url, replica } = redis
  const replicaUrl = replica.url
  return {
    urls: [url, replicaUrl],
    split: () => command(replicaUrl, 'REPLICAOF', 'NO', 'ONE'),
    async heal() {
      await command(url, 'REPLICAOF', new URL(replicaUrl).hostname, new URL(replicaUrl).port)
      await whenFollowed(replicaUrl, 1)
    },
    close: () => redis.close(),
  }
}

/** All connections between the nodes. */
class Wire {
  readonly #sockets = new Set<ByteSocket>()
  #isCut = false

  readonly dial: Dial = async (url, headers) => {
    if (this.#isCut) throw new Error('there is no way')
    const socket = await dialWebSocket(url, headers)
    this.#sockets.add(socket)
    return socket
  }

  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.terminate()
    this.#sockets.clear()
  }

  mend(): void {
    this.#isCut = false
  }
}

function isShared(...nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.ready) && nodes.reduce((sum, node) => sum + node.status().slots.primary, 0) === 256
}

async function command(url: string, ...words: readonly string[]): Promise<void> {
  const client = createClient({ url })
  await client.connect()
  await client.sendCommand([...words])
  client.destroy()
}
