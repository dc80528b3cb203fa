/** What a client learns about a session: a session delta by itself, with nothing remembered from earlier frames. */

import type { Codec } from '../codec/codec.js'
import { sessionDelta } from '../delta/session-delta-codec.js'
import type { SessionDeltaEntry } from '../delta/session-delta.js'

/** The whole of a session, or what the client lacks of it. */
export type ClientState = SessionDeltaEntry

/** Reads and writes a client state; the link's memory must be fresh, as it is in every frame of the client link. */
export const clientState: Codec<ClientState> = sessionDelta
