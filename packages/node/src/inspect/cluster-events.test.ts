import { describe, expect, it } from 'vitest'
import { ClusterEvents } from './cluster-events.js'
import type { Picture } from './cluster-events.js'

const NAMES = ['a', 'b', 'c']

interface Sketch {
  readonly at: number
  readonly dead?: readonly string[]
  /** Per slot, the primary. */
  readonly reign: readonly (string | undefined)[]
  /** Links that are lost, as "a>b". */
  readonly lost?: readonly string[]
  /** Equal slots of every link; all have one. */
  readonly equal?: number
}

function picture({ at, dead = [], reign, lost = [], equal = 1 }: Sketch): Picture {
  const own = { mode: 'benchmark', software: '1', ready: true, startedAt: 0, now: 0, sessions: 0, clients: 0, waitingSaves: 0, digest: '' } as const
  const node = (name: string) => ({ name, url: '', role: 'member', alive: !dead.includes(name), heard: true, rank: 'share', primary: 0, backup: 0, epoch: 0, ...(!dead.includes(name) && { own }) }) as const
  const link = (from: string, to: string) => ({ from, to, open: !lost.includes(`${from}>${to}`), slots: 1, behind: 0, sent: 0, acknowledged: 0, inFlightBytes: 0, sentBytes: 0, receivedBytes: 0, deltas: 0, equalSlots: equal })
  const ends = NAMES.filter((name) => !dead.includes(name))
  return {
    at,
    node: 'a',
    nodes: NAMES.map(node),
    links: ends.flatMap((from) => NAMES.filter((to) => to !== from).map((to) => link(from, to))),
    slots: { nodes: NAMES, primaries: reign.map((name) => (name === undefined ? -1 : NAMES.indexOf(name))), epochs: reign.map(() => at) },
  }
}

/** What is told picture by picture. */
function told(...sketches: readonly Sketch[]): (readonly string[])[] {
  const events = new ClusterEvents()
  return sketches.map((sketch) => events.next(picture(sketch)).map(({ text }) => text))
}

describe('what happened between two pictures', () => {
  it('is nothing before the first one, and nothing where nothing changed [INS-6]', () => {
    expect(told({ at: 1, reign: ['a', 'b'] }, { at: 2, reign: ['a', 'b'] })).toEqual([[], []])
  })

  it('is a node lost, then a take-over, also when a picture without a primary lies between [INS-6]', () => {
    const lost = ['a>c', 'b>c']
    expect(
      told(
        { at: 1, reign: ['a', 'c', 'c'] },
        { at: 2, reign: ['a', undefined, undefined], dead: ['c'], lost },
        { at: 3, reign: ['a', 'b', 'a'], dead: ['c'], lost },
      ),
    ).toEqual([[], ['"c" is lost', 'the link between "a" and "c" is lost', 'the link between "b" and "c" is lost'], ['"b" took over 1 slot of "c"', '"a" took over 1 slot of "c"']])
  })

  it('is a hand-over where the former primary lives [INS-6]', () => {
    expect(told({ at: 1, reign: ['a', 'b', 'b'] }, { at: 2, reign: ['a', 'a', 'a'] })[1]).toEqual(['"b" handed 2 slots over to "a"'])
  })

  it('is a link lost and back, told once a pair, and equality only once the digests show it [INS-6]', () => {
    const reign = ['a']
    const [, lost, back, equal, quiet] = told(
      { at: 1, reign },
      { at: 2, reign, lost: ['a>b', 'b>a'] },
      { at: 3, reign, equal: 0 },
      { at: 4, reign },
      { at: 5, reign },
    )
    expect(lost).toEqual(['the link between "a" and "b" is lost'])
    expect(back).toEqual(['"a" and "b" are linked again'])
    expect(equal).toEqual(['"b" holds all that "a" does in 1 slots again, as their digests show', '"a" holds all that "b" does in 1 slots again, as their digests show'])
    expect(quiet).toEqual([])
  })
})
