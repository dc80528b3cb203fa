/** What counts as a misspelling, and what does not. */
import { expect, test } from 'vitest'
import { nearest } from './suggest.js'

const KNOWN = ['--name', '--listen', '--log-level', '--log-format', '--peer']

test.each([
  ['--nmae', '--name'],
  ['--naem', '--name'],
  ['--listne', '--listen'],
  ['--loglevel', '--log-level'],
  ['--log-fromat', '--log-format'],
  ['--PEER', '--peer'],
  ['--peers', '--peer'],
  ['-name', '--name'],
])('%s was meant to be %s', (word, meant) => {
  expect(nearest(word, KNOWN)).toBe(meant)
})

test.each(['--verbose', '--x', '', '--cluster-size'])('%s was meant to be none of them', (word) => {
  expect(nearest(word, KNOWN)).toBeUndefined()
})

test('of two that are equally near the first is taken, of a nearer one that', () => {
  expect(nearest('cat', ['bat', 'hat'])).toBe('bat')
  expect(nearest('hats', ['bats', 'hat', 'hats'])).toBe('hats')
})

test('there may be nothing to suggest', () => {
  expect(nearest('--name', [])).toBeUndefined()
})
