/** The runner takes turns, leaves the warm-up out, and goes on without what is not there. */
import { describe, expect, it } from 'vitest'
import { NotAvailable } from './measurement.js'
import type { Measurement, Variant } from './measurement.js'
import { runMeasurement } from './runner.js'
import { tableOf } from './table.js'

/** A variant that gives 10, 20, 30 … and writes down when it ran. */
function counting(name: string, log: string[], factor = 10): Variant {
  let runs = 0
  return {
    name,
    figures: { count: { title: 'counted', unit: 'B', goal: { atMost: 30 } } },
    setUp: () =>
      Promise.resolve({
        run: () => {
          log.push(name)
          return Promise.resolve({ count: factor * runs++ })
        },
        close: () => Promise.resolve(void log.push(`${name} closed`)),
      }),
  }
}

function measurement(...variants: Variant[]): Measurement {
  return { name: 'm', title: 'M', shows: 'nothing', terms: 'none', variants, ratios: [{ title: 'counted', figure: 'count', of: 'a', to: 'b' }] }
}

const silent = (): void => {}

describe('the runner', () => {
  it('takes turns between variants, in changing order, and closes what it opened [BEN-5]', async () => {
    const log: string[] = []
    await runMeasurement(measurement(counting('a', log), counting('b', log)), 2, silent)
    expect(log).toEqual(['a', 'b', 'b', 'a', 'a', 'b', 'b closed', 'a closed'])
  })

  it('leaves the warm-up out and gives median, least, greatest and whether the goal is met', async () => {
    const { rows } = await runMeasurement(measurement(counting('a', [])), 3, silent)
    expect(rows).toEqual([
      { variant: 'a', figure: 'counted', unit: 'B', values: [10, 20, 30], median: 20, min: 10, max: 30, goal: { atMost: 30 }, met: true },
    ])
  })

  it('divides run by run where two variants are compared [BEN-5]', async () => {
    const { rows } = await runMeasurement(measurement(counting('a', []), counting('b', [], 5)), 2, silent)
    expect(rows.at(-1)).toMatchObject({ variant: 'a : b', unit: '×', values: [2, 2], median: 2 })
  })

  it('says what is not available and why, and measures the rest [BEN-5]', async () => {
    const missing: Variant = { ...counting('b', []), setUp: () => Promise.reject(new NotAvailable('type: install it')) }
    const result = await runMeasurement(measurement(counting('a', []), missing), 2, silent)
    expect(result.absent).toEqual([{ variant: 'b', reason: 'type: install it', failed: false }])
    expect(tableOf(result)).toContain('not run: b: type: install it')
    expect(result.rows).toHaveLength(1)
  })

  it('runs once what says it all in one run, and prints what is said of it', async () => {
    const variant: Variant = { ...counting('a', []), setUp: () => Promise.resolve({ run: () => Promise.resolve({ count: 7 }), remarks: () => ['a: well done'], close: () => Promise.resolve() }) }
    const result = await runMeasurement({ ...measurement(variant), once: true }, 5, silent)
    expect(result.rows[0]?.values).toEqual([7])
    expect(tableOf(result)).toContain('a: well done')
  })

  it('measures once what takes too long, and divides every run by that', async () => {
    const { rows } = await runMeasurement(measurement(counting('a', []), { ...counting('b', [], 5), once: true }), 3, silent)
    expect(rows.map(({ values }) => values)).toEqual([[10, 20, 30], [0], [Infinity, Infinity, Infinity]])
  })

  it('counts a variant that breaks as failed, with no figures of it', async () => {
    const broken: Variant = { ...counting('a', []), setUp: () => Promise.resolve({ run: () => Promise.reject(new Error('broke')), close: () => Promise.resolve() }) }
    const { rows, absent } = await runMeasurement(measurement(broken), 2, silent)
    expect(rows).toEqual([])
    expect(absent).toMatchObject([{ variant: 'a', failed: true }])
  })
})
