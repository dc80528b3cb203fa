/** What happened while the page had no node, read off two pictures. */
import type { ClusterView } from '@understudy/protocol/inspect'
import { expect, it } from 'vitest'
import { missedEvents } from './missed-events.js'

/** A picture of three nodes; `primaries`: of the first slots, as indexes. */
function picture(living: readonly string[], primaries: readonly number[], epochs = primaries.map(() => 1)): ClusterView {
  const names = ['a', 'b', 'c']
  const nodes = names.map((name) => ({
    name, url: '', role: 'member' as const, alive: living.includes(name), heard: true, rank: 'share' as const, primary: 0, backup: 0, epoch: 0,
  }))
  return { at: 1_000, node: 'b', nodes, links: [], slots: { nodes: names, primaries, epochs }, events: [] }
}

it('a lost node and the take-over of its slots are told, with the epoch [INB-6]', () => {
  const events = missedEvents(picture(['a', 'b', 'c'], [0, 0, 1, 2]), picture(['b', 'c'], [1, 2, 1, 2], [4, 5, 1, 1]))
  expect(events.map(({ kind, node, other, epoch, text }) => ({ kind, node, other, epoch, text }))).toEqual([
    { kind: 'lost', node: 'a', other: undefined, epoch: undefined, text: '"a" was lost meanwhile' },
    { kind: 'take-over', node: 'b', other: 'a', epoch: 4, text: '"b" took over 1 slot of "a" meanwhile' },
    { kind: 'take-over', node: 'c', other: 'a', epoch: 5, text: '"c" took over 1 slot of "a" meanwhile' },
  ])
})

it('slots that a living node gave away were handed over; who is there again came back [INB-6]', () => {
  const events = missedEvents(picture(['a', 'c'], [0, 0, 2]), picture(['a', 'b', 'c'], [1, 1, 2], [3, 2, 1]))
  expect(events.map(({ kind, text, slots, epoch }) => ({ kind, text, slots, epoch }))).toEqual([
    { kind: 'back', text: '"b" came back meanwhile', slots: undefined, epoch: undefined },
    { kind: 'hand-over', text: '"a" handed 2 slots over to "b" meanwhile', slots: 2, epoch: 3 },
  ])
})

it('nothing happened: nothing is told, also of slots that nobody reigns for a moment [INB-6]', () => {
  const before = picture(['a', 'b', 'c'], [0, 1, 2])
  expect(missedEvents(before, before)).toEqual([])
  expect(missedEvents(before, picture(['a', 'b', 'c'], [0, -1, 2]))).toEqual([])
})
