/** The machine that figures were taken on. */
import { cpus, loadavg, totalmem } from 'node:os'

/** What to know of this machine beside figures. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** Bytes. */
  readonly memory: number
  readonly node: string
  readonly text: string
}

/** This machine, now. */
export function machine(): Machine {
  const cpu = cpus()[0]?.model ?? 'unknown processor'
  const cores = cpus().length
  const busy = (loadavg()[0] ?? 0).toFixed(1)
  const node = process.version
  return { cpu, cores, memory: totalmem(), node, text: `${cpu}, ${cores} cores (load ${busy}), Node.js ${node}` }
}
