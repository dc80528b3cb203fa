/** The eight steps of a save, ① to ⑧, each with what it means and how it goes at the moment. */
import type { InspectWelcome, NodeView } from '@understudy/protocol/inspect'
import { bytes, percent, significant, whole } from '../shape/bytes.js'
import { milliseconds } from '../shape/duration.js'
import type { ClusterRates } from '../flow/rate-history.js'

/** One step. */
export interface Step {
  readonly sign: string
  readonly name: string
  readonly meaning: string
  readonly figure: string
  readonly unit: string
}

/** What the figures are taken from. */
export interface StepSources {
  readonly rates: ClusterRates | undefined
  readonly nodes: readonly NodeView[]
  readonly mode: InspectWelcome['mode']
}

/** The steps in their order. */
export function stepsOf({ rates, nodes, mode }: StepSources): readonly Step[] {
  const sessions = nodes.reduce((most, { own }) => Math.max(most, own?.sessions ?? 0), 0)
  const share = rates?.savedShare
  const lag = rates?.lagMean
  return [
    { sign: '①', name: 'write', figure: significant(rates?.saves ?? 0), unit: 'saves/s', meaning: 'The app saves the attributes that changed on the session’s primary.' },
    { sign: '②', name: 'mark', figure: whole(rates?.behind ?? 0), unit: 'dirty', meaning: 'The session is noted for each back-up: a set, so nothing piles up.' },
    { sign: '③', name: 'compare', figure: whole(sessions), unit: sessions === 1 ? 'session' : 'sessions', meaning: mode === 'benchmark' ? 'The benchmark tells what this back-up already holds.' : 'Mode immutable: frozen attributes need not travel again.' },
    { sign: '④', name: 'difference', figure: rates?.deltaMean === undefined ? '–' : bytes(rates.deltaMean), unit: 'a delta', meaning: share === undefined ? 'Only what it lacks becomes a delta.' : `Only what it lacks: ${percent(share)} less than whole sessions.` },
    { sign: '⑤', name: 'send', figure: `${bytes(rates?.sentBytes ?? 0)}/s`, unit: '', meaning: 'Many deltas share one WebSocket message.' },
    { sign: '⑥', name: 'merge', figure: significant(rates?.deltas ?? 0), unit: 'deltas/s', meaning: 'The back-up checks each delta strictly and merges it.' },
    { sign: '⑦', name: 'flush', figure: bytes(rates?.inFlightBytes ?? 0), unit: 'in flight', meaning: 'It makes them as safe as it was told to: memory or disk.' },
    { sign: '⑧', name: 'ack', figure: lag === undefined ? '–' : milliseconds(lag), unit: '', meaning: 'The benchmark advances, and the app’s save resolves.' },
  ]
}
