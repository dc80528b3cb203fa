/**
 * What a measurement is: a title, what it shows, and one or several variants that are measured in turns, so that a
 * busy moment of the machine falls on all of them alike.
 *
 *   measurement ── variants ──setUp──► subject ──run──► a number for each figure
 *
 * Invariant: `run` can be called again and again and measures the same thing every time.
 */

/** Units that figures are printed in. */
export type Unit = 'µs' | 'ms' | '/s' | 'B' | 'MB' | '×' | 'deltas' | 'round trips' | 'checks' | 'races' | 'sessions'

/** A bound that the figure's median must keep. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number }

/** One number that every run of a variant gives. */
export interface Figure {
  readonly title: string
  readonly unit: Unit
  /** The goal, where there is one. */
  readonly goal?: Goal
  /** What was turned up from figure to figure of the same title, as saves in flight: where it stands on a chart's axis. */
  readonly at?: number
  /** Set where a count is not the same twice, as what a process has of the machine's memory: it is no part of a baseline. */
  readonly varies?: true
}

/** A variant that is set up and can be measured. */
export interface Subject {
  /** Measures once. Resolves to a number for each of the variant's figures. */
  run(): Promise<Readonly<Record<string, number>>>
  /** What is to be said of the last run beside its numbers, a line each. */
  remarks?(): readonly string[]
  /** Ends processes and connections. */
  close(): Promise<void>
}

/** One of the things that a measurement compares. */
export interface Variant {
  readonly name: string
  /** Somebody else's, to be set beside ours: no part of the baseline, and not measured by `--quick`. */
  readonly others?: true
  /** Set where this one takes too long to be repeated: it is measured in the first counted run only. */
  readonly once?: true
  /** MB that the heaps of its processes may take, where Node's own limit is too little. */
  readonly heap?: number
  /** By the names that `run` uses. */
  readonly figures: Readonly<Record<string, Figure>>
  /**
   * Makes ready what is measured.
   *
   * @throws NotAvailable where this machine lacks something
   */
  setUp(): Promise<Subject>
}

/** Two variants' figures of the same run, divided. */
export interface Ratio {
  readonly title: string
  readonly figure: string
  readonly of: string
  readonly to: string
  readonly goal?: Goal
  /** Where one figure is divided by another one: the latter. */
  readonly toFigure?: string
}

/** One thing measured. */
export interface Measurement {
  /** What `--only` takes. */
  readonly name: string
  readonly title: string
  /** What the numbers tell, and how they are taken. */
  readonly shows: string
  /** How many copies each side makes of a write before it counts, and what is safe on a disk then. */
  readonly terms: string
  readonly variants: readonly Variant[]
  readonly ratios?: readonly Ratio[]
  /** Set where figures in bytes and numbers are the same on every machine: `--quick` runs these. */
  readonly counts?: boolean
  /** Set where nothing gets faster by repetition: counts and bytes. The run before the first counted one is left out. */
  readonly cold?: boolean
  /** Set where one run says it all, and takes its time: there is no second one, whatever was asked for. */
  readonly once?: boolean
}

/** Something that a variant needs is not on this machine; the message says what to do. */
export class NotAvailable extends Error {
  override readonly name = 'NotAvailable'
}
