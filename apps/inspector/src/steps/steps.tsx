/**
 * The product in a minute: one save, step by step, with live figures. At first each step is explained in place; once that
 * is put away, and on small screens, steps and figures remain, and the explanation is a hover or focus away.
 */
import './steps.css'
import { signal } from '@preact/signals'
import { latest } from '../flow/flow-model.js'
import { cluster } from '../cluster/cluster-model.js'
import { welcome } from '../inspect/inspector.js'
import { Explained } from '../parts/explained.js'
import type { Step } from './steps-of.js'
import { stepsOf } from './steps-of.js'

/** Where the choice is kept. */
const NAME = 'understudy steps'

const isBrief = signal((localStorage.getItem(NAME) ?? (innerWidth < 700 ? 'brief' : 'explained')) !== 'explained')

function put(brief: boolean): void {
  localStorage.setItem(NAME, brief ? 'brief' : 'explained')
  isBrief.value = brief
}

/** The steps. `isStrip`: but for them nothing, and always brief. */
export function Steps({ isStrip = false }: { readonly isStrip?: boolean }) {
  const brief = isStrip || isBrief.value
  const steps = stepsOf({ rates: latest.value, nodes: cluster.value?.nodes ?? [], mode: welcome.value?.mode ?? 'benchmark' })
  return (
    <section class="card steps" aria-label="How one save travels">
      {!isStrip && (
        <header>
          <h2>How one save travels</h2>
          <span class="dim">from the app to the back-up and back, as it happens now</span>
          <button class="button quiet small end" type="button" onClick={() => put(!brief)}>{brief ? 'Explain' : 'Got it'}</button>
        </header>
      )}
      <ol aria-label="Steps of a save">{steps.map((step) => <OneStep key={step.sign} step={step} brief={brief} />)}</ol>
    </section>
  )
}

function OneStep({ step: { sign, name, meaning, figure, unit }, brief }: { readonly step: Step; readonly brief: boolean }) {
  return (
    <li>
      <p class="name"><span class="sign" aria-hidden="true">{sign}</span>{brief ? <Explained meaning={meaning}>{name}</Explained> : <span>{name}</span>}</p>
      <p class="figure number">{figure}<span class="dim"> {unit}</span></p>
      {!brief && <p class="dim small">{meaning}</p>}
    </li>
  )
}
