/** Carries out an action of an admin and tells what came of it. */
import type { Action, Outcome } from '@understudy/protocol/inspect'
import { tell, warn } from '../parts/toasts.js'
import { askNode } from './inspector.js'
import { RequestFailure } from './requests.js'

/** Carries out; `done` is said when it worked. Gives the outcome; undefined when it failed, which was told. */
export async function act(action: Action, done: string | ((outcome: Outcome) => string)): Promise<Outcome | undefined> {
  try {
    const { outcome } = await askNode({ type: 'act', action })
    tell(typeof done === 'string' ? `${done}${copies(outcome)}.` : done(outcome))
    return outcome
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    warn(error.node === undefined ? error.message : `${error.message} Open the inspector of node ${error.node} for it.`)
    return undefined
  }
}

function copies({ copies: held }: Outcome): string {
  if (held === undefined) return ''
  return held === 1 ? ', held by one node' : `, held by ${held} nodes`
}
