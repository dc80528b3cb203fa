/** The demo's figures: what is counted, how it is shown. */
import type { NodeStatus } from '@understudy/node'
import { expect, test } from 'vitest'
import { sampleLink, sampleStatus } from '../test-support/sample-status.js'
import { allEqual, allLinked, figuresOf } from './figures.js'
import type { Snapshot } from './figures.js'
import { figuresBlock, figuresLine, Screen } from './screen.js'
import { newTally } from './traffic/tally.js'

function snapshot(given: Partial<Snapshot> = {}, links: NodeStatus['links'] = [sampleLink()]): Snapshot {
  const nodes = ['a', 'b'].map((name) => ({ name, status: sampleStatus({ name, links }) }))
  return { at: 0, nodes, meter: { saves: 0, attributes: 0 }, tally: newTally(), ...given }
}

const first = snapshot({}, [sampleLink({ sentBytes: 1000 })])
const before = snapshot({ at: 1000, meter: { saves: 100, attributes: 120 } })
const now = snapshot(
  {
    at: 3000,
    meter: { saves: 300, attributes: 250 },
    tally: { requests: 900, failed: 1, checked: 400, late: 2, lost: 0 },
  },
  [sampleLink({ sentBytes: 16_000, lagMs: 7, dirty: 3 })],
)

test('rates are those since the look before', () => {
  expect(figuresOf(first, before, now, 2)).toMatchObject({ savesPerSecond: 100, requestsPerSecond: 450 })
})

test('bytes are all that nodes sent each other since the first look, for each attribute and back-up', () => {
  // Two nodes sent 15,000 bytes each; 250 attributes went to 2 back-ups.
  expect(figuresOf(first, before, now, 2).bytesPerAttribute).toBe(60)
})

test('there is no such figure while nothing was modified, or when a node was restarted and counts from 0', () => {
  expect(figuresOf(first, first, first, 2).bytesPerAttribute).toBeUndefined()
  expect(figuresOf(now, now, { ...first, meter: { saves: 999, attributes: 999 } }, 2).bytesPerAttribute).toBeUndefined()
})

test('a node that does not answer is named and has no replicas to show', () => {
  const down = { ...now, nodes: [...now.nodes.slice(1), { name: 'c', status: undefined }] }
  expect(figuresOf(first, before, down, 2)).toMatchObject({
    nodesDown: ['c'],
    bytesPerAttribute: undefined,
    replicas: [{ from: 'b', to: 'b', lagMs: 7, dirty: 3, isCaughtUp: true }],
  })
})

test('replicas are equal when all nodes have the same digest; one that does not answer leaves it open', () => {
  const [a, b] = snapshot().nodes
  const other = { name: 'b', status: sampleStatus({ digest: '1' }) }
  expect(allEqual({ nodes: [a, b].flatMap((node) => node ?? []) })).toBe(true)
  expect(allEqual({ nodes: [a, other].flatMap((node) => node ?? []) })).toBe(false)
  expect(allEqual({ nodes: [other, { name: 'c', status: undefined }] })).toBeUndefined()
})

test('nodes are linked when all answer and all links are open', () => {
  expect(allLinked(snapshot())).toBe(true)
  expect(allLinked(snapshot({}, [sampleLink({ state: 'lost' })]))).toBe(false)
  expect(allLinked(snapshot({ nodes: [{ name: 'a', status: undefined }] }))).toBe(false)
})

test('one line holds all figures', () => {
  expect(figuresLine(figuresOf(first, before, now, 2))).toBe(
    '100 saves/s, 450 requests/s, 60 B per attribute, lag 7 ms, caught up 2 of 2, digests equal, checked 400, ' +
    'late 2, failed 1, lost updates 0',
  )
})

test('a terminal shows them as a block', () => {
  expect(figuresBlock(figuresOf(first, before, now, 2))).toEqual([
    '',
    'saves         100 a second',
    'requests      450 a second',
    'peer links    60 B for each modified attribute and back-up, everything counted',
    'carts         400 checked, 2 seen late, 1 requests failed',
    'lost updates  0',
    'digests       equal',
    '',
    'replica  link   lag  dirty  caught up',
    'a → b    open  7 ms      3  yes',
    'b → b    open  7 ms      3  yes',
    '',
    'Ctrl-C stops everything.',
  ])
})

test('on a terminal the block is redrawn in place, and lines that stay go above it', () => {
  const surroundings = { written: '', isTerminal: true, out: (text: string) => void (surroundings.written += text) }
  const screen = new Screen(surroundings)
  const figures = figuresOf(first, before, now, 2)
  const lines = figuresBlock(figures).length
  screen.say('hello')
  screen.show(figures)
  screen.show(figures)
  screen.say('node c ended')
  screen.say('bye')
  const erase = `\u001B[${lines}A\u001B[0J`
  const block = `${figuresBlock(figures).join('\n')}\n`
  expect(surroundings.written).toBe(`hello\n${block}${erase}${block}${erase}node c ended\nbye\n`)
})

test('elsewhere there is a line at every third look', () => {
  const surroundings = { written: '', isTerminal: false, out: (text: string) => void (surroundings.written += text) }
  const screen = new Screen(surroundings)
  for (let look = 0; look < 7; look++) screen.show(figuresOf(first, before, now, 2))
  expect(surroundings.written.split('\n')).toHaveLength(3 + 1)
})
