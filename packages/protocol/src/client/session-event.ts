/** What happens to sessions, as those who watch them all are told: keys and names, never values. */

import type { Codec } from '../codec/codec.js'
import { list } from '../codec/list.js'
import { key, text, word } from '../codec/scalars.js'
import { EVENT_NAMES_LIMIT, NAME_LIMIT } from '../limits.js'
import type { SessionKey } from '../session-key.js'

/** One event of one session. */
export type SessionEvent =
  | { readonly kind: 'created'; readonly key: SessionKey }
  /** `names`: the attributes whose values changed. */
  | { readonly kind: 'changed'; readonly key: SessionKey; readonly names: readonly string[] }
  | { readonly kind: 'destroyed'; readonly key: SessionKey }
  | { readonly kind: 'expired'; readonly key: SessionKey }

const kind = word('created', 'changed', 'destroyed', 'expired')
const names = list(text(NAME_LIMIT), EVENT_NAMES_LIMIT)

/** Reads and writes an event. */
export const sessionEvent: Codec<SessionEvent> = {
  write(writer, event) {
    kind.write(writer, event.kind)
    key.write(writer, event.key)
    if (event.kind === 'changed') names.write(writer, event.names)
  },
  read(reader) {
    const what = kind.read(reader)
    const session = key.read(reader)
    return what === 'changed' ? { kind: what, key: session, names: names.read(reader) } : { kind: what, key: session }
  },
}
