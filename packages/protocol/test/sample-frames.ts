/** One frame of every type with every field, the same for ever: what the schema's hash is made of. */

import type {
  ClientDownFrame,
  ClientUpFrame,
  Epochs,
  PeerFrame,
  SessionDeltaEntry,
  SessionKey,
  SlotMark,
  UserKey,
  WholeSession,
} from '../src/index.js'

type Sample<F extends { type: string }> = { readonly [T in F['type']]: Extract<F, { type: T }> }

function isKey(_text: string): _text is SessionKey {
  return true
}

function asUser(text: string): UserKey {
  return text as UserKey
}

/** A session key of one digit over and over. */
export function sampleKey(digit: string): SessionKey {
  const text = digit.repeat(32)
  if (!isKey(text)) throw new Error('unreachable')
  return text
}

const key = sampleKey('a')
const to = sampleKey('b')
const user = asUser('c'.repeat(32))
const T0 = 1_800_000_000_000
const WRITER = 4_503_599_627_370_497

/** A V1 update: writer and clock, one entry `name` = true, one older item deleted. */
export const sampleUpdate = Uint8Array.from(
  [
    [1, 1, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 8, 0xc8, 1],
    [0x88, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 8, 0xc7, 1],
    [1, 117, 2, 119, 4, 110, 97, 109, 101, 120],
    [1, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 8, 1, 0xbe, 1, 1],
  ].flat(),
)

/** A session delta with every field. */
export const sampleDelta: SessionDeltaEntry = {
  key,
  death: { at: T0 + 5, reason: 'expired' },
  generation: 3,
  base: Uint8Array.of(1, 9, 4),
  attributes: sampleUpdate,
  frozen: Uint8Array.of(0, 0),
  frozenHash: 0xdead_beef,
  terms: { createdAt: T0 - 1_000, stamp: 7, idleTimeout: 60_000, absoluteDeadline: T0 + 86_400_000 },
  lastAccess: T0 - 20,
  operations: [{ client: WRITER, counter: 300 }],
}

/** A whole session: what is in it is nobody's business here. */
const sampleWhole: WholeSession = { key: to, bytes: Uint8Array.of(0, 1, 2, 0xff) }

/** A mark with every field. */
export const sampleMark: SlotMark = {
  slot: 170,
  epoch: 5,
  sequence: 1_000,
  digest: [0x0123_4567, 0x89ab_cdef],
  count: 40,
  reigns: true,
  forgotten: { destroyed: T0 - 3_600_000, expired: T0 - 60_000 },
}

/** Marks that follow on it: in the same epoch, with nothing in the slot, and after a gap. */
const sampleMarks: readonly SlotMark[] = [
  { slot: 171, epoch: 5, sequence: 1, digest: [0, 0], count: 0, reigns: false },
  { slot: 173, epoch: 300, sequence: 2, digest: [1, 2], count: 1, reigns: true },
]

/** Every third slot of the upper part, in two runs. */
const sampleEpochs: Epochs = Float64Array.from({ length: 256 }, (_, slot) => (slot % 3 === 0 && slot > 100 ? (slot < 180 ? 5 : 300) : 0))

const greeting = {
  version: 5,
  minVersion: 5,
  name: 'a',
  role: 'member',
  incarnation: WRITER,
  nonce: 77,
  mode: 'benchmark',
  url: 'ws://127.0.0.1:4400/peer',
  time: T0,
  slots: [sampleMark],
} as const

/** In an order in which they may be sent. */
export const samplePeerFrames: Sample<Exclude<PeerFrame, { type: 'welcome' }>> = {
  hello: { type: 'hello', ...greeting },
  deltas: { type: 'deltas', number: 1, time: T0 + 30, remaining: 200, wholes: [sampleWhole], entries: [sampleDelta, sampleDelta] },
  offer: { type: 'offer', request: 4, entries: [sampleDelta], done: true },
  ack: { type: 'ack', number: 300 },
  reigns: { type: 'reigns', epochs: sampleEpochs },
  marks: { type: 'marks', slots: [sampleMark, ...sampleMarks] },
  ask: { type: 'ask', keys: [key] },
  benchmarks: {
    type: 'benchmarks',
    entries: [
      { key, benchmark: Uint8Array.of(0), dead: false },
      { key, dead: true },
    ],
    answers: 6,
  },
  compare: { type: 'compare', request: 6, slot: 170, from: key, to: '', entries: [{ key, fingerprint: [1, 2] }] },
  want: { type: 'want', request: 7, entries: [{ key, benchmark: Uint8Array.of(0) }, { key }] },
  ping: { type: 'ping', time: T0, frames: 7 },
  pong: { type: 'pong', time: T0 },
  standings: {
    type: 'standings',
    nodes: [
      {
        name: 'a',
        role: 'member',
        url: 'ws://127.0.0.1:4400',
        incarnation: WRITER,
        number: T0,
        rank: 'share',
        hears: ['b'],
        reigns: sampleEpochs,
      },
    ],
  },
  handOver: { type: 'handOver', slots: [sampleMark] },
  logouts: { type: 'logouts', entries: [{ user, at: T0 }] },
  bye: { type: 'bye', code: 'CLOSING', message: 'The node is shutting down.' },
}

