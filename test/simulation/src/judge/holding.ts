/** Which machine holds what was written, as far as that can be told while a history goes on. */
import type { Entry, SessionAccount } from '../cast/ledger.js'
import type { Machine } from '../cast/machine.js'
import { readReplica } from '../cast/replica.js'
import type { Replica } from '../cast/replica.js'

/** Of so many writes one is looked for: reading all replicas takes longer than the write. */
const EVERY = 4

/** ms after its start, or a pause, from which on everyone has surely heard a machine again. */
const STEADY = 3_000

/**
 * Whether whoever decides something can hear a machine: it has been running for a while, and is linked with all others of
 * which that is true. What is only on machines that are paused, down or cut off counts when they are back, and not before.
 */
export function isAtHand(machine: Machine, machines: readonly Machine[], now: number): boolean {
  const isSteady = ({ running, steadySince }: Machine): boolean => running !== undefined && now - steadySince > STEADY
  if (!isSteady(machine)) return false
  const links = machine.running?.status().links ?? []
  const linked = new Set(links.flatMap(({ peer, state }) => (state === 'open' ? [peer] : [])))
  return machines.every((other) => other === machine || !isSteady(other) || linked.has(other.name))
}

/** Writes under names of their own can be told from all others; the end of a session too. */
export function isLookedFor({ kind, name, value }: Entry): boolean {
  return kind === 'destroy' || (kind === 'write' && /^[uf]/.test(name) && value % EVERY === 0)
}

/** What the node of a machine holds of a session now. */
export function replicaOf({ leads }: Machine, { key }: SessionAccount): Replica | 'dead' | undefined {
  return leads && readReplica(leads, key)
}

/** Whether it is there. */
export function isIn(replica: Replica | 'dead' | undefined, { kind, name, value }: Entry): boolean {
  return replica === 'dead' || (kind !== 'destroy' && replica?.attributes.get(name) === value)
}

/**
 * Whether a machine may hold it, or have held it: one that was started or whose disk was damaged since, or that is down,
 * may have lost it or have it on disk.
 */
export function mayHold(machine: Machine, session: SessionAccount, entry: Entry): boolean {
  const mayHaveLost = machine.startedAt >= entry.invokedAt || machine.damagedAt >= entry.invokedAt
  return machine.leads === undefined || mayHaveLost || isIn(replicaOf(machine, session), entry)
}

/** For a message. */
export function nameOf({ id }: SessionAccount, { kind, name, invokedAt }: Entry): string {
  return `${kind} ${name} of ${id}, asked for at ${invokedAt},`
}
