/** What happened, newest first; spoken by screen readers as it happens. */
import type { ClusterEvent } from '@understudy/protocol/inspect'
import { welcome } from '../inspect/inspector.js'
import { addressOf, route } from '../route.js'
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
      {events.value.length === 0 && <Legend />}
      <ol aria-live="polite" aria-relevant="additions" tabIndex={0} aria-label="Events">
        {events.value.slice(0, SHOWN).map((event, index) => <Event key={events.value.length - index} event={event} />)}
      </ol>
    </section>
  )
}

/** Until something happens: how to read the picture. */
function Legend() {
  const isDemo = welcome.value?.demo === true && route.value.view !== 'demo'
  return (
    <div class="body legend">
      <p>
        Nothing yet. A lost node, a take-over, a heal are told here as they happen.
        {isDemo && <> The <a href={addressOf({ view: 'demo' })}>buttons of the demo</a> make them happen.</>}
      </p>
      <h3>How to read the picture</h3>
      <dl class="pairs">
        <div><dt>outer ring</dt><dd>each tick is one of 256 slots, in the colour of the node that is its primary; a take-over recolours it</dd></div>
        <div><dt>disc</dt><dd>a node; the arc around it is its share of the slots, the epoch its newest reign</dd></div>
        <div><dt>line</dt><dd>deltas from a primary to a back-up, faster and broader with more bytes; red and broken: no link</dd></div>
        <div><dt>figures</dt><dd>the time until the back-up’s ack, and bytes: in flight, or a second</dd></div>
      </dl>
    </div>
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
