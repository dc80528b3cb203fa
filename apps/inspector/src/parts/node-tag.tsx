/** A node's name with its colour. */
import { colourOf } from '../cluster/cluster-model.js'
import { SafeText } from './safe-text.js'

/** The tag. */
export function NodeTag({ name }: { readonly name: string }) {
  return (
    <span class="nodetag">
      <span class="swatch" style={{ background: colourOf(name) }} aria-hidden="true" />
      <SafeText text={name} length={24} />
    </span>
  )
}
