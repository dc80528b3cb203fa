/** A process that is none: keeps what is written, and lets a test send signals. */
import type { StopSignal, Surroundings } from '../surroundings.js'

/** Surroundings under the test's control. */
export interface FakeSurroundings extends Surroundings {
  readonly written: { out: string; err: string }
  /** What the parent was told. */
  readonly told: object[]
  /** Codes that the command asked to exit with at once. */
  readonly exits: number[]
  /** How many listeners for signals and for the parent there are now. */
  listening(): number
  signal(signal: StopSignal): void
  loseParent(): void
}

/** Surroundings with the given environment. */
export function fakeSurroundings(env: Readonly<Record<string, string>> = {}, isTerminal = false): FakeSurroundings {
  const signals = new Set<(signal: StopSignal) => void>()
  const parents = new Set<() => void>()
  const written = { out: '', err: '' }
  const told: object[] = []
  const exits: number[] = []
  return {
    env,
    isTerminal,
    written,
    told,
    exits,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    onStopSignal(listener) {
      signals.add(listener)
      return () => void signals.delete(listener)
    },
    onParentGone(listener) {
      parents.add(listener)
      return () => void parents.delete(listener)
    },
    tellParent: (message) => void told.push(message),
    exit: (code) => void exits.push(code),
    listening: () => signals.size + parents.size,
    signal: (signal) => signals.forEach((listener) => listener(signal)),
    loseParent: () => parents.forEach((listener) => listener()),
  }
}
