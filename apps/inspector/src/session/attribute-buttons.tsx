/** What an admin may do with an attribute. Each asks once. */
import type { AttributeView, SessionView } from '@understudy/protocol/inspect'
import { act } from '../inspect/action.js'
import { isAdmin } from '../inspect/inspector.js'
import { ask } from '../parts/confirmation.js'
import { SafeText } from '../parts/safe-text.js'
import { editAttribute } from './editor.js'
import { revealed, revealName } from './session-model.js'

/** The buttons of an attribute's row. */
export function AttributeButtons({ sessionKey: key, attribute }: { readonly sessionKey: SessionView['key']; readonly attribute: AttributeView }) {
  const { name, frozen } = attribute
  if (!isAdmin.value || frozen) return null
  const hidden = <span class="unseen"> <SafeText text={name} length={60} /></span>
  const shown = <>“<SafeText text={name} length={60} />”</>
  return (
    <>
      <button class="button quiet small" type="button" onClick={() => editAttribute(key, name, revealed.value.get(revealName(attribute)))}>Edit{hidden}</button>
      <button class="button quiet small" type="button" onClick={() => ask({
        title: 'Freeze this attribute?',
        meaning: <>{shown} can never change again, and cannot be removed. There is no way back.</>,
        verb: 'Freeze',
        act: () => void act({ kind: 'freeze', key, name }, 'The attribute is frozen'),
      })}>Freeze{hidden}</button>
      <button class="button quiet small danger" type="button" onClick={() => ask({
        title: 'Remove this attribute?',
        meaning: <>{shown} is removed from the session on every node.</>,
        verb: 'Remove',
        isDangerous: true,
        act: () => void act({ kind: 'remove', key, name }, 'The attribute is removed'),
      })}>Remove{hidden}</button>
    </>
  )
}
