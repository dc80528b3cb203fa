/** What a kind of fault is to the run. */
import type { Chance } from '../chance.js'
import type { Violation } from '../checker.js'
import type { Cluster } from '../nodes/cluster.js'

/** The scene of a fault. */
export interface Scene {
  readonly cluster: Cluster
  readonly chance: Chance
  /** Number of the fault in this run. */
  readonly number: number
}

/** A fault that has been brought about. */
export interface Struck {
  /** Nodes whose slots are concerned: outages of their clients are measured. */
  readonly victims: readonly string[]
  /** ms that it lasts at least. */
  readonly lasts: number
  /** Ends it. */
  end(): Promise<void>
  /** What broke while it lasted, where the fault itself tells. Called once all is whole again. */
  verify?(): Promise<readonly Violation[]>
  /** What else there is to report. */
  readonly counts?: Readonly<Record<string, number>>
}

/** One kind of fault. */
export interface Fault {
  readonly kind: string
  /** What it does, for people. */
  readonly what: string
  /** Whether two sides may write at a time, in partition `available`. */
  readonly splits: boolean
  /** Whether clients of the victims are expected to be served again before it ends. */
  readonly isSurvived: boolean
  /** Only where sessions are on disk. */
  readonly needsDisk?: boolean
  /** Brings it about. */
  strike(scene: Scene): Promise<Struck>
}
