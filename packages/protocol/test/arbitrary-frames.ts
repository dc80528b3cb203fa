/** Arbitrary frames of both links, for property tests; every field of every frame varies, edges included. */

import * as fc from 'fast-check'
import type { Epochs, SessionDeltaEntry, SessionEvent, SessionKey, SlotMark, Standing, UserKey } from '../src/index.js'

const edges = fc.constantFrom(0, 127, 128, 16_383, 16_384, Number.MAX_SAFE_INTEGER)
const uint = fc.oneof(fc.nat(200), fc.maxSafeNat(), edges)
const uint32 = fc.oneof(fc.nat(0xff), fc.integer({ min: 0, max: 0xffff_ffff }))
/** Milliseconds since 1970 up to the year 10,000. */
const time = fc.nat(253_402_300_800_000)
const bytes = fc.uint8Array({ maxLength: 80 })
const slot = fc.nat(255)
/** Text whose UTF-8 form stays within `limit` bytes. */
const text = (limit: number) =>
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((it) => Buffer.byteLength(it) <= limit)
const name = text(256)
const pairOf32 = fc.tuple(uint32, uint32)

function isKey(_text: string): _text is SessionKey {
  return true
}

/** Session keys: few, so that they are mentioned again, and any. */
export const key = fc
  .oneof(
    fc.nat(3).map((n) => `${n}`.repeat(32)),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((it) => Buffer.from(it).toString('hex')),
  )
  .filter(isKey)

/** User keys, likewise. */
export const user = key.map(asUser)

function asUser(text: string): UserKey {
  return text as UserKey
}

/** A record, some of whose fields may be absent. */
function partly<R extends object, O extends object>(
  required: { [K in keyof R]: fc.Arbitrary<R[K]> },
  maybe: { [K in keyof O]: fc.Arbitrary<O[K]> },
) {
  return fc
    .tuple(fc.record(required), fc.record(maybe, { requiredKeys: [] }))
    .map(([some, more]) => ({ ...some, ...more }))
}

/** Session deltas with any fields; updates are arbitrary bytes or look like Yjs'. */
export function sessionDelta(update: fc.Arbitrary<Uint8Array>): fc.Arbitrary<SessionDeltaEntry> {
  return partly(
    { key, generation: fc.oneof(fc.constant(0), uint) },
    {
      death: fc.record({ at: time, reason: fc.constantFrom('destroyed' as const, 'expired' as const) }),
      base: bytes,
      attributes: update,
      frozen: update,
      frozenHash: uint32,
      terms: partly({ createdAt: time, stamp: uint }, { idleTimeout: uint, absoluteDeadline: time }),
      lastAccess: time,
      operations: fc.array(fc.record({ client: uint, counter: uint }), { maxLength: 4 }),
    },
  )
}

/** Reigns: none, a few, or runs of them over all slots. */
const epochs: fc.Arbitrary<Epochs> = fc
  .array(fc.tuple(slot, fc.oneof(fc.constant(0), fc.nat(3), uint), fc.constantFrom(0, 1, 20, 255)), { maxLength: 6 })
  .map((runs) => {
    const table = new Float64Array(256)
    for (const [first, epoch, more] of runs) table.fill(epoch, first, first + 1 + more)
    return table
  })

const standing: fc.Arbitrary<Standing> = fc.record({
  name,
  role: fc.constantFrom('member', 'backup'),
  url: text(2_048),
  incarnation: uint,
  number: uint,
  rank: fc.constantFrom('first', 'share', 'last'),
  hears: fc.array(name, { maxLength: 4 }),
  reigns: epochs,
})

const slotMark: fc.Arbitrary<SlotMark> = partly(
  { slot, epoch: fc.oneof(fc.nat(2), uint), sequence: uint, digest: pairOf32, count: uint, reigns: fc.boolean() },
  { forgotten: fc.record({ destroyed: uint, expired: uint }) },
)
const emptyMark = slotMark.map((mark): SlotMark => ({ ...mark, digest: [0, 0], count: 0 }))
const someMarks = fc.array(fc.oneof(slotMark, emptyMark), { maxLength: 5 })
/** Marks of any slots, and of slots that follow one another. */
const slots = fc.oneof(
  someMarks,
  fc.tuple(someMarks, fc.nat(250)).map(([marks, first]) => marks.map((mark, index) => ({ ...mark, slot: first + index }))),
)

