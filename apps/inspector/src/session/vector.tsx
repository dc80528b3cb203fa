/** A state vector: writers and how far each is seen. What differs from another vector is marked. */
import type { VectorView } from '@understudy/protocol/inspect'
import { whole } from '../shape/bytes.js'

/** Writers listed at most. */
const MOST = 8

/** The vector; `beside`: the one that it is measured by, where there is one. */
export function Vector({ vector, beside }: { readonly vector: VectorView; readonly beside?: VectorView }) {
  if (vector.length === 0) return <span class="dim">empty</span>
  const clocks = new Map(beside)
  return (
    <span class="vector">
      {vector.slice(0, MOST).map(([writer, clock]) => (
        <span key={writer} class={`entry mono ${beside !== undefined && clocks.get(writer) !== clock ? 'differs' : ''}`} title={`writer ${writer}`}>
          <span class="dim">{writerName(writer)}</span> {whole(clock)}
        </span>
      ))}
      {vector.length > MOST && <span class="dim">and {vector.length - MOST} more writers</span>}
    </span>
  )
}

/** A writer's id, short enough to be compared by eye. */
export function writerName(writer: number): string {
  return writer.toString(36)
}
