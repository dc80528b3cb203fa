/** What happened, newest first; spoken by screen readers as it happens. */
import type { ClusterEvent } from '@understudy/protocol/inspect'
import { timeOfDay } from '../shape/duration.js'
import { shortText } from '../shape/plain-text.js'
import { colourOf, events } from './cluster-model.js'

/** Events shown at most. */
const SHOWN = 60

const MARKS: Readonly<Record<ClusterEvent['kind'], { readonly mark: string; readonly kind: string }>> = {
  lost: { mark: '✕', kind: 'bad' },
  back: { mark: '●', kind: 'good' },
  'take-over': { mark: '▲', kind: 'accent' },
  'hand-over': { mark: '⇄', kind: 'accent' },
  'link-lost': { mark: '╳', kind: 'warn' },
  'link-back': { mark: '─', kind: 'good' },
  equal: { mark: '=', kind: 'good' },
}

/** The list. */
export function Events() {
  return (
    <section class="card events" aria-labelledby="events">
      <header>
        <h2 id="events">What happened</h2>
        <span class="dim small">while you look, UTC</span>
      </header>
      {events.value.length === 0 && <p class="empty">Nothing yet. A lost node, a take-over, a heal are told here as they happen.</p>}
      <ol aria-live="polite" aria-relevant="additions" tabIndex={0} aria-label="Events">
        {events.value.slice(0, SHOWN).map((event, index) => <Event key={events.value.length - index} event={event} />)}
      </ol>
    </section>
  )
}

function Event({ event }: { readonly event: ClusterEvent }) {
  const { mark, kind } = MARKS[event.kind]
  return (
    <li>
      <span class={`mark pill ${kind}`} aria-hidden="true">{mark}</span>
      <div>
        <p><span class="swatch" style={{ background: colourOf(event.node) }} aria-hidden="true" />{shortText(event.text, 400)}</p>
        <p class="dim small number">
          {timeOfDay(event.at)}
          {event.epoch !== undefined && ` · epoch ${event.epoch}`}
        </p>
      </div>
    </li>
  )
}
