/** Saves, bytes, saved share and lag over the last ten minutes. */
import type { ComponentChildren } from 'preact'
import { computed } from '@preact/signals'
import type uPlot from 'uplot'
import { bytes, percent, significant } from '../shape/bytes.js'
import { milliseconds } from '../shape/duration.js'
import type { Line } from '../parts/plot.js'
import { Plot } from '../parts/plot.js'
import { Term } from '../parts/term.js'
import { latest, rates } from './flow-model.js'
import type { ClusterRates } from './rate-history.js'

type Pick = (rates: ClusterRates) => number | undefined

/** Columns for uPlot: time, then what each pick gives. */
function columns(...picks: readonly Pick[]) {
  return computed<uPlot.AlignedData>(() => [rates.value.points.map(({ at }) => at / 1_000), ...picks.map((pick) => rates.value.points.map((one) => pick(one) ?? null))])
}

const saves = columns((one) => one.saves)
const traffic = columns((one) => one.sentBytes, (one) => one.deltaBytes)
const shares = columns((one) => one.savedShare)
const lags = columns((one) => one.lagMax, (one) => one.lagMean)

const SAVES: readonly Line[] = [{ name: 'saves/s', colour: '--accent', isFilled: true }]
const TRAFFIC: readonly Line[] = [{ name: 'all frames', colour: '--node-2', isFilled: true }, { name: 'deltas', colour: '--node-1' }]
const SHARES: readonly Line[] = [{ name: 'saved', colour: '--good', isFilled: true }]
const LAGS: readonly Line[] = [{ name: 'slowest', colour: '--node-1' }, { name: 'mean', colour: '--node-5', isFilled: true }]

/** The four plots. */
export function Plots() {
  const now = latest.value
  return (
    <div class="plots">
      <Card sign="①" title="Saves" lines={SAVES} figure={now === undefined ? '–' : `${significant(now.saves)}/s`} note="changes made by primaries">
        <Plot title="Saves a second" lines={SAVES} data={saves} shape={significant} />
      </Card>
      <Card sign="⑤" title="Bytes" lines={TRAFFIC} figure={now === undefined ? '–' : `${bytes(now.sentBytes)}/s`} note="between nodes">
        <Plot title="Bytes a second" lines={TRAFFIC} data={traffic} shape={(value) => bytes(value)} />
      </Card>
      <Card sign="④" title={<Term of="saved share">Saved share</Term>} lines={SHARES} figure={now?.savedShare === undefined ? '–' : percent(now.savedShare)} note="of the bytes that whole sessions would be">
        <Plot title="Saved share" lines={SHARES} data={shares} shape={percent} top={1} />
      </Card>
      <Card sign="⑧" title={<Term of="lag">Lag</Term>} lines={LAGS} figure={now?.lagMean === undefined ? '–' : milliseconds(now.lagMean)} note="until the ack">
        <Plot title="Lag" lines={LAGS} data={lags} shape={milliseconds} />
      </Card>
    </div>
  )
}

interface CardProps {
  /** Step of the save that it is about. */
  readonly sign: string
  readonly title: ComponentChildren
  readonly figure: string
  readonly note: string
  /** Told apart in a legend where there is more than one. */
  readonly lines: readonly Line[]
  readonly children: ComponentChildren
}

function Card({ sign, title, figure, note, lines, children }: CardProps) {
  return (
    <section class="card plotcard">
      <div class="figures">
        <h2><span class="sign" aria-hidden="true">{sign}</span> {title}</h2>
        <p class="figure number">{figure}</p>
        <p class="dim small">
          {note}
          {lines.length > 1 && lines.map(({ name, colour }) => <span class="line" key={name}><span class="stroke" style={{ background: `var(${colour})` }} aria-hidden="true" />{name}</span>)}
        </p>
      </div>
      {children}
    </section>
  )
}
