/** What is asked for is understood, or refused with a reason. */
import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.js'

const read = (...args: readonly string[]) => readArguments(args, 'latest.json')

describe('the command line', () => {
  it('takes names one by one or with commas', () => {
    expect(read('--only', 'read,save-64', '--only', 'sync').only).toEqual(['read', 'save-64', 'sync'])
  })

  it('runs five times unless told otherwise, a quick run once', () => {
    expect([read().runs, read('--quick').runs, read('--runs', '7').runs]).toEqual([5, 1, 7])
  })

  it('refuses what makes no sense', () => {
    expect(() => read('--runs', '0')).toThrow('at least 1')
    expect(() => read('--keep')).toThrow('--keep goes with --quick')
    expect(() => read('--baseline', 'x')).toThrow('--baseline goes with --quick')
    expect(() => read('--quick', '--compare', 'HEAD')).toThrow('--compare goes without --quick')
    expect(() => read('--faster')).toThrow()
  })
})
