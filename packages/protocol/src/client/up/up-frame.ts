/** The sum of the messages from client to node. */

import { Messages } from '../../codec/message.js'
import { clientHello, type ClientHello } from './client-hello.js'
import { clientPing, type ClientPing } from './client-ping.js'
import { destroy, type Destroy } from './destroy.js'
import { leave, type Leave } from './leave.js'
import { open, type Open } from './open.js'
import { save, type Save } from './save.js'
import { touch, type Touch } from './touch.js'

/** Any frame from client to node. */
export type ClientUpFrame = ClientHello | Open | Leave | Save | Destroy | Touch | ClientPing

/** All messages from client to node; their tags are below 64. */
export const upMessages = new Messages<ClientUpFrame>([clientHello, open, leave, save, destroy, touch, clientPing])
