/** What an admin may do with a node. Each asks once. */
import type { NodeView } from '@understudy/protocol/inspect'
import { act } from '../inspect/action.js'
import { isAdmin } from '../inspect/inspector.js'
import { ask } from '../parts/confirmation.js'
import { shortText } from '../shape/plain-text.js'
import { SafeText } from '../parts/safe-text.js'

const MEANINGS = {
  promote: 'One rank up. A drained node gets its share of the slots again; one with its share becomes the first choice for every slot. Primaries hand over when it has everything; no save fails.',
  demote: 'One rank down: it keeps the usual share of the slots and hands over the others; no save fails.',
  drain: 'It hands over all its slots, so that it can be stopped. Clients move; no save fails.',
} as const

/** The buttons of a node's row. */
export function Actions({ node }: { readonly node: NodeView }) {
  if (!isAdmin.value || !node.alive || node.role === 'backup') return null
  const kinds = (['promote', 'demote', 'drain'] as const).filter((kind) => (kind === 'promote' ? node.rank !== 'first' : kind === 'drain' ? node.rank !== 'last' : node.rank === 'first'))
  return (
    <>
      {kinds.map((kind) => (
        <button
          key={kind} class="button small" type="button"
          onClick={() => ask({
            title: `${verbOf(kind)} ${shortText(node.name, 40)}?`,
            meaning: MEANINGS[kind],
            verb: verbOf(kind),
            act: () => void act({ kind, node: node.name }, `${shortText(node.name, 40)}: ${kind} was accepted; its slots move now`),
          })}
        >
          {verbOf(kind)}<span class="unseen"> node <SafeText text={node.name} /></span>
        </button>
      ))}
    </>
  )
}

function verbOf(kind: keyof typeof MEANINGS): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
}
