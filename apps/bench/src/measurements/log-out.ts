/** Logging a user out everywhere: 1,000 sessions of one user among 100,000, on a primary and a back-up in another process. */
import type { Measurement, Subject } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { inFlight } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { ATTRIBUTES } from '../workload/attributes.js'
import { scaled } from '../workload/scale.js'

const SESSIONS = scaled(100_000)
const OF_THE_USER = scaled(1_000)

/** Opens sessions of a user and lets go of them. */
async function logIn(primary: Primary, name: string, count: number, user: string): Promise<void> {
  await inFlight(count, 256, async (number) => {
    const session = await primary.node.store.open(`${name} ${number}`)
    for (const [attribute, value] of ATTRIBUTES) session.set(attribute, value)
    await session.set('user', user).save({ copies: 1 })
    session.close()
  })
}

async function run(primary: Primary, relay: ByteCount, round: number): Promise<Record<string, number>> {
  const user = `user ${round}`
  const { store } = primary.node
  await logIn(primary, user, OF_THE_USER, user)
  await primary.whenEqual()
  const listing = performance.now()
  const found = await store.sessionsOf(user)
  const listed = performance.now() - listing
  const before = relay.bytes
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  const { destroyed, copies } = await store.destroyAllOf(user, { copies: 2 })
  const ms = performance.now() - start
  const cpu = process.cpuUsage(cpuBefore)
  await primary.whenEqual()
  const left = (await store.sessionsOf(user)).length
  if (found.length !== OF_THE_USER || destroyed !== OF_THE_USER || copies < 2 || left > 0) {
    throw new Error(`${destroyed} of ${found.length} sessions ended on ${copies} nodes, ${left} are left`)
  }
  return { listed, ms, cpu: (cpu.user + cpu.system) / 1_000, bytes: relay.bytes - before, bytesEach: (relay.bytes - before) / OF_THE_USER }
}

async function setUp(): Promise<Subject> {
  const primary = await Primary.start({ userAttribute: 'user' })
  const relay = await ByteCount.start(primary.node.url)
  const backUp = await primary.backUp(relay.url)
  await logIn(primary, 'other', SESSIONS - OF_THE_USER, 'somebody else')
  await primary.whenEqual()
  let round = 0
  return {
    run: () => run(primary, relay, round++),
    async close() {
      await backUp.close()
      relay.close()
      await primary.node.close()
    },
  }
}

/** See the file's header. */
export const logOut: Measurement = {
  name: 'log-out',
  title: 'Ending the 1,000 sessions of one user among 100,000, with one call',
  shows: 'destroyAllOf resolves when primary and back-up hold all deaths. Bytes: both directions between the two nodes, everything above TCP, until they are equal.',
  terms: 'in memory; counts when primary and back-up hold all deaths.',
  variants: [
    {
      name: 'embedded primary, back-up process',
      figures: {
        listed: { title: 'sessionsOf', unit: 'ms' },
        ms: { title: 'destroyAllOf, copies: 2', unit: 'ms' },
        cpu: { title: 'destroyAllOf, CPU of the primary', unit: 'ms' },
        bytes: { title: 'between the nodes', unit: 'B' },
        bytesEach: { title: 'between the nodes, a session', unit: 'B' },
      },
      setUp,
    },
  ],
}
