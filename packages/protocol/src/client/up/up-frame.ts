/** The sum of the messages from client to node. */

import { Messages } from '../../codec/message.js'
import { clientHello, type ClientHello } from './client-hello.js'
import { clearSessions, type ClearSessions } from './clear.js'
import { clientPing, type ClientPing } from './client-ping.js'
import { countSessions, type CountSessions } from './count.js'
import { destroy, type Destroy } from './destroy.js'
import { leave, type Leave } from './leave.js'
import { listSessions, type ListSessions } from './list.js'
import { open, type Open } from './open.js'
import { refresh, type Refresh } from './refresh.js'
import { rotate, type Rotate } from './rotate.js'
import { save, type Save } from './save.js'
import { succeed, type Succeed } from './succeed.js'
import { touch, type Touch } from './touch.js'
import { watch, type Watch } from './watch.js'

/** Any frame from client to node. */
export type ClientUpFrame =
  | ClientHello
  | Open
  | Leave
  | Save
  | Destroy
  | Touch
  | ClientPing
  | ListSessions
  | CountSessions
  | ClearSessions
  | Rotate
  | Succeed
  | Watch
  | Refresh

/** All messages from client to node; their tags are below 64. */
export const upMessages = new Messages<ClientUpFrame>([
  clientHello,
  open,
  leave,
  save,
  destroy,
  touch,
  clientPing,
  listSessions,
  countSessions,
  clearSessions,
  rotate,
  succeed,
  watch,
  refresh,
])
