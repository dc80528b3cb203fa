/** The demo's buttons: each promise of the product, to be watched while it is put to the test. */
import './demo.css'
import type { ComponentChildren } from 'preact'
import { signal } from '@preact/signals'
import type { DemoControl, DemoState } from '@understudy/protocol/inspect'
import { whole } from '../shape/bytes.js'
import { Events } from '../cluster/events.js'
import { Picture } from '../cluster/picture.js'
import { NodeTag } from '../parts/node-tag.js'
import { Lead } from '../parts/lead.js'
import { busy, demo, press } from './demo-model.js'
import { Results } from './results.js'

/** The view. */
export function DemoView() {
  const state = demo.value
  if (state === undefined) return <p class="empty">The demo’s state is on its way. Only <code class="mono">understudy demo</code> offers these buttons.</p>
  return (
    <>
      <Lead name="Put it to the test">
        Three real nodes, two app servers, visitors that check every page. Break something, and watch what is promised being kept.
      </Lead>
      <Buttons state={state} />
      <div class="cluster demo">
        <Picture />
        <div class="column">
          <Results />
          <Events />
        </div>
      </div>
    </>
  )
}

function Buttons({ state }: { readonly state: DemoState }) {
  const names = state.nodes.map(({ name }) => name)
  return (
    <section class="card" aria-labelledby="demo">
      <header>
        <h2 id="demo">Buttons</h2>
        <span class="number">visitors checked {whole(state.checked)} pages: <strong class={state.lost > 0 ? 'bad' : 'good'}>{whole(state.lost)} lost updates</strong>, <strong class={state.failed > 0 ? 'warn' : 'good'}>{whole(state.failed)} failed requests</strong></span>
        {!state.traffic && <span class="pill">no visitors</span>}
        {state.cuts.map(([one, other]) => <span key={`${one} ${other}`} class="pill bad">{one} – {other} is cut</span>)}
      </header>
      <div class="trials">
        <Trial title="Traffic" promise="Visitors shop on two app instances, and check that nothing is forgotten.">
          <Press control={{ kind: 'traffic', on: !state.traffic }}>{state.traffic ? 'Stop the visitors' : 'Start the visitors'}</Press>
        </Trial>
        <Trial title="Kill a node" promise="Its slots move to those that hold them, in a higher epoch, within about a second. What two nodes held survives.">
          {state.nodes.map(({ name, running }) => (
            <Press key={name} control={{ kind: running ? 'kill' : 'restart', node: name }} isDangerous={running}>
              {running ? 'Kill ' : 'Start '}<NodeTag name={name} />
            </Press>
          ))}
        </Trial>
        <Trial title="Cut a link" promise="Both sides go on. When the link is mended, the back-up gets what changed, and no more.">
          <Cut names={names} cuts={state.cuts} />
        </Trial>
        <Trial title="Write on both sides of a split" promise="Different attributes both survive; of the same attribute one write wins, the same on every node.">
          <Press control={{ kind: 'conflict' }}>Split, write twice, heal</Press>
        </Trial>
        <Trial title="Log out mid-request" promise="The death marker wins: the request that was under way cannot bring the session back.">
          <Press control={{ kind: 'logout' }}>Log out</Press>
        </Trial>
      </div>
    </section>
  )
}

function Trial({ title, promise, children }: { readonly title: string; readonly promise: string; readonly children: ComponentChildren }) {
  return (
    <div class="trial">
      <h3>{title}</h3>
      <p class="dim small">{promise}</p>
      <div class="presses">{children}</div>
    </div>
  )
}

function Press({ control, isDangerous = false, children }: { readonly control: DemoControl; readonly isDangerous?: boolean; readonly children: ComponentChildren }) {
  return <button class={`button ${isDangerous ? 'danger' : ''}`} type="button" disabled={busy.value.has(control.kind)} onClick={() => void press(control)}>{children}</button>
}

const chosen = signal('')

function Cut({ names, cuts }: { readonly names: readonly string[]; readonly cuts: DemoState['cuts'] }) {
  const pairs = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const))
  const pair = pairs.find(([one, other]) => `${one} ${other}` === chosen.value) ?? pairs[0]
  return (
    <>
      <select class="field" aria-label="Link to cut" value={pair?.join(' ')} onChange={({ currentTarget }) => {
        chosen.value = currentTarget.value
      }}>
        {pairs.map(([one, other]) => <option key={`${one} ${other}`} value={`${one} ${other}`}>{one} – {other}</option>)}
      </select>
      {pair !== undefined && <Press control={{ kind: 'cut', between: pair }}>Cut</Press>}
      <Press control={{ kind: 'heal' }}>{cuts.length > 1 ? 'Heal all' : 'Heal'}</Press>
    </>
  )
}
