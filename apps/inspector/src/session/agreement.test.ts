/** Replicas are compared by who wrote what, not by values. */
import type { AttributeView, SessionView } from '@understudy/protocol/inspect'
import { expect, it } from 'vitest'
import { agreement } from './agreement.js'

function view(...attributes: readonly (readonly [name: string, writer: number, clock: number])[]): SessionView {
  const views: AttributeView[] = attributes.map(([name, writer, clock]) => ({ name, writer, clock, epoch: 1, frozen: false, value: { type: 'string' } }))
  return { attributes: views } as Partial<SessionView> as SessionView
}

it('equal writer and clock is equal; what differs comes first, and who does not answer says nothing', () => {
  const { differing, rows } = agreement([view(['a', 1, 1], ['b', 1, 2], ['c', 1, 3]), undefined, view(['a', 1, 1], ['b', 2, 2])])
  expect(differing).toBe(2)
  expect(rows.map(({ name, isEqual }) => [name, isEqual])).toEqual([['b', false], ['c', false], ['a', true]])
  expect(rows[1]?.versions.map((version) => version?.clock)).toEqual([3, undefined, undefined])
})
