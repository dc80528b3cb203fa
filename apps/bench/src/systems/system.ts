/**
 * What can save the changes of W1: Understudy in its two forms, what it is compared with, and the limits. Each is started
 * with a number of sessions of ten attributes, of which two processes have a copy then.
 */
import type { Saves } from '../workload/saves.js'

/** How a system is started. */
export interface SystemOptions {
  readonly sessions: number
  /** Saves at once at most. */
  readonly width: number
  /** Puts something between the two who hold the copies, such as what counts bytes: a ws URL in, a ws URL out. */
  readonly through?: (url: string) => Promise<string>
}

/** A running system. */
export interface System {
  readonly saves: Saves
  /** Processor time so far, µs, by the names of its processes. */
  cpu(): Promise<Readonly<Record<string, number>>>
  /** Resolves when nothing of what was saved is under way any more, where that can be after it counted. */
  settled?(): Promise<void>
  close(): Promise<void>
}

/** A kind of system. */
export interface SystemKind {
  /** As tables and charts name it. */
  readonly name: string
  /** Whose processor time it tells. */
  readonly processes: readonly string[]
  /** It is not ours. */
  readonly others?: true
  /** @throws NotAvailable */
  start(options: SystemOptions): Promise<System>
}
