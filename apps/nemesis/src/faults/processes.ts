/** Faults of processes: killed, paused, stalled. */
import { connect } from '@understudy/client'
import type { Fault } from './fault.js'

/** A node is killed, and started again. */
export const kill: Fault = {
  kind: 'kill',
  what: 'SIGKILL of a node, which is started again',
  splits: false,
  isSurvived: true,
  strike: async ({ cluster, chance }) => {
    const victim = chance.pick(cluster.names)
    await cluster.node(victim).kill()
    return { victims: [victim], lasts: 0, end: () => cluster.node(victim).start() }
  },
}

/** A node does not run for longer than others wait for it. */
export const pause: Fault = {
  kind: 'pause',
  what: 'SIGSTOP of a node for 1.2 to 3 s, then SIGCONT',
  splits: false,
  isSurvived: true,
  strike: async ({ cluster, chance }) => {
    const victim = chance.pick(cluster.names)
    cluster.node(victim).pause()
    return { victims: [victim], lasts: chance.between(1_200, 3_000), end: async () => cluster.node(victim).wake() }
  },
}

/** A node does not run for a time that means nothing: nobody may take over. */
export const stall: Fault = {
  kind: 'stall',
  what: 'SIGSTOP of a node for 0.3 s: no reign may begin',
  splits: false,
  isSurvived: false,
  strike: async ({ cluster, chance }) => {
    const victim = chance.pick(cluster.names)
    const store = await connect({ nodes: cluster.nodes.map(({ url }) => url), name: 'onlooker' })
    let moves = 0
    // Every reign that begins makes a newer placement, and nodes tell it to whoever is linked.
    const stop = store.on('placement', () => moves++)
    cluster.node(victim).pause()
    return {
      victims: [victim],
      lasts: 300,
      end: async () => cluster.node(victim).wake(),
      verify: async () => {
        stop()
        await store.close()
        return moves === 0 ? [] : [{ breach: 'unavailable', text: `a stall of 0.3 s of "${victim}" made reigns begin, ${moves} times` }]
      },
    }
  },
}
