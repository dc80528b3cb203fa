/** Deadlines, counting down by the node's clock: from what the node said, by the time that passed since. */
import { useSignal, useSignalEffect } from '@preact/signals'
import { length, moment, span } from '../shape/duration.js'
import { tick } from '../inspect/node-clock.js'
import { shown } from './session-model.js'

/** The node's time now, as far as the view's own word tells. */
function viewNow(): number {
  const seen = shown.value
  return seen === undefined ? 0 : seen.view.at + performance.now() - seen.receivedAt
}

/** The card. */
export function Deadlines() {
  const now = useSignal(viewNow())
  useSignalEffect(() => {
    void tick.value
    now.value = viewNow()
  })
  const view = shown.value?.view
  if (view === undefined) return null
  const { createdAt, lastAccess, idleTimeout, absoluteDeadline } = view
  const idleEnd = lastAccess !== undefined && idleTimeout !== undefined ? lastAccess + idleTimeout : undefined
  return (
    <section class="card" aria-labelledby="deadlines">
      <header>
        <h2 id="deadlines">Deadlines</h2>
        <span class="dim small end">by the node’s clock</span>
      </header>
      <div class="body deadlines">
        <Deadline name="idle" meaning={idleTimeout === undefined ? 'no idle timeout' : `${length(idleTimeout)} without an access`} from={lastAccess} to={idleEnd} now={now.value} />
        <Deadline name="absolute" meaning={absoluteDeadline === undefined ? 'no absolute deadline' : 'whatever happens'} from={createdAt} to={absoluteDeadline} now={now.value} />
        <dl class="pairs">
          <div><dt>created</dt><dd class="number">{createdAt === undefined ? '–' : <>{span(now.value - createdAt)} ago <span class="dim">{moment(createdAt)}</span></>}</dd></div>
          <div><dt>last access</dt><dd class="number">{lastAccess === undefined ? '–' : <>{span(now.value - lastAccess)} ago <span class="dim">{moment(lastAccess)}</span></>}</dd></div>
        </dl>
      </div>
    </section>
  )
}

interface DeadlineProps {
  readonly name: string
  readonly meaning: string
  readonly from: number | undefined
  readonly to: number | undefined
  readonly now: number
}

function Deadline({ name, meaning, from, to, now }: DeadlineProps) {
  const left = to === undefined ? undefined : to - now
  const share = left === undefined || from === undefined || to === undefined || to <= from ? 0 : Math.max(0, Math.min(1, left / (to - from)))
  return (
    <div class={`deadline ${left !== undefined && left < 60_000 ? 'soon' : ''}`}>
      <p><strong>{name}</strong> <span class="dim small">{meaning}</span></p>
      <p class="left number" role="timer" aria-label={`${name} deadline`}>{left === undefined ? 'never' : span(left)}</p>
      {to !== undefined && <span class="bar" aria-hidden="true"><span style={{ transform: `scaleX(${share.toFixed(4)})` }} /></span>}
    </div>
  )
}
