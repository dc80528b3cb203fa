/** Where stock Yjs clients come in, to follow one session each. */
import { isSessionKey } from '@understudy/session'
import type { SessionStore } from '@understudy/store'
import type { Followers } from '../clients/followers.js'
import type { DoorsOptions } from '../http/doors.js'
import { YjsLink } from './yjs-link.js'

/** The entrance of `/yjs/<key>`, for every session that this node holds, as primary or back-up. */
export function followDoor(store: SessionStore, followers: Followers): DoorsOptions['follow'] {
  return (key) => {
    if (!isSessionKey(key)) return undefined
    return {
      refuse: () => {
        const stored = store.find(key)
        if (stored?.session !== undefined) return undefined
        // Without a death it was found damaged on disk just now: it is not here any more, and may live elsewhere.
        if (stored?.death === undefined) return { status: 404, message: 'this node holds no such session' }
        return { status: 410, message: 'the session has ended' }
      },
      enter: (socket) => {
        const stored = store.find(key)
        if (stored?.session === undefined) return socket.close(4404, 'this node holds no such session any more')
        const link = new YjsLink(socket, stored)
        followers.follow(stored, link)
        link.follow((left) => followers.leave(left, link))
      },
    }
  }
}
