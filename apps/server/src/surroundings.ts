/** What a command sees of the process it runs in. Handed in, so that tests run commands without a process. */

/** What asks a command to stop: signals, or (`SIGPIPE`) that nobody reads its output any more, as with `| head`. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGPIPE'

/** The process around a command. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Writes to standard output, as is. */
  out(text: string): void
  /** Writes to standard error, as is. */
  err(text: string): void
  /** Whether standard output is a terminal that lines can be redrawn on. */
  readonly isTerminal: boolean
  /** Calls `listener` for every stop signal; the result ends that. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void
  /** Calls `listener` once when the parent process has gone (its IPC channel closed); the result ends that. */
  onParentGone(listener: () => void): () => void
  /** Tells the parent process something over IPC; nothing happens without a parent that listens. */
  tellParent(message: object): void
  /** Ends the process now. */
  exit(code: number): void
}

/** The real process. */
export function processSurroundings(): Surroundings {
  return {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true,
    onStopSignal(listener) {
      process.on('SIGINT', listener).on('SIGTERM', listener)
      // Node.js ignores the signal itself; the error of the write takes its place. It stays handled: later writes
      // fail too.
      for (const stream of [process.stdout, process.stderr]) {
        stream.on('error', (error) => {
          if (!('code' in error) || error.code !== 'EPIPE') throw error
          listener('SIGPIPE')
        })
      }
      return () => void process.off('SIGINT', listener).off('SIGTERM', listener)
    },
    onParentGone(listener) {
      process.once('disconnect', listener)
      return () => {
        process.off('disconnect', listener)
        // An open channel would keep the process alive after its work is done.
        if (process.connected) process.disconnect()
      }
    },
    tellParent: (message) => void process.send?.(message),
    exit: (code) => process.exit(code),
  }
}
