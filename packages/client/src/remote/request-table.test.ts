/** What is sent when, where thousands of sessions have to be opened anew at once. */
import type { ClientUpFrame } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import { expect, test } from 'vitest'
import type { Environment } from '../environment.js'
import { UnderstudyError } from '../understudy-error.js'
import type { Link } from './link.js'
import type { RequestKind } from './request.js'
import { RequestTable } from './request-table.js'

const key = '0'.repeat(32) as SessionKey

function open(comesInCrowds: boolean): RequestKind {
  return {
    key,
    answer: 'opened',
    comesInCrowds,
    frame: (request) => ({ type: 'open', request, key }),
    mayGo: () => true,
    isFinal: () => true,
    answered: () => undefined,
    failed: () => undefined,
    overdue: () => false,
  }
}

test('a crowd of requests goes in portions, a turn of the event loop each, and holds up nobody else [CLI-27]', () => {
  const turns: (() => void)[] = []
  const environment: Environment = {
    now: () => 0,
    random: () => 0,
    startTimer: () => () => undefined,
    openSocket: () => {
      throw new Error('nothing is opened here')
    },
    soon: (run) => void turns.push(run),
  }
  const sent: number[] = []
  const link = { send: (frame: ClientUpFrame) => 'request' in frame && sent.push(frame.request) } as unknown as Link
  const table = new RequestTable(environment, { linkTo: () => link, whyNot: () => new UnderstudyError('NOT_CONNECTED') })
  for (let i = 0; i < 300; i++) table.dispatch(table.add(open(true)))
  table.dispatch(table.add(open(false)))
  const portions = [sent.splice(0)]
  while (turns.length > 0) {
    turns.shift()?.()
    portions.push(sent.splice(0))
  }
  expect(portions.map(({ length }) => length)).toEqual([129, 128, 44, 0])
  expect(portions[0]?.at(-1)).toBe(301)
  expect(portions.flat().toSorted((one, other) => one - other)).toEqual(Array.from({ length: 301 }, (_, i) => i + 1))
})
