/** What the buttons did, newest first, and what they are doing. */
import type { DemoControl } from '@understudy/protocol/inspect'
import { shortText } from '../shape/plain-text.js'
import { addressOf } from '../route.js'
import { busy, results } from './demo-model.js'
import type { Shown } from './demo-model.js'

const TITLES: Readonly<Record<DemoControl['kind'], string>> = {
  traffic: 'Traffic',
  kill: 'A node was killed',
  restart: 'A node was started',
  cut: 'A link was cut',
  heal: 'All links were mended',
  conflict: 'Two writes on both sides of a split',
  logout: 'A logout in the middle of a request',
}

/** What is told while a button that takes longer is under way. */
const UNDER_WAY: Readonly<Partial<Record<DemoControl['kind'], string>>> = {
  conflict: 'Two writes on both sides of a split: the visitors leave, the cluster is split, both sides write, the split heals …',
  logout: 'A logout in the middle of a request is under way …',
  restart: 'The node is starting …',
}

/** The card. */
export function Results() {
  const underWay = [...busy.value].flatMap((kind) => UNDER_WAY[kind] ?? [])
  return (
    <section class="card" aria-labelledby="results">
      <header><h2 id="results">What the buttons did</h2></header>
      {underWay.map((text) => <p key={text} class="underway dim" role="status"><span class="dot beat" aria-hidden="true" />{text}</p>)}
      {results.value.length === 0 && underWay.length === 0
        ? <p class="body dim">Nothing yet. Press one, and watch the picture: each tells here step by step what it did, and what came of it.</p>
        : <ol class="results" aria-live="polite" aria-label="Results" tabIndex={0}>{results.value.map((shown, index) => <Result key={results.value.length - index} shown={shown} />)}</ol>}
    </section>
  )
}

function Result({ shown: { control, result: { steps, keys } } }: { readonly shown: Shown }) {
  const [only] = steps
  return (
    <li>
      <h3>{TITLES[control]}</h3>
      {steps.length === 1 ? <p>{shortText(only ?? '', 600)}</p> : <ol>{steps.map((step) => <li key={step}>{shortText(step, 600)}</li>)}</ol>}
      {keys.map((key) => <a key={key} href={addressOf({ view: 'session', key })}>Look at session <span class="mono">{key.slice(0, 10)}…</span></a>)}
    </li>
  )
}
