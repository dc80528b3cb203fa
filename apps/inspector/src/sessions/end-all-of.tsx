/** Ends all sessions of a user: the button appears when the list is filtered by one. */
import { whole } from '../shape/bytes.js'
import { act } from '../inspect/action.js'
import { isAdmin } from '../inspect/inspector.js'
import { ask } from '../parts/confirmation.js'
import { SafeText } from '../parts/safe-text.js'
import { found, list } from './sessions-model.js'

/** The button. */
export function EndAllOf({ user }: { readonly user: string | undefined }) {
  if (user === undefined || !isAdmin.value) return null
  const end = (): void =>
    ask({
      title: 'End all sessions of this user?',
      meaning: <>All {whole(found.value?.total ?? 0)} listed sessions of “<SafeText text={user} />”, and any that are not listed, are destroyed on every node. Their ids cannot be opened again.</>,
      verb: 'End them all',
      isDangerous: true,
      act: () => void act({ kind: 'destroyAllOf', user }, ({ ended = 0 }) => `${whole(ended)} ${ended === 1 ? 'session was' : 'sessions were'} ended.`).then((outcome) => outcome && list()),
    })
  return <button class="button danger" type="button" onClick={end}>End all of this user</button>
}
