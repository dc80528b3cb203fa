/** Faults of links: cut, black holes, delay, half-open connections, frames that end in the middle. */
import type { Way } from '../network/way.js'
import type { Fault, Scene, Struck } from './fault.js'

/** Does something to all links of one node, for a while. */
function around({ cluster, chance }: Scene, lasts: number, act: (way: Way, outward: boolean) => void): Struck {
  const victim = chance.pick(cluster.names)
  cluster.network.around([victim], act)
  return { victims: [victim], lasts, end: async () => cluster.network.mend() }
}

/** All connections between a node and the others end, and none comes about. */
export const cut: Fault = {
  kind: 'cut',
  what: 'all links of a node are cut for 1 to 2.5 s',
  splits: true,
  isSurvived: true,
  strike: async (scene) => around(scene, scene.chance.between(1_000, 2_500), (way) => way.cut()),
}

/** Nothing passes between a node and the others, and nobody is told. */
export const partition: Fault = {
  kind: 'partition',
  what: 'a black hole between a node and the others for 1.5 to 2.5 s',
  splits: true,
  isSurvived: true,
  strike: async (scene) => around(scene, scene.chance.between(1_500, 2_500), (way) => way.swallow('both')),
}

/** Nothing passes from a node to the others, or from the others to it. */
export const oneWay: Fault = {
  kind: 'one-way',
  what: 'a black hole in one direction for 1.5 to 2.5 s',
  splits: true,
  isSurvived: true,
  strike: async (scene) => {
    const isDumb = scene.chance.next() < 0.5
    return around(scene, scene.chance.between(1_500, 2_500), (way, outward) => way.swallow(outward === isDumb ? 'there' : 'back'))
  },
}

/** Everything between a node and the others takes long. */
export const delay: Fault = {
  kind: 'delay',
  what: 'every byte of a node’s links takes 20 to 400 ms, for 1.5 s',
  splits: true,
  isSurvived: false,
  strike: async (scene) => {
    const ms = scene.chance.between(20, 400)
    return around(scene, 1_500, (way) => way.slow(ms))
  },
}

/** One end of each connection is closed, the other is not told. */
export const halfOpen: Fault = {
  kind: 'half-open',
  what: 'one end of each of a node’s links is closed, the other is not told for 1.5 s',
  splits: true,
  isSurvived: false,
  strike: async (scene) => around(scene, 1_500, (way) => way.halve()),
}

/** Connections end in the middle of a frame. */
export const torn: Fault = {
  kind: 'torn',
  what: 'each link of a node ends after 1 to 600 more bytes, in the middle of a frame',
  splits: true,
  isSurvived: false,
  strike: async (scene) => {
    const bytes = scene.chance.between(1, 600)
    return around(scene, 500, (way) => way.tear(bytes))
  },
}
