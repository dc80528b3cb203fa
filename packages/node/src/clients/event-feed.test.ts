/** What a watcher is told, and what it misses. */
import { encodeClientDownFrame } from '@understudy/protocol'
import type { SessionEvent } from '@understudy/protocol'
import { sessionKey } from '@understudy/session'
import { expect, it } from 'vitest'
import { EventFeed } from './event-feed.js'

const A = sessionKey('a')
const B = sessionKey('b')
const changed = (key: typeof A, ...names: string[]): SessionEvent => ({ kind: 'changed', key, names })

it('keeps the order, and makes one event of the changes between two others of a session [WAT-3]', () => {
  const feed = new EventFeed()
  for (const event of [{ kind: 'created', key: A } as const, changed(A, 'x'), changed(B, 'y'), changed(A, 'z', 'x'), { kind: 'destroyed', key: A } as const]) feed.add(event)
  expect(feed.take()).toEqual({ missed: 0, events: [{ kind: 'created', key: A }, changed(A, 'x', 'z'), changed(B, 'y'), { kind: 'destroyed', key: A }] })
  expect(feed.isEmpty).toBe(true)
})

it('holds 10,000 events at most and counts what is missed [WAT-4]', () => {
  const feed = new EventFeed()
  for (let i = 0; i < 10_005; i++) feed.add({ kind: 'created', key: sessionKey(`${i}`) })
  const { missed, events } = feed.take()
  expect([missed, events.length]).toEqual([5, 10_000])
  expect(feed.take()).toEqual({ missed: 0, events: [] })
})

it('holds no more names than a frame carries, however long they are [WAT-4]', () => {
  const feed = new EventFeed()
  for (let i = 0; i < 10_000; i++) feed.add(changed(sessionKey(`${i}`), `${i}`.padEnd(85, '€'), 'ü'.repeat(128)))
  const { missed, events } = feed.take()
  expect(missed + events.length).toBe(10_000)
  expect(events.length).toBeGreaterThan(1_000)
  expect(() => encodeClientDownFrame({ type: 'events', missed, events })).not.toThrow()
  feed.add(changed(A, ...Array.from({ length: 1_025 }, (_, i) => `${i}`)))
  for (let i = 0; i < 1_200; i++) feed.add(changed(B, `${i}`))
  const rest = feed.take()
  expect([rest.missed, rest.events.length, rest.events[0]?.kind === 'changed' && rest.events[0].names.length]).toEqual([177, 1, 1_024])
})