/** The greeting of the side that accepted. */
export const sampleWelcome: PeerFrame = { type: 'welcome', ...greeting, role: 'backup', mode: 'immutable' }

/** Frames from client to node. */
export const sampleUpFrames: Sample<ClientUpFrame> = {
  hello: { type: 'hello', version: 3, minVersion: 3, client: WRITER, name: 'shop' },
  open: {
    type: 'open',
    request: 1,
    key,
    create: { idleTimeout: 60_000, absoluteTimeout: 90_000 },
    benchmark: Uint8Array.of(0),
  },
  leave: { type: 'leave', key },
  save: {
    type: 'save',
    request: 2,
    key,
    counter: 9,
    operations: [
      { op: 'set', name: 'theme', value: Uint8Array.of(119, 1, 97) },
      { op: 'remove', name: 'flash' },
      { op: 'freeze', name: 'userId' },
      { op: 'increment', name: 'views', by: 1.5 },
      { op: 'terms', idleTimeout: 60_000, absoluteTimeout: 90_000 },
      { op: 'make', name: 'cart' },
      { op: 'set', name: 'cart\u001fsku-1', value: Uint8Array.of(125, 1) },
      { op: 'add', name: 'tags', member: 'red' },
      { op: 'discard', name: 'tags', member: -7n },
      { op: 'expect', name: 'token', hash: Uint8Array.from({ length: 16 }, (_, i) => i) },
    ],
    copies: 2,
    required: true,
    oldest: 3,
    resent: [0, 3],
  },
  destroy: { type: 'destroy', request: 3, key, copies: 2 },
  touch: { type: 'touch', key },
  ping: { type: 'ping' },
  list: { type: 'list', request: 5, slots: [0, 9, 255], user, after: key, limit: 1_000, contents: true },
  count: { type: 'count', request: 6, slots: [0, 9, 255], user },
  clear: { type: 'clear', request: 7, slots: [0, 9, 255], user, at: T0, copies: 2 },
  rotate: { type: 'rotate', request: 8, key, to, copies: 2 },
  succeed: {
    type: 'succeed',
    request: 9,
    key: to,
    from: key,
    seed: {
      createdAt: T0 - 1_000,
      stamp: 7,
      idleTimeout: 60_000,
      absoluteDeadline: T0 + 86_400_000,
      operations: [{ op: 'remove', name: 'flash' }],
    },
    copies: 2,
  },
  watch: { type: 'watch', request: 10, on: true },
  refresh: { type: 'refresh', request: 11, keys: [key, to] },
}

const placement = {
  version: 8,
  nodes: [{ name: 'a', url: 'ws://127.0.0.1:4400' }],
  primaries: Array.from({ length: 256 }, (_, slot) => (slot % 2 === 0 ? 0 : 255)),
}

/** Frames from node to client. */
export const sampleDownFrames: Sample<ClientDownFrame> = {
  welcome: { type: 'welcome', version: 3, node: 'a', time: T0, placement },
  placement: { type: 'placement', placement },
  opened: { type: 'opened', request: 1, state: sampleDelta },
  saved: { type: 'saved', request: 2, copies: 2, duplicate: false },
  destroyed: { type: 'destroyed', request: 3, copies: 2 },
  changed: { type: 'changed', key, delta: sampleDelta },
  ended: { type: 'ended', key, reason: 'destroyed' },
  failure: {
    type: 'failure',
    request: 4,
    code: 'ATTRIBUTE_FROZEN',
    message: 'The attribute cannot change any more.',
    attribute: 'userId',
    copies: 1,
    retryable: false,
  },
  pong: { type: 'pong' },
  bye: { type: 'bye', code: 'CLOSING', message: 'The node is shutting down.' },
  listed: { type: 'listed', request: 5, refused: [9], keys: [key], states: [sampleDelta], more: true },
  counted: { type: 'counted', request: 6, refused: [9], count: 1_000 },
  cleared: { type: 'cleared', request: 7, refused: [9], count: 1_000, copies: 2, more: false },
  rotated: { type: 'rotated', request: 8, copies: 2, there: true },
  watching: { type: 'watching', request: 10 },
  refreshed: { type: 'refreshed', request: 11, states: [sampleDelta], unanswered: [to] },
  events: {
    type: 'events',
    missed: 300,
    events: [
      { kind: 'created', key },
      { kind: 'changed', key, names: ['theme'] },
      { kind: 'destroyed', key },
      { kind: 'expired', key },
    ],
  },
}
