/**
 * The states of a link to one node, as values, and every transition between them.
 *
 * ```
 *  resting ──started──► connecting ──socketOpened──► greeting ──welcomed──► open
 *     ▲ ▲                   │                           │                    │
 *     │ └──────rested────── lost ◄──────────────────────┴───────lost─────────┘
 *     └ at first
 * ```
 * Invariant: each state carries only what is true in it; `attempt` counts the attempts in a row that did not get to
 * `open`, and decides the pause that `lost` lasts.
 */
import type { UnderstudyError } from '../understudy-error.js'

/** No socket, and free to start. */
export interface Resting {
  readonly phase: 'resting'
  readonly attempt: number
}

/** The socket opens. */
export interface Connecting {
  readonly phase: 'connecting'
  readonly attempt: number
}

/** hello was sent; the node has not answered yet. */
export interface Greeting {
  readonly phase: 'greeting'
  readonly attempt: number
}

/** Frames go both ways. */
export interface Open {
  readonly phase: 'open'
  /** The node's name. */
  readonly node: string
}

/** No socket, and a pause before the next attempt. */
export interface Lost {
  readonly phase: 'lost'
  readonly attempt: number
  readonly error: UnderstudyError
}

/** The state of a link. */
export type LinkState = Resting | Connecting | Greeting | Open | Lost

/** What happens to a link. */
export type LinkEvent =
  | { readonly type: 'started' }
  | { readonly type: 'socketOpened' }
  | { readonly type: 'welcomed'; readonly node: string }
  | { readonly type: 'lost'; readonly error: UnderstudyError }
  | { readonly type: 'rested' }

/** Where every link begins. */
export const FIRST_STATE: LinkState = { phase: 'resting', attempt: 0 }

/** The columns of the table; a phase without its cell for an event does not compile. */
type Cells<State> = {
  readonly [Type in LinkEvent['type']]: (state: State, event: Extract<LinkEvent, { readonly type: Type }>) => LinkState
}

const stay = (state: LinkState): LinkState => state

const fromResting: Cells<Resting> = {
  started: ({ attempt }) => ({ phase: 'connecting', attempt }),
  socketOpened: stay,
  welcomed: stay,
  lost: stay,
  rested: stay,
}

const fromConnecting: Cells<Connecting> = {
  started: stay,
  socketOpened: ({ attempt }) => ({ phase: 'greeting', attempt }),
  welcomed: stay,
  lost: ({ attempt }, { error }) => ({ phase: 'lost', attempt: attempt + 1, error }),
  rested: stay,
}

const fromGreeting: Cells<Greeting> = {
  started: stay,
  socketOpened: stay,
  welcomed: (_state, { node }) => ({ phase: 'open', node }),
  lost: ({ attempt }, { error }) => ({ phase: 'lost', attempt: attempt + 1, error }),
  rested: stay,
}

const fromOpen: Cells<Open> = {
  started: stay,
  socketOpened: stay,
  welcomed: stay,
  lost: (_state, { error }) => ({ phase: 'lost', attempt: 0, error }),
  rested: stay,
}

const fromLost: Cells<Lost> = {
  started: stay,
  socketOpened: stay,
  welcomed: stay,
  lost: stay,
  rested: ({ attempt }) => ({ phase: 'resting', attempt }),
}

/** The state after an event; the very same object when the event means nothing in this state. */
export function advance(state: LinkState, event: LinkEvent): LinkState {
  switch (state.phase) {
    case 'resting':
      return enter(fromResting, state, event)
    case 'connecting':
      return enter(fromConnecting, state, event)
    case 'greeting':
      return enter(fromGreeting, state, event)
    case 'open':
      return enter(fromOpen, state, event)
    case 'lost':
      return enter(fromLost, state, event)
  }
}

/** Looks up the cell. */
function enter<State>(cells: Cells<State>, state: State, event: LinkEvent): LinkState {
  switch (event.type) {
    case 'started':
      return cells.started(state, event)
    case 'socketOpened':
      return cells.socketOpened(state, event)
    case 'welcomed':
      return cells.welcomed(state, event)
    case 'lost':
      return cells.lost(state, event)
    case 'rested':
      return cells.rested(state, event)
  }
}
