/**
 * Names whose values nobody is shown: not in a session, not in its history, not inside another value. Whatever contains
 * a word of the list is denied, whatever its case, `-`, `_`, `.` and spaces: `X-Api-Key` holds `apikey`.
 */

/** What is denied in any case. */
export const ALWAYS_DENIED: readonly string[] = [
  'password', 'passwd', 'passphrase', 'secret', 'token', 'credential', 'apikey', 'privatekey', 'authorization', 'cardnumber',
  'otp', 'pin', 'cvv', 'cvc', 'iban', 'ssn',
]

/** Words so short that they are denied only as the whole name: `pin` is no part of `shipping`. */
const WHOLE_NAME = 5

/** The names that are never revealed. */
export class DenyList {
  /** The words, as they are compared. */
  readonly words: readonly string[]

  /** @param more words beside those that are always denied */
  constructor(more: readonly string[] = []) {
    this.words = [...new Set([...ALWAYS_DENIED, ...more].map(plain))].filter((word) => word !== '')
  }

  /** Whether the value under this name is never shown. */
  denies(name: string): boolean {
    const given = plain(name)
    return this.words.some((word) => (word.length < WHOLE_NAME ? given === word : given.includes(word)))
  }
}

function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/[\p{White_Space}\p{Default_Ignorable_Code_Point}._-]/gu, '')
}
