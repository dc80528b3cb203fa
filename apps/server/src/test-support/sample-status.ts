/** A node's status as tests need one. */
import type { LinkStatus, NodeStatus } from '@understudy/node'

/** A link in order, but for what is given and what is left out. */
export function sampleLink(given: Partial<LinkStatus> = {}, without: readonly ('equal' | 'lagMs')[] = []): LinkStatus {
  const link: { -readonly [K in keyof LinkStatus]: LinkStatus[K] } = {
    peer: 'b',
    role: 'member',
    state: 'open',
    dirty: 0,
    inFlightBytes: 0,
    sentBytes: 2048,
    receivedBytes: 1536,
    deltasSent: 40,
    deltasReceived: 2,
    acknowledged: 39,
    equal: true,
    lagMs: 1,
    ...given,
  }
  for (const name of without) delete link[name]
  return link
}

/** A node in order, but for what is given. */
export function sampleStatus(given: Partial<NodeStatus> = {}): NodeStatus {
  return {
    name: 'a',
    role: 'member',
    mode: 'benchmark',
    version: '0.1.0',
    ready: true,
    digest: '00ff00ff00ff00ff',
    url: 'ws://127.0.0.1:4400',
    startedAt: 1_700_000_000_000,
    uptimeMs: 3_723_000,
    sessions: 1204,
    slots: { primary: 86, backup: 170 },
    epoch: 3,
    links: [sampleLink()],
    counters: {},
    ...given,
  }
}
