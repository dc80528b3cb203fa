/** Destroys the session. */
import type { SessionView } from '@understudy/protocol/inspect'
import { act } from '../inspect/action.js'
import { isAdmin } from '../inspect/inspector.js'
import { ask } from '../parts/confirmation.js'

/** The button; asks once. */
export function DestroyButton({ sessionKey: key }: { readonly sessionKey: SessionView['key'] }) {
  if (!isAdmin.value) return null
  const destroy = (): void =>
    ask({
      title: 'Destroy this session?',
      meaning: 'Whoever uses it is logged out at once. It cannot be read, written or opened again, on any node; there is no way back.',
      verb: 'Destroy',
      isDangerous: true,
      act: () => void act({ kind: 'destroy', key }, 'The session is destroyed'),
    })
  return <button class="button danger" type="button" onClick={destroy}>Destroy …</button>
}
