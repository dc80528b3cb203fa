/** Ten minutes of rates, put together from what each node says at a time of its own. */
import type { RateView } from '@understudy/protocol/inspect'
import { expect, it } from 'vitest'
import { addRates, HISTORY_SECONDS, NO_RATES } from './rate-history.js'

function rate(node: string, change: Partial<RateView> = {}): RateView {
  const none = { saves: 0, deltas: 0, deltaBytes: 0, sampledBytes: 0, sampledWhole: 0, sentBytes: 0, receivedBytes: 0, acks: 0, behind: 0, inFlightBytes: 0 }
  return { node, at: 0, ms: 1_000, ...none, ...change }
}

it('sums what all nodes said last, once a second, whenever each says it [INB-11]', () => {
  let history = addRates(NO_RATES, [rate('a', { saves: 10 })], 1_000)
  history = addRates(history, [rate('b', { saves: 5, ms: 500 })], 1_400)
  expect(history.points.map(({ saves }) => saves)).toEqual([10])
  history = addRates(history, [rate('a', { saves: 12 })], 2_000)
  history = addRates(history, [rate('b', { saves: 5, ms: 500 })], 2_400)
  history = addRates(history, [rate('a', { saves: 12 })], 3_000)
  expect(history.points.map(({ saves }) => saves)).toEqual([10, 22, 22])
})

it('counts a node that is gone no more', () => {
  let history = addRates(NO_RATES, [rate('a', { saves: 1 }), rate('b', { saves: 100 })], 0)
  for (let now = 1_000; now <= 4_000; now += 1_000) history = addRates(history, [rate('a', { saves: 1 })], now)
  expect(history.points.map(({ saves }) => saves)).toEqual([101, 101, 101, 1, 1])
})

it('tells the saved share of the sample, and the mean lag by acks; neither where there is nothing', () => {
  const history = addRates(NO_RATES, [
    rate('a', { deltas: 10, deltaBytes: 350, sampledBytes: 70, sampledWhole: 700, acks: 9, ackMeanMs: 1, ackMaxMs: 3 }),
    rate('b', { deltas: 10, deltaBytes: 450, sampledBytes: 30, sampledWhole: 300, acks: 1, ackMeanMs: 11, ackMaxMs: 20 }),
    rate('c'),
  ], 0)
  expect(history.points[0]).toMatchObject({ deltaMean: 40, savedShare: 0.9, lagMean: 2, lagMax: 20 })
  expect(addRates(NO_RATES, [rate('c')], 0).points[0]).toMatchObject({ deltaMean: undefined, savedShare: undefined, lagMean: undefined, lagMax: undefined })
})

it('forgets what is older than ten minutes', () => {
  let history = NO_RATES
  for (let second = 0; second < 2 * HISTORY_SECONDS; second++) history = addRates(history, [rate('a')], second * 1_000)
  expect(history.points).toHaveLength(HISTORY_SECONDS)
})
