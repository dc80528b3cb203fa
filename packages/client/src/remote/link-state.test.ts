import { describe, expect, test } from 'vitest'
import { UnderstudyError } from '../understudy-error.js'
import type { LinkEvent, LinkState } from './link-state.js'
import { advance, FIRST_STATE } from './link-state.js'

const error = new UnderstudyError('NOT_CONNECTED')
const started: LinkEvent = { type: 'started' }
const socketOpened: LinkEvent = { type: 'socketOpened' }
const welcomed: LinkEvent = { type: 'welcomed', node: 'a' }
const lost: LinkEvent = { type: 'lost', error }
const rested: LinkEvent = { type: 'rested' }

const after = (...events: LinkEvent[]): LinkState => events.reduce(advance, FIRST_STATE)

describe('the states of a link', () => {
  test('lead from resting to open', () => {
    expect(after(started)).toEqual({ phase: 'connecting', attempt: 0 })
    expect(after(started, socketOpened)).toEqual({ phase: 'greeting', attempt: 0 })
    expect(after(started, socketOpened, welcomed)).toEqual({ phase: 'open', node: 'a' })
  })

  test('count the attempts that did not get to open, and begin anew after one that did', () => {
    const failing = [started, lost, rested]
    expect(after(...failing)).toEqual({ phase: 'resting', attempt: 1 })
    expect(after(...failing, started, socketOpened, lost)).toEqual({ phase: 'lost', attempt: 2, error })
    expect(after(...failing, started, socketOpened, welcomed, lost)).toEqual({ phase: 'lost', attempt: 0, error })
  })

  test('are left only by the events that mean something in them', () => {
    const table: [LinkState, LinkEvent[]][] = [
      [FIRST_STATE, [started]],
      [after(started), [socketOpened, lost]],
      [after(started, socketOpened), [welcomed, lost]],
      [after(started, socketOpened, welcomed), [lost]],
      [after(started, lost), [rested]],
    ]
    for (const [state, meaningful] of table) {
      for (const event of [started, socketOpened, welcomed, lost, rested]) {
        expect(advance(state, event) !== state, `${event.type} in ${state.phase}`).toBe(meaningful.includes(event))
      }
    }
  })
})
