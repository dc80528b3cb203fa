/** The flow: figures and plots of the last ten minutes, and the tape of deltas. */
import './flow.css'
import { Lead } from '../parts/lead.js'
import { Term } from '../parts/term.js'
import { Steps } from '../steps/steps.js'
import { Plots } from './plots.js'
import { Tape } from './tape.js'

/** The view. */
export function FlowView() {
  return (
    <>
      <Lead name="Flow">
        Each save reaches every <Term of="back-up" /> as a <Term of="delta" />: the attributes that changed, not the session. It is safe there once its <Term of="ack" /> is back.
      </Lead>
      <Steps isStrip />
      <Plots />
      <Tape />
    </>
  )
}