/** A frame of type `type`. */
function frame<const N extends string, R extends object>(type: N, required: { [K in keyof R]: fc.Arbitrary<R[K]> }) {
  return fc.record(required).map((fields) => ({ type, ...fields }))
}

/** A frame of type `type`, some of whose fields may be absent. */
function partialFrame<const N extends string, R extends object, O extends object>(
  type: N,
  required: { [K in keyof R]: fc.Arbitrary<R[K]> },
  maybe: { [K in keyof O]: fc.Arbitrary<O[K]> },
) {
  return partly(required, maybe).map((fields) => ({ type, ...fields }))
}

const greeting = {
  version: fc.constant(5),
  minVersion: fc.constant(5),
  name,
  role: fc.constantFrom('member' as const, 'backup' as const),
  incarnation: uint,
  nonce: fc.nat(2 ** 20 - 1),
  mode: fc.constantFrom('benchmark' as const, 'immutable' as const),
  url: text(2_048),
  time,
  slots,
}

/** The first frame of a direction. */
export const greetings = fc.oneof(frame('hello', greeting), frame('welcome', greeting))

/** `deltas` without its number, which the test gives. */
export const deltas = (update: fc.Arbitrary<Uint8Array>) =>
  partialFrame(
    'deltas',
    { number: fc.constant(0), time, remaining: fc.maxSafeNat().map((count) => Math.floor(count / 2)), entries: fc.array(sessionDelta(update), { maxLength: 6 }) },
    { wholes: fc.array(fc.record({ key, bytes }), { minLength: 1, maxLength: 4 }) },
  )

/** Frames that may come after the greeting. */
export const peerFrames = (update: fc.Arbitrary<Uint8Array>) =>
  fc.oneof(
    deltas(update),
    frame('offer', { request: uint, entries: fc.array(sessionDelta(update), { maxLength: 6 }), done: fc.boolean() }),
    frame('ack', { number: uint }),
    frame('marks', { slots }),
    frame('reigns', { epochs }),
    frame('ask', { keys: fc.array(key) }),
    partialFrame(
      'benchmarks',
      { entries: fc.array(partly({ key, dead: fc.boolean() }, { benchmark: bytes })) },
      { answers: uint },
    ),
    frame('compare', {
      request: uint,
      slot,
      from: fc.oneof(key, fc.constant('' as const)),
      to: fc.oneof(key, fc.constant('' as const)),
      entries: fc.array(fc.record({ key, fingerprint: pairOf32 })),
    }),
    frame('want', { request: uint, entries: fc.array(partly({ key }, { benchmark: bytes })) }),
    frame('ping', { time: uint, frames: uint }),
    frame('pong', { time: uint }),
    frame('standings', { nodes: fc.array(standing, { maxLength: 4 }) }),
    frame('handOver', { slots }),
    frame('logouts', { entries: fc.array(fc.record({ user, at: uint }), { maxLength: 4 }) }),
  )

/** The last frame of a direction. */
export const byes = frame('bye', { code: text(64), message: text(1_000) })

const member = fc.oneof(
  name,
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(true, false, null),
)
const hash = fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ minLength: 16, maxLength: 16 }))
const operation = fc.oneof(
  fc.record({ op: fc.constant('set' as const), name, value: bytes }),
  fc.record({ op: fc.constantFrom('remove' as const, 'freeze' as const), name }),
  fc.record({ op: fc.constant('increment' as const), name, by: fc.double({ noDefaultInfinity: true, noNaN: true }) }),
  partly({ op: fc.constant('terms' as const) }, { idleTimeout: uint, absoluteTimeout: uint }),
  fc.record({ op: fc.constant('make' as const), name }),
  fc.record({ op: fc.constantFrom('add' as const, 'discard' as const), name, member }),
  fc.record({ op: fc.constant('expect' as const), name, hash }),
)

