/** What clients are told when something fails, as the client package promises it. */
import type { UnderstudyError } from '@understudy/client'

/** Codes with which a save is refused as a whole: nothing of it was ever applied. */
export const REFUSALS: ReadonlySet<string> = new Set(['ATTRIBUTE_FROZEN', 'SESSION_TOO_LARGE', 'TOO_MANY_ATTRIBUTES', 'VALUE_TOO_LARGE'])

/** Codes that a client without faults of its own never gets. It freezes no name twice: only a save that counts again could. */
export const UNEXPECTED: ReadonlySet<string> = new Set(['ATTRIBUTE_FROZEN', 'SESSION_ID_TAKEN', 'NODE_FAILED', 'LINK_BROKEN', 'VERSION_MISMATCH', 'UNAUTHORIZED', 'OPERATION_INVALID', 'OPTION_INVALID', 'ATTRIBUTE_NOT_A_NUMBER', 'NUMBER_OUT_OF_RANGE'])

/** Whether a write that may have happened waits for a session of which a node says that nobody has it undamaged (SPEC CLI-10). */
export function isStuckAtDamage(thrown: unknown): boolean {
  const { code, cause } = asError(thrown)
  return code === 'TIMEOUT' && asError(cause).code === 'SESSION_DAMAGED'
}

/** An error as the client promises it; other things have no code. */
export function asError(thrown: unknown): Partial<Pick<UnderstudyError, 'code' | 'retryable' | 'copies' | 'cause'>> & { readonly message: string } {
  return thrown instanceof Error ? thrown : { message: String(thrown) }
}
