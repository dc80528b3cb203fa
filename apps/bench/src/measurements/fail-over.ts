/** How long nothing can be saved after a primary was killed: ours, and Redis with three Sentinels. */
import { connect } from '@understudy/client'
import type { Measurement, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { freePort } from '../processes/debian-package.js'
import { connectedTo, RedisServer, startRedis } from '../processes/redis.js'
import type { Redis, Replica } from '../processes/redis.js'
import { CHANGING, jsonOf, valueOf } from '../workload/attributes.js'
import { filledSessions } from '../workload/sessions.js'

/** Sessions over all slots: some are on every node. */
const SESSIONS = 100
/** ms between two tries. */
const RETRY = 10

const figures: Variant['figures'] = { ms: { title: 'until saves are held by two again', unit: 'ms' } }

/** Tries until it works; resolves to the ms that took. */
async function whenDone(what: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  for (;;) {
    try {
      await what()
      return performance.now() - start
    } catch {
      // Nobody serves yet: that is what is measured.
      await new Promise((resolve) => setTimeout(resolve, RETRY))
    }
  }
}

/** Three members, of which the first is killed. */
async function killMember(): Promise<Record<string, number>> {
  const ports = [await freePort(), await freePort(), await freePort()]
  const names = ['a', 'b', 'c']
  const urls = ports.map((port) => `ws://127.0.0.1:${port}`)
  const members = await Promise.all(names.map((name, i) => {
    const peers = names.flatMap((peer, other) => (other === i ? [] : [`${peer}=${urls[other]}`]))
    return Child.start('node.js', name, `member:${ports[i]}`, ...peers)
  }))
  const store = await connect({ nodes: urls })
  const primaries = async (): Promise<boolean> => (await Promise.all(members.map((member) => member.figures()))).every((figures) => (figures['primary'] ?? 0) > 0)
  while (!(await primaries())) await new Promise((resolve) => setTimeout(resolve, 50))
  const sessions = await filledSessions(store, SESSIONS, 2)
  const save = async (number: number): Promise<void> => {
    const { copies } = (await sessions[number]?.set(CHANGING, valueOf(number)).save({ copies: 2 })) ?? { copies: 0 }
    if (copies < 2) throw new Error('one copy')
  }
  await members[0]?.close()
  const times = await Promise.all(sessions.map((_, number) => whenDone(() => save(number))))
  await store.close()
  for (const member of members) await member.close()
  return { ms: Math.max(...times) }
}

const ours: Variant = { name: 'Understudy, three members', figures, setUp: () => Promise.resolve({ run: killMember, close: () => Promise.resolve() }) }

/** Three Sentinels that agree that they watch over a master with two replicas. */
async function sentinels(master: string, options: readonly string[]): Promise<RedisServer[]> {
  const { port } = new URL(master)
  const lines = [`sentinel monitor shop 127.0.0.1 ${port} 2`, ...options.map((option) => `sentinel ${option.replace(' ', ' shop ')}`)]
  const servers = [await RedisServer.sentinel(lines), await RedisServer.sentinel(lines), await RedisServer.sentinel(lines)]
  for (const { url } of servers) {
    const client = await connectedTo(url)
    const knows = async (): Promise<boolean> => {
      const said = JSON.stringify(await client.sendCommand(['SENTINEL', 'MASTER', 'shop']))
      return /"num-slaves"[,:]"2"/.test(said) && /"num-other-sentinels"[,:]"2"/.test(said)
    }
    while (!(await knows())) await new Promise((resolve) => setTimeout(resolve, 100))
    client.destroy()
  }
  return servers
}

/** A master with two replicas, watched over; the master is killed, and the one that is named in its place is asked. */
async function killMaster(options: readonly string[]): Promise<Record<string, number>> {
  const redis: Redis = await startRedis()
  const another: Replica = await redis.anotherReplica()
  const watchers = await sentinels(redis.url, options)
  const asked = await connectedTo(watchers[0]?.url ?? '')
  const write = async (): Promise<void> => {
    const address = await asked.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'shop'])
    const port = Array.isArray(address) ? Number(address[1]) : Number.NaN
    if (port === Number(new URL(redis.url).port)) throw new Error('still the old one')
    const client = await connectedTo(`redis://127.0.0.1:${port}`)
    try {
      await client.set('sess:1', jsonOf(1))
      if ((await client.wait(1, 100)) < 1) throw new Error('one copy')
    } finally {
      client.destroy()
    }
  }
  await redis.master.close()
  const ms = await whenDone(write)
  asked.destroy()
  for (const server of [...watchers, another, redis]) await server.close()
  return { ms }
}

const sentinel = (name: string, options: readonly string[], once?: true): Variant => ({
  name,
  others: true,
  ...(once && { once }),
  figures,
  async setUp() {
    await (await startRedis()).close()
    return { run: () => killMaster(options), close: () => Promise.resolve() }
  },
})

const tuned = sentinel('Redis Sentinel, tuned to 1 s', ['down-after-milliseconds 1000', 'failover-timeout 3000'])

/** See the file's header. */
export const failOver: Measurement = {
  name: 'fail-over',
  title: 'Fail-over: SIGKILL of a primary until saves are held by two processes again',
  shows: `Ours: ${SESSIONS} sessions over all slots, saved through one client; the last of them counts. Redis: master, two replicas, three Sentinels, which are asked every ${RETRY} ms who is master; SET + WAIT 1. Sentinel as it comes waits 30 s: measured once.`,
  terms: 'in memory on both sides, three copies before, two asked for after.',
  cold: true,
  variants: [ours, tuned, sentinel('Redis Sentinel as it comes', [], true)],
  ratios: [{ title: 'time', figure: 'ms', of: ours.name, to: tuned.name }],
}
