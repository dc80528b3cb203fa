/**
 * The one error class of the package, and the one table of its codes.
 *
 * A program decides by `code` and `retryable`; a person reads `message`, which tells what happened and what to do.
 * Errors of the packages below (names, values, session ids) and failures that a node reports keep their code and
 * their message and become an UnderstudyError with the original as `cause`.
 */

/** What the table says of one code. */
interface ErrorRow {
  /** What happened; `{attribute}` stands for the attribute concerned. */
  readonly what: string
  /** What the app, or whoever runs it, should do. */
  readonly advice: string
  /** Whether the same call may succeed later without any change by the app. */
  readonly retryable: boolean
}

/** Every code: message template, advice, and whether trying again can help. */
export const ERROR_TABLE = {
  OPTION_INVALID: row('An option is invalid.', 'Correct the call.'),
  SESSION_ID_INVALID: row('The session id is invalid.', 'Use a string of 1 to 1,024 UTF-8 bytes.'),
  SESSION_DESTROYED: row('The session was destroyed or has expired.', 'Open a session with a new id.'),
  SESSION_UNKNOWN: row('No node knows this session.', 'Open it again with store.open(id).'),
  SESSION_ID_TAKEN: row('The new id is, or was, that of another session.', 'Take a fresh, random one.'),
  SESSION_CLOSED: row('This handle was closed.', 'Get a new one with store.open(id) or store.find(id).'),
  SESSION_TOO_LARGE: row('The session would exceed its limit.', 'Remove attributes or store smaller values.'),
  TOO_MANY_ATTRIBUTES: row('The session has too many attributes.', 'Remove some, or keep several in one attribute.'),
  NAME_INVALID: row('The attribute name is invalid.', 'Use a non-empty string of at most 256 UTF-8 bytes.'),
  VALUE_NOT_STORABLE: row('The value of {attribute} cannot be stored.', 'Use JSON values, bigint or Uint8Array.'),
  VALUE_TOO_LARGE: row('The value of {attribute} exceeds its limit.', 'Store a smaller value.'),
  ATTRIBUTE_FROZEN: row('The attribute {attribute} is frozen.', 'Write to another attribute.'),
  ATTRIBUTE_MISSING: row('The attribute {attribute} has no value to freeze.', 'Set it before you freeze it.'),
  ATTRIBUTE_NOT_A_NUMBER: row('The attribute {attribute} is not a number.', 'Set a number before you increment it.'),
  ATTRIBUTE_NOT_AN_OBJECT: row('{attribute}, or what the path leads through, is no object.', 'Set an object there first.'),
  ATTRIBUTE_NOT_A_SET: row('The attribute {attribute} is neither a set nor an array of members.', 'Use another attribute.'),
  ATTRIBUTE_CHANGED: row(
    'The attribute {attribute} is not what was read any more; nothing was saved.',
    'Read it again and decide anew.',
  ),
  NUMBER_OUT_OF_RANGE: row('The result for {attribute} is no finite number.', 'Increment by a smaller number.'),
  OPERATION_INVALID: row('The node knows no such operation.', 'Upgrade the older side.'),
  TOO_FEW_COPIES: row(
    'Fewer nodes hold the write than were required; the primary has it all the same.',
    'Go on, or save again with the same `copies` to wait for them; do not repeat the change.',
  ),
  NOT_CONNECTED: row('No node could be reached, and nothing was sent.', 'Check the nodes; try again.', true),
  NO_PRIMARY: row('The session has no primary at the moment, and nothing was written.', 'Try again.', true),
  STORAGE_FAILED: row('The node’s disk takes no more; the save does not count.', 'Try again when it has space.', true),
  SESSION_DAMAGED: row(
    'The session is damaged on the node’s disk, and no other node has it at hand.',
    'Bring back a node that holds it, or destroy the session.',
  ),
  MOMENT_INVALID: row('This is no moment of the session.', 'Give `atLeast` what a save of this session returned as `at`.'),
  BEHIND: row(
    'Not even the session’s primary has what `atLeast` asks for: it is on the other side of a split, or was lost.',
    'Try again, or read without `atLeast`.',
    true,
  ),
  USER_INVALID: row('This names no user.', 'Give a non-empty string of at most 1,024 characters, a number or a bigint.'),
  USERS_UNKNOWN: row('The nodes do not know which attribute names a session’s user.', 'Start them with --user-attribute NAME.'),
  USERS_UNREAD: row('Whose the sessions on the node’s disk are is still being read.', 'Try again.', true),
  SLOTS_UNREACHABLE: row('Some slots could not be asked.', 'Try again when their nodes are back.', true),
  NO_QUORUM: row('The node does not reach the majority of the members; nothing is acknowledged.', 'Try again.', true),
  OVERLOADED: row('Too many operations wait for an answer; nothing was sent.', 'Try again later.', true),
  TIMEOUT: row(
    'No answer came in time; if it was a write, it may have happened, or happen yet.',
    'Call again: save() then waits for what is under way, and no save is applied twice.',
    true,
  ),
  UNAUTHORIZED: row('The node refused the token.', 'Pass connect() a token that the node accepts.'),
  VERSION_MISMATCH: row('The node speaks another version of the protocol.', 'Upgrade the older side.'),
  LINK_BROKEN: row('The node sent something that is not allowed.', 'Check that it is an Understudy node.', true),
  NODE_FAILED: row('The node could not do it.', 'Read the message and the log of the node.'),
  STORE_CLOSED: row('The store was closed.', 'Connect again.'),
} as const satisfies Record<string, ErrorRow>

