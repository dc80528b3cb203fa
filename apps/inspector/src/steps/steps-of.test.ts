/** The steps of a save, as they are shown before and while something flows. */
import { expect, it } from 'vitest'
import { stepsOf } from './steps-of.js'

it('are the eight of the flow in their order, also before anything flows [INB-11]', () => {
  const steps = stepsOf({ rates: undefined, nodes: [], mode: 'benchmark' })
  expect(steps.map(({ sign, name }) => `${sign} ${name}`)).toEqual(['① write', '② mark', '③ compare', '④ difference', '⑤ send', '⑥ merge', '⑦ flush', '⑧ ack'])
  expect(steps.map(({ figure }) => figure.replace('\u00a0', ' '))).toEqual(['0', '0', '0', '–', '0 B/s', '0', '0 B', '–'])
})

it('tell what is saved against whole sessions, and how mode immutable does without a benchmark [INB-11]', () => {
  const rates = {
    at: 0, saves: 120, deltas: 240, deltaBytes: 16_000, sentBytes: 18_000, deltaMean: 66, savedShare: 0.87, lagMean: 12, lagMax: 40, behind: 3, inFlightBytes: 200,
  }
  const meanings = stepsOf({ rates, nodes: [], mode: 'immutable' }).map(({ meaning }) => meaning.replace('\u00a0', ' '))
  expect(meanings[3]).toBe('Only what it lacks: 87 % less than whole sessions.')
  expect(meanings[2]).toContain('frozen attributes need not travel again')
})
