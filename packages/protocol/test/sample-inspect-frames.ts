/** One frame of every kind of the inspect link, with every field that may be missing, and values that are awkward. */
import type { InspectDownFrame, InspectUpFrame, SessionKey, SessionView } from '../src/inspect.js'

const key = '00112233445566778899aabbccddeeff' as SessionKey
const NASTY = '<img src=x onerror=alert(1)>\u202e\u2066"\\\u0000 __proto__'

/** Up frames. */
export const sampleInspectUpFrames: readonly InspectUpFrame[] = [
  { type: 'hello', version: 1, minVersion: 1, name: 'inspector', as: 'person' },
  { type: 'watchCluster', request: 1 },
  { type: 'watchFlow', request: 2, perSecond: 50, keyPrefix: '00ff', attribute: NASTY, nodes: ['a', 'b'] },
  { type: 'watchSession', request: 3, key, node: 'b' },
  { type: 'unwatch', request: 4, what: 'flow' },
  { type: 'query', request: 5, node: 'a', filter: { keyPrefix: '', attribute: 'cart', user: 'u', minAge: 0, maxAge: 1, minIdle: 2, maxIdle: 3, minBytes: 4, maxBytes: 5, state: 'all' } },
  { type: 'page', request: 6, offset: 99_000, limit: 500 },
  { type: 'look', request: 7, key, node: 'c' },
  { type: 'compare', request: 8, key },
  { type: 'reveal', request: 9, key, name: NASTY, node: 'a', history: { id: 3, side: 'before' } },
  {
    type: 'act',
    request: 10,
    action: {
      kind: 'set',
      key,
      name: '__proto__',
      value: {
        type: 'object',
        members: [
          ['__proto__', { type: 'array', items: [{ type: 'null' }, { type: 'boolean', value: true }], omitted: 3 }],
          ['n', { type: 'number', value: '-0' }],
          ['m', { type: 'number', value: 1.5 }],
          ['b', { type: 'bigint', value: '-9007199254740993' }],
          ['s', { type: 'string', value: NASTY }],
          ['y', { type: 'bytes', value: 'AAH/' }],
        ],
        omitted: 1,
      },
    },
  },
  { type: 'act', request: 11, action: { kind: 'remove', key, name: 'a' } },
  { type: 'act', request: 12, action: { kind: 'freeze', key, name: 'a' } },
  { type: 'act', request: 13, action: { kind: 'destroy', key } },
  { type: 'act', request: 14, action: { kind: 'destroyAllOf', user: NASTY } },
  { type: 'act', request: 15, action: { kind: 'promote', node: 'a' } },
  { type: 'act', request: 16, action: { kind: 'demote', node: 'a' } },
  { type: 'act', request: 17, action: { kind: 'drain', node: 'a' } },
  { type: 'demo', request: 18, control: { kind: 'traffic', on: false } },
  { type: 'demo', request: 19, control: { kind: 'kill', node: 'a' } },
  { type: 'demo', request: 20, control: { kind: 'restart', node: 'a' } },
  { type: 'demo', request: 21, control: { kind: 'cut', between: ['a', 'b'] } },
  { type: 'demo', request: 22, control: { kind: 'heal' } },
  { type: 'demo', request: 23, control: { kind: 'conflict' } },
  { type: 'demo', request: 24, control: { kind: 'logout' } },
  { type: 'ping', request: 25 },
]

const own = { mode: 'benchmark', software: '0.1.0', ready: true, startedAt: 1, now: 2, sessions: 3, clients: 4, waitingSaves: 5, digest: '0123456789abcdef' } as const
const link = {
  from: 'a', to: 'b', open: true, slots: 86, behind: 1, sent: 10, acknowledged: 9, inFlightBytes: 100, sentBytes: 1_000, receivedBytes: 900, deltas: 8,
  lagMs: 0.5, roundTripMs: 1, equalSlots: 85, sync: { done: 1, total: 2 }, lastError: NASTY,
} as const
const entry = { id: 1, at: 2, name: NASTY, before: { type: 'none' }, after: { type: 'string', length: 3, bytes: 5 }, frozen: false, epoch: 1 } as const
const view: SessionView = {
  key, node: 'a', at: 1, slot: 255, state: 'living', role: 'primary', primary: 'a', epoch: 2, sequence: 3, slotSequence: 4, createdAt: 5, lastAccess: 6, idleTimeout: 7,
  absoluteDeadline: 8, deadline: 9, generation: 10,
  vector: { attributes: [[2 ** 53 - 1, 1]], frozen: [] },
  size: { bytes: 1, attributeBytes: 2, frozenBytes: 3, baseBytes: 4, valueBytes: 5, freshBytes: 6, structs: 7 },
  attributes: [{ name: NASTY, value: { type: 'object', denied: true }, frozen: true, writer: 2 ** 53 - 2, clock: 3, epoch: 4 }],
  backups: [{ node: 'b', linked: true, stage: 'dirty', benchmark: { generation: 1, attributes: [[1, 2]], frozen: [] }, lacks: { bytes: 22, names: [NASTY] } }],
  history: [entry],
  message: NASTY,
}