/** The codes of {@link UnderstudyError}. */
export type UnderstudyErrorCode = keyof typeof ERROR_TABLE

/** What an {@link UnderstudyError} can carry beside its code. */
export interface UnderstudyErrorDetails {
  /** Replaces the table's text; must itself tell what happened and what to do. */
  readonly message?: string
  /** The attribute concerned. */
  readonly attribute?: string | undefined
  /** How many nodes hold the write (TOO_FEW_COPIES). */
  readonly copies?: number | undefined
  /** The slots that could not be asked (SLOTS_UNREACHABLE). */
  readonly slots?: readonly number[] | undefined
  /** Replaces the table's word; for codes of newer nodes, which this version does not know. */
  readonly retryable?: boolean
  /** The error underneath. */
  readonly cause?: unknown
}

/** Every error that this package throws or rejects with. */
export class UnderstudyError extends Error {
  override readonly name = 'UnderstudyError'
  /** Which error; see {@link ERROR_TABLE}. */
  readonly code: UnderstudyErrorCode
  /** The attribute concerned, where there is one. */
  readonly attribute: string | undefined
  /** With TOO_FEW_COPIES: the number of nodes, the primary included, that hold the write. */
  readonly copies: number | undefined
  /** With SLOTS_UNREACHABLE: numbers of the slots that could not be asked. */
  readonly slots: readonly number[] | undefined
  /** Whether the same call may succeed later. */
  readonly retryable: boolean

  constructor(code: UnderstudyErrorCode, details: UnderstudyErrorDetails = {}) {
    const { what, advice, retryable } = ERROR_TABLE[code]
    const name = details.attribute === undefined ? 'the attribute' : JSON.stringify(details.attribute)
    super(details.message ?? `${what.replace('{attribute}', name)} ${advice}`, { cause: details.cause })
    this.code = code
    this.attribute = details.attribute
    this.copies = details.copies
    this.slots = details.slots
    this.retryable = details.retryable ?? retryable
  }
}

/** Whether this version knows the code. */
export function isKnownCode(code: unknown): code is UnderstudyErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_TABLE, code)
}

/** Turns whatever was thrown below (a SessionError, a DocumentError, a bug) into an UnderstudyError, once. */
export function toUnderstudyError(thrown: unknown, attribute?: string): UnderstudyError {
  if (thrown instanceof UnderstudyError) return thrown
  if (!(thrown instanceof Error)) return new UnderstudyError('NODE_FAILED', { cause: thrown, attribute })
  const code = 'code' in thrown && isKnownCode(thrown.code) ? thrown.code : 'NODE_FAILED'
  const own = 'attribute' in thrown && typeof thrown.attribute === 'string' ? thrown.attribute : undefined
  const copies = 'copies' in thrown && typeof thrown.copies === 'number' ? thrown.copies : undefined
  return new UnderstudyError(code, { message: thrown.message, attribute: own ?? attribute, copies, cause: thrown })
}

function row(what: string, advice: string, retryable = false): ErrorRow {
  return { what, advice, retryable }
}
