/** What the run and its processes of load say to one another. */

/** What one session's worker knows of it. */
export interface Claim {
  readonly id: string
  /** The last number that it tried to save. Numbers grow by one. */
  readonly tried: number
  /** The last number whose save was acknowledged. */
  readonly acknowledged: number
  /** The last number whose save was acknowledged by two copies or more. */
  readonly held: number
  /** Whether the session was destroyed: `maybe` where no answer came. */
  readonly destroyed: 'no' | 'maybe' | 'yes'
}

/** Outages of those whose slots were struck. Times in ms. */
export interface Outage {
  /** The longest time in which a worker had no save acknowledged, from the strike on. */
  readonly longest: number
  /** Workers that wait for a save which they began before or since, none acknowledged since the strike. */
  readonly waiting: number
  /** Workers concerned. */
  readonly workers: number
}

/** Sums of one process. */
export interface Sums {
  readonly saves: number
  readonly destroyed: number
  /** Saves that failed, by code. */
  readonly failures: Readonly<Record<string, number>>
}

/** From the run. */
export type Command =
  | { readonly type: 'struck'; readonly at: number; readonly slots: readonly number[] }
  | { readonly type: 'outage' }
  | { readonly type: 'hold' }
  | { readonly type: 'go' }
  | { readonly type: 'claims' }
  | { readonly type: 'sums' }

/** To the run: answers, in the order of the commands that ask for one. */
export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'outage'; readonly outage: Outage }
  | { readonly type: 'held' }
  | { readonly type: 'claims'; readonly claims: readonly Claim[] }
  | { readonly type: 'sums'; readonly sums: Sums }
