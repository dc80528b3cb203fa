/** What a person of role admin may do. Each is carried out once, answered, and logged with the token's name. */
import type { Checked } from '../check.js'
import { choice, integer, object, optional, tagged } from '../check.js'
import { attributeName, key, nodeName, userName } from './fields.js'
import { shownValue } from './shown-value.js'

const actions = tagged('kind', {
  set: object({ kind: choice('set'), key, name: attributeName, value: shownValue }),
  remove: object({ kind: choice('remove'), key, name: attributeName }),
  freeze: object({ kind: choice('freeze'), key, name: attributeName }),
  destroy: object({ kind: choice('destroy'), key }),
  /** Ends all sessions of a user. */
  destroyAllOf: object({ kind: choice('destroyAllOf'), user: userName }),
  /** Puts a node one rank up, one down, or behind all others. */
  promote: object({ kind: choice('promote'), node: nodeName }),
  demote: object({ kind: choice('demote'), node: nodeName }),
  drain: object({ kind: choice('drain'), node: nodeName }),
})

/** One action. */
export const action = actions.check

/** What an action came to. */
export const outcome = object({
  /** Copies that hold the change, of `set`, `remove`, `freeze`, `destroy`, `destroyAllOf`. */
  copies: optional(integer()),
  /** Sessions ended, of `destroyAllOf`. */
  ended: optional(integer()),
  /** The node's rank now, of `promote`, `demote`, `drain`. */
  rank: optional(choice('first', 'share', 'last')),
})

/** One action. */
export type Action = Checked<typeof action>
/** What an action came to. */
export type Outcome = Checked<typeof outcome>
