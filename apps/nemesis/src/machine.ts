/** How busy the machine was: what times measured on it are worth depends on that. */
import { cpus, loadavg } from 'node:os'

/** The machine during a run. */
export interface MachineUse {
  readonly cores: number
  /** Share of all cores' time that anybody used, this run included. */
  readonly busy: number
  /** Processes that ran or waited for a core, on average over the last minute. */
  readonly load: number
}

/** Begins to watch. @returns tells what it was like since */
export function watchMachine(): () => MachineUse {
  const before = coreTime()
  return () => {
    const now = coreTime()
    return { cores: cpus().length, busy: (now.busy - before.busy) / Math.max(1, now.all - before.all), load: loadavg()[0] ?? 0 }
  }
}

/** ms of all cores since the machine started. */
function coreTime(): { readonly busy: number; readonly all: number } {
  const all = cpus().map(({ times }) => ({ idle: times.idle, all: times.user + times.nice + times.sys + times.idle + times.irq }))
  return { busy: all.reduce((sum, core) => sum + core.all - core.idle, 0), all: all.reduce((sum, core) => sum + core.all, 0) }
}
