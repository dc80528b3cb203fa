import { sessionKey } from '@understudy/session'
import { Session, type Operation } from '@understudy/session'
import { LiveDocuments } from '@understudy/document'
import { expect, test } from 'vitest'
import { OperationIds } from './operation-ids.js'

const KEY = await sessionKey('visitor')
const increment: Operation = { op: 'increment', name: 'n', by: 1 }

function idsFrom(time: number): OperationIds {
  return new OperationIds({ now: () => time, random: () => 0.5 })
}

test('a save names those that went out twice, and how far back one has no answer [CNT-2]', () => {
  const ids = idsFrom(1_000)
  const [first, second, third] = [ids.next(), ids.next(), ids.next()]
  expect(ids.earlier(KEY, third, third)).toEqual({})
  ids.sentAgain(KEY, first)
  expect(ids.earlier(KEY, third, second)).toEqual({ oldest: 1, resent: [2] })
})

test('of more than it can name it says how far back they reach [CNT-2]', () => {
  const ids = idsFrom(1_000)
  const numbers = Array.from({ length: 12 }, () => ids.next())
  for (const number of numbers) ids.sentAgain(KEY, number)
  const last = numbers[11] ?? 0
  expect(ids.earlier(KEY, last, last)).toEqual({ oldest: 11, resent: [7, 6, 5, 4, 3, 2, 1, 0] })
  // One that goes out again is among the latest, and the others are still told of.
  ids.sentAgain(KEY, numbers[2] ?? 0)
  expect(ids.earlier(KEY, last, last)).toEqual({ oldest: 11, resent: [6, 5, 4, 3, 2, 1, 0, 9] })
})

test('however many saves of a counter two primaries applied, each counts once [CNT-2]', () => {
  const ids = idsFrom(1_000)
  const live = new LiveDocuments()
  const one = Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live })
  const other = Session.load(one.state(), { live })
  const numbers = Array.from({ length: 20 }, () => ids.next())
  const save = (session: Session, epoch: number, number: number): void => {
    session.apply([increment], { reign: { epoch, nonce: epoch }, now: 0, operation: { client: ids.client, counter: number, ...ids.earlier(KEY, number, number) } })
  }
  // The first primary has all of them and answers none. So they go out again, one after the other, to the second.
  for (const number of numbers) one.apply([increment], { reign: { epoch: 1, nonce: 1 }, now: 0, operation: { client: ids.client, counter: number, oldest: number - (numbers[0] ?? 0) } })
  for (const number of numbers) {
    ids.sentAgain(KEY, number)
    save(other, 2, number)
  }
  other.merge(one.state(), () => true, { reign: { epoch: 3, nonce: 3 } })
  expect(other.get('n')).toBe(20)
})
