/** The sum of the messages from node to client. */

import { Messages } from '../../codec/message.js'
import { changed, type Changed } from './changed.js'
import { cleared, type Cleared } from './cleared.js'
import { clientBye, type ClientBye } from './client-bye.js'
import { clientPong, type ClientPong } from './client-pong.js'
import { clientWelcome, type ClientWelcome } from './client-welcome.js'
import { counted, type Counted } from './counted.js'
import { destroyed, type Destroyed } from './destroyed.js'
import { ended, type Ended } from './ended.js'
import { events, type Events } from './events.js'
import { failure, type Failure } from './failure.js'
import { listed, type Listed } from './listed.js'
import { opened, type Opened } from './opened.js'
import { placementChanged, type PlacementChanged } from './placement-changed.js'
import { refreshed, type Refreshed } from './refreshed.js'
import { rotated, type Rotated } from './rotated.js'
import { saved, type Saved } from './saved.js'
import { watching, type Watching } from './watching.js'

/** Any frame from node to client. */
export type ClientDownFrame =
  | ClientWelcome
  | PlacementChanged
  | Opened
  | Saved
  | Destroyed
  | Changed
  | Ended
  | Failure
  | ClientPong
  | ClientBye
  | Listed
  | Counted
  | Cleared
  | Rotated
  | Watching
  | Events
  | Refreshed

/** All messages from node to client; their tags are above 64. */
export const downMessages = new Messages<ClientDownFrame>([
  clientWelcome,
  placementChanged,
  opened,
  saved,
  destroyed,
  changed,
  ended,
  failure,
  clientPong,
  clientBye,
  listed,
  counted,
  cleared,
  rotated,
  watching,
  events,
  refreshed,
])