/** Down frames. */
export const sampleInspectDownFrames: readonly InspectDownFrame[] = [
  { type: 'welcome', version: 1, node: 'a', time: 1, role: 'admin', token: 'ops', mode: 'immutable', software: '0.1.0', nodes: [{ name: 'a', url: 'ws://h:1', role: 'backup' }], deny: ['password'], demo: true },
  { type: 'bye', code: 'TOKEN_EXPIRED', message: NASTY },
  { type: 'failed', request: 1, code: 'ROLE_TOO_LOW', message: 'no', node: 'b' },
  { type: 'done', request: 2 },
  { type: 'pong', request: 3, time: 4 },
  {
    type: 'cluster',
    view: {
      at: 1,
      node: 'a',
      nodes: [{ name: 'a', url: 'ws://h:1', role: 'member', alive: true, heard: true, rank: 'share', primary: 256, backup: 0, epoch: 3, own, why: NASTY }],
      links: [link],
      slots: { nodes: ['a', 'b'], primaries: Array.from({ length: 256 }, (_, slot) => (slot % 3) - 1), epochs: Array.from({ length: 256 }, (_, slot) => slot) },
      events: [{ at: 1, kind: 'take-over', node: 'a', other: 'b', slots: 3, epoch: 4, text: NASTY }],
    },
  },
  { type: 'report', report: { node: 'a', own, links: [link], slots: [{ slot: 0, epoch: 1, sequence: 2, count: 3, digest: 'ff', reigns: true }] } },
  {
    type: 'flow',
    view: {
      at: 1,
      deltas: [{ id: 'a:1', at: 1, from: 'a', to: 'b', key, slot: 1, mode: 'benchmark', kind: 'change', names: [NASTY], more: 2, bytes: 30, whole: 1_000 }],
      acks: [{ id: 'a:1', ms: 1.5 }],
      skipped: 3,
    },
  },
  { type: 'rates', nodes: [{ node: 'a', at: 1, ms: 1_000, saves: 1, deltas: 2, deltaBytes: 3, sampledBytes: 4, sampledWhole: 5, sentBytes: 6, receivedBytes: 7, acks: 8, ackMeanMs: 0.5, ackMaxMs: 1, behind: 9, inFlightBytes: 10 }] },
  { type: 'counted', request: 4, count: { total: 100_000, unread: 1, cut: false, missing: ['c'] } },
  { type: 'page', request: 5, page: { offset: 0, rows: [{ key, node: 'a', slot: 1, state: 'living', attributes: 1, frozen: 2, bytes: 3, createdAt: 4, lastAccess: 5, deadline: 6, endedAt: 7, generation: 8 }] } },
  { type: 'session', request: 6, view },
  { type: 'session', view: { ...view, state: 'ended', death: { at: 1, reason: 'expired' } } },
  { type: 'changed', key, node: 'a', entries: [entry], skipped: 1 },
  { type: 'compared', request: 7, key, replicas: [{ node: 'a', view }, { node: 'b', code: 'NODE_SILENT', message: NASTY }] },
  { type: 'revealed', request: 8, key, name: NASTY, value: { type: 'array', items: [{ type: 'denied' }], omitted: 1 } },
  { type: 'acted', request: 9, outcome: { copies: 2, ended: 3, rank: 'last' } },
  { type: 'demonstrated', request: 10, result: { steps: [NASTY], keys: [key] } },
  { type: 'demo', state: { traffic: true, nodes: [{ name: 'a', running: false }], cuts: [['a', 'b']], checked: 1, lost: 0, failed: 2 } },
]
