/** The sum of the messages from node to client. */

import { Messages } from '../../codec/message.js'
import { changed, type Changed } from './changed.js'
import { clientBye, type ClientBye } from './client-bye.js'
import { clientPong, type ClientPong } from './client-pong.js'
import { clientWelcome, type ClientWelcome } from './client-welcome.js'
import { destroyed, type Destroyed } from './destroyed.js'
import { ended, type Ended } from './ended.js'
import { failure, type Failure } from './failure.js'
import { opened, type Opened } from './opened.js'
import { placementChanged, type PlacementChanged } from './placement-changed.js'
import { saved, type Saved } from './saved.js'

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
])
