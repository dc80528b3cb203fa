/**
 * The product in a minute: one save, step by step, with live figures. It stands above the cluster until it is put away,
 * and comes back by the button in its place.
 */
import { signal } from '@preact/signals'
import { bytes, percent, significant, whole } from '../shape/bytes.js'
import { milliseconds } from '../shape/duration.js'
import { latest } from '../flow/flow-model.js'
import type { ClusterRates } from '../flow/rate-history.js'
import { welcome } from '../inspect/inspector.js'
import { cluster } from './cluster-model.js'

const NAME = 'understudy steps'

const isAway = signal(localStorage.getItem(NAME) === 'away')

function put(away: boolean): void {
  localStorage.setItem(NAME, away ? 'away' : 'shown')
  isAway.value = away
}

interface Step {
  readonly sign: string
  readonly name: string
  readonly meaning: string
  readonly figure: string
  readonly unit: string
}

/** The strip. */
export function Steps() {
  if (isAway.value) return <button class="button quiet small steps-back" type="button" onClick={() => put(false)}>How one save travels ①–⑧</button>
  return (
    <section class="card steps" aria-labelledby="steps">
      <header>
        <h2 id="steps">How one save travels</h2>
        <span class="dim">from the app to the back-up and back, as it happens now</span>
        <button class="button quiet small end" type="button" onClick={() => put(true)}>Got it</button>
      </header>
      <ol tabIndex={0} aria-label="Steps of a save">
        {stepsOf(latest.value).map(({ sign, name, meaning, figure, unit }) => (
          <li key={sign}>
            <p class="name"><span class="sign" aria-hidden="true">{sign}</span><span>{name}</span></p>
            <p class="figure number">{figure}<span class="dim"> {unit}</span></p>
            <p class="dim small">{meaning}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}

function stepsOf(rates: ClusterRates | undefined): readonly Step[] {
  const nodes = cluster.value?.nodes ?? []
  const sessions = nodes.reduce((most, { own }) => Math.max(most, own?.sessions ?? 0), 0)
  const share = rates?.savedShare
  const lag = rates?.lagMean
  const mode = welcome.value?.mode ?? 'benchmark'
  return [
    { sign: '①', name: 'write', figure: significant(rates?.saves ?? 0), unit: 'saves/s', meaning: 'The app saves the attributes that changed on the session’s primary.' },
    { sign: '②', name: 'mark', figure: whole(rates?.behind ?? 0), unit: 'dirty', meaning: 'The session is noted for each back-up: a set, so nothing piles up.' },
    { sign: '③', name: 'compare', figure: whole(sessions), unit: 'sessions', meaning: mode === 'benchmark' ? 'The benchmark tells what this back-up already holds.' : 'Mode immutable: frozen attributes need not travel again.' },
    { sign: '④', name: 'difference', figure: rates?.deltaMean === undefined ? '–' : bytes(rates.deltaMean), unit: 'a delta', meaning: share === undefined ? 'Only what it lacks becomes a delta.' : `Only what it lacks: ${percent(share)} less than whole sessions.` },
    { sign: '⑤', name: 'send', figure: `${bytes(rates?.sentBytes ?? 0)}/s`, unit: '', meaning: 'Many deltas share one WebSocket message.' },
    { sign: '⑥', name: 'merge', figure: significant(rates?.deltas ?? 0), unit: 'deltas/s', meaning: 'The back-up checks each delta strictly and merges it.' },
    { sign: '⑦', name: 'flush', figure: bytes(rates?.inFlightBytes ?? 0), unit: 'waiting', meaning: 'It makes them as safe as it was told to: memory or disk.' },
    { sign: '⑧', name: 'ack', figure: lag === undefined ? '–' : milliseconds(lag), unit: '', meaning: 'The benchmark advances, and the app’s save resolves.' },
  ]
}
