/** The flow: figures and plots of the last ten minutes, and the tape of deltas. */
import './flow.css'
import { Plots } from './plots.js'
import { Tape } from './tape.js'

/** The view. */
export function FlowView() {
  return (
    <>
      <h1 class="unseen">Flow</h1>
      <Plots />
      <Tape />
    </>
  )
}
