/** Which machine holds what was written, as far as that can be told while a history goes on. */
import type { Entry, SessionAccount } from '../cast/ledger.js'
import type { Machine } from '../cast/machine.js'
import { readReplica } from '../cast/replica.js'
import type { Replica } from '../cast/replica.js'

/** Of so many writes one is looked for: reading all replicas takes longer than the write. */
const EVERY = 4

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

/** Whether a machine may hold it, or have held it: one that was started since, or is down, may have lost it or have it on disk. */
export function mayHold(machine: Machine, session: SessionAccount, entry: Entry): boolean {
  return machine.leads === undefined || machine.startedAt >= entry.invokedAt || isIn(replicaOf(machine, session), entry)
}

/** For a message. */
export function nameOf({ id }: SessionAccount, { kind, name, invokedAt }: Entry): string {
  return `${kind} ${name} of ${id}, asked for at ${invokedAt},`
}
