/** Texts that may be session keys. */
import type { SessionKey } from '@understudy/client'

/** Whether this text is a session key: 32 lower-case hexadecimal digits. */
export function isSessionKeyText(text: string): text is SessionKey {
  return /^[0-9a-f]{32}$/.test(text)
}
