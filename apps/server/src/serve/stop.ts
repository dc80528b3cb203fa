/** When a command stops: at the first signal, or when its parent goes; a second signal leaves at once. */
import type { StopSignal, Surroundings } from '../surroundings.js'

/** Exit codes by custom: 128 + the signal's number. */
const SIGNAL_EXIT: Readonly<Record<Exclude<StopSignal, 'SIGPIPE'>, number>> = { SIGINT: 130, SIGTERM: 143 }

/** Waits for a reason to stop. */
export interface StopWatch {
  /** Resolves with the first reason. */
  readonly reason: Promise<string>
  /** Ends the watch, after which signals do what they do by default. */
  end(): void
}

/** Watches for stop signals from now on and, if asked to, for the parent process going away. */
export function watchForStop(surroundings: Surroundings, options: { withParent: boolean }): StopWatch {
  const { promise: reason, resolve } = withResolvers()
  let isStopping = false
  const endSignals = surroundings.onStopSignal((signal) => {
    resolve(signal)
    // Output may break again and again; nobody has lost patience because of that.
    if (signal === 'SIGPIPE') return
    if (isStopping) surroundings.exit(SIGNAL_EXIT[signal])
    isStopping = true
  })
  const endParent = options.withParent
    ? surroundings.onParentGone(() => resolve('the parent process has gone'))
    : undefined
  return {
    reason,
    end() {
      endSignals()
      endParent?.()
    },
  }
}

/** `Promise.withResolvers` is not in Node.js 20. */
function withResolvers(): { promise: Promise<string>; resolve: (reason: string) => void } {
  let resolve: (reason: string) => void = () => {}
  const promise = new Promise<string>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}