/** Slots: none, some, all. */
const slotSet = fc.oneof(
  fc.uniqueArray(slot).map((slots) => slots.toSorted((a, b) => a - b)),
  fc.constant(Array.from({ length: 256 }, (_, number) => number)),
)

const sessionEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({ kind: fc.constantFrom('created' as const, 'destroyed' as const, 'expired' as const), key }),
  fc.record({ kind: fc.constant('changed' as const), key, names: fc.array(name, { maxLength: 4 }) }),
)

/** Frames from client to node. */
export const upFrames = fc.oneof(
  frame('hello', { version: fc.constant(3), minVersion: fc.constant(3), client: uint, name }),
  partialFrame(
    'open',
    { request: uint, key },
    { create: partly({}, { idleTimeout: uint, absoluteTimeout: uint }), benchmark: bytes },
  ),
  frame('leave', { key }),
  partialFrame(
    'save',
    { request: uint, key, counter: uint, operations: fc.array(operation) },
    { copies: uint, required: fc.boolean(), oldest: uint, resent: fc.array(uint, { maxLength: 8 }) },
  ),
  partialFrame('destroy', { request: uint, key }, { copies: uint }),
  frame('touch', { key }),
  frame('ping', {}),
  partialFrame('list', { request: uint, slots: slotSet, limit: fc.nat(10_000), contents: fc.boolean() }, { user, after: key }),
  partialFrame('count', { request: uint, slots: slotSet }, { user }),
  partialFrame('clear', { request: uint, slots: slotSet, at: time }, { user, copies: uint }),
  partialFrame('rotate', { request: uint, key, to: key }, { copies: uint }),
  partialFrame(
    'succeed',
    { request: uint, key, from: key },
    {
      seed: partly(
        { createdAt: time, stamp: uint, operations: fc.array(operation, { maxLength: 4 }) },
        { idleTimeout: uint, absoluteDeadline: time },
      ),
      copies: uint,
    },
  ),
  frame('watch', { request: uint, on: fc.boolean() }),
)

const placement = fc
  .record({ version: uint, nodes: fc.array(fc.record({ name, url: text(2_048) }), { maxLength: 6 }) })
  .chain((it) =>
    fc
      .array(it.nodes.length === 0 ? fc.constant(255) : fc.oneof(fc.nat(it.nodes.length - 1), fc.constant(255)), {
        minLength: 256,
        maxLength: 256,
      })
      .map((primaries) => ({ ...it, primaries })),
  )

/** Frames from node to client. */
export const downFrames = (update: fc.Arbitrary<Uint8Array>) =>
  fc.oneof(
    frame('welcome', { version: uint, node: name, time, placement }),
    frame('placement', { placement }),
    partialFrame('opened', { request: uint }, { state: sessionDelta(update) }),
    frame('saved', { request: uint, copies: uint, duplicate: fc.boolean() }),
    frame('destroyed', { request: uint, copies: uint }),
    sessionDelta(update).map((delta) => ({ type: 'changed' as const, key: delta.key, delta })),
    frame('ended', { key, reason: fc.constantFrom('destroyed' as const, 'expired' as const) }),
    partialFrame(
      'failure',
      { request: uint, code: text(64), message: text(1_000), retryable: fc.boolean() },
      { attribute: name, copies: uint },
    ),
    frame('pong', {}),
    frame('bye', { code: text(64), message: text(1_000) }),
    frame('listed', {
      request: uint,
      refused: slotSet,
      keys: fc.array(key, { maxLength: 6 }),
      states: fc.array(sessionDelta(update), { maxLength: 4 }),
      more: fc.boolean(),
    }),
    frame('counted', { request: uint, refused: slotSet, count: uint }),
    frame('cleared', { request: uint, refused: slotSet, count: uint, copies: uint, more: fc.boolean() }),
    frame('rotated', { request: uint, copies: uint, there: fc.boolean() }),
    frame('watching', { request: uint }),
    frame('events', { missed: uint, events: fc.array(sessionEvent, { maxLength: 6 }) }),
  )
