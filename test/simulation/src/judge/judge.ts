/** Judges a history at its end: what the nodes hold against what clients were told. */
import type { Entry, Ledger, SessionAccount } from '../cast/ledger.js'
import type { Machine } from '../cast/machine.js'
import { readReplica } from '../cast/replica.js'
import type { Replica } from '../cast/replica.js'

/** What must be known of the history. */
export interface Circumstances {
  /** Whether two sides may have served one session at the same time, each without the other's writes. */
  readonly mayDiffer: boolean
  /** Simulated times when splits ended, also those in which one side served nothing. */
  readonly healedAt: readonly number[]
  /** Whether sessions may have expired. */
  readonly mayExpire: boolean
}

/** Bytes of the largest document that the sessions of a history may come to: so many an entry, and its value as text. */
const BYTES_PER_ENTRY = 40
const LARGEST_FRESH = 4_096

/** Compares all nodes with the ledger and with one another. */
export function judge(machines: readonly Machine[], ledger: Ledger, circumstances: Circumstances): void {
  const digests = new Set(machines.map(({ node }) => node?.status().digest))
  if (digests.size > 1) ledger.violated('CONVERGE', `the nodes came to rest with ${digests.size} different digests`)
  for (const account of ledger.sessions.values()) judgeSession(machines, account, ledger, circumstances)
}

function judgeSession(machines: readonly Machine[], account: SessionAccount, ledger: Ledger, circumstances: Circumstances): void {
  const replicas = machines.map(({ leads }) => leads && readReplica(leads, account.key))
  const states = new Set(replicas.map(canonical))
  if (states.size > 1) ledger.violated('CONVERGE', `the nodes hold ${account.id} in ${states.size} versions: ${[...states].join(' | ')}`)
  const [replica] = replicas
  const destroys = account.of('destroy')
  if (replica === 'dead') return judgeDeath(account, destroys, ledger, circumstances)
  const end = destroys.find((entry) => ledger.mustHold(entry))
  if (replica !== undefined && end !== undefined) ledger.violated('DEAD_STAYS_DEAD', `${account.id} lives, although its end was acknowledged by ${end.copies} nodes at ${end.acknowledgedAt}`)
  if (replica === undefined) {
    const lost = account.entries.find((entry) => ledger.mustHold(entry))
    if (lost !== undefined) ledger.violated('KEEP', `nobody knows ${account.id}, of which ${describe(lost)} was acknowledged`)
    return
  }
  judgeReplica(replica, account, ledger)
  judgeWrites(replica, account, ledger, circumstances)
  judgeCount(replica, account, ledger, circumstances)
}

/** Only who was destroyed or may have expired is dead. */
function judgeDeath(account: SessionAccount, destroys: readonly Entry[], ledger: Ledger, { mayExpire, mayDiffer, healedAt }: Circumstances): void {
  // Of what a side of a split made of a session the other side knows only that this one is over, and takes it for a logout.
  if (account.isSuccessor && mayDiffer) return
  // Where nothing could be acknowledged on one side, too, if the rotation was still under way on both when they met.
  const { rotation } = account
  if (rotation !== undefined && healedAt.some((at) => rotation.invokedAt <= at && at <= rotation.acknowledgedAt)) return
  // Where one ends by itself while it is rotated, its successor ends with it.
  const ended = [...destroys, ...(account.predecessor?.of('destroy').slice(1) ?? [])]
  if (ended.length === 0 && !mayExpire) ledger.violated('LIVE', `${account.id} is dead, and nobody destroyed it`)
}

function judgeReplica(replica: Replica, account: SessionAccount, ledger: Ledger): void {
  if (replica.isPending) ledger.violated('NOTHING_PENDING', `Yjs waits for structs of ${account.id} that nobody has`)
  const fresh = [...replica.entries.values()].reduce((sum, value) => sum + BYTES_PER_ENTRY + value.length, 0)
  const limit = 4 * Math.max(LARGEST_FRESH, fresh)
  if (replica.size > limit) ledger.violated('BOUNDED', `the document of ${account.id} has ${replica.size} bytes for ${replica.entries.size} entries`)
}

/** What was acknowledged is there, unless something later took its place. */
function judgeWrites(replica: Replica, account: SessionAccount, ledger: Ledger, { mayDiffer }: Circumstances): void {
  const writes = account.possible.filter(({ kind }) => kind === 'write' || kind === 'remove')
  for (const [name, value] of replica.attributes) {
    if (name !== 'n' && !writes.some((entry) => entry.name === name && entry.value === value)) ledger.violated('NOTHING_INVENTED', `${account.id} has ${name} = ${String(value)}, which nobody wrote`)
  }
  for (const write of writes) {
    // What its predecessor alone is known to have must be there only once it has gone on as this one.
    if (!ledger.mustHold(write) || !account.entries.includes(write)) continue
    const found = replica.attributes.get(write.name)
    if (write.kind === 'write' ? found === write.value : found === undefined) continue
    const rivals = writes.filter((other) => other !== write && other.name === write.name && other.fate !== 'refused')
    const takers = rivals.filter((other) => (other.kind === 'remove' ? found === undefined : found === other.value))
    if (takers.some((other) => mayDiffer || other.acknowledgedAt >= write.invokedAt)) continue
    ledger.violated('KEEP', `${describe(write)} of ${account.id} was acknowledged and is lost; instead there is ${String(found)}`)
  }
}

/**
 * Increments are counted once each, also those of both sides of a split. (SPEC CNT-4 passes over a reign that comes back
 * after 16 others have counted: no history of ours has so many.)
 */
function judgeCount(replica: Replica, account: SessionAccount, ledger: Ledger, { mayDiffer }: Circumstances): void {
  const increments = account.possible.filter(({ kind }) => kind === 'increment')
  const counted = replica.attributes.get('n') ?? 0
  // Where both sides of a split made a successor, its counter is one of the two.
  const isOneOfTwo = account.isSuccessor && mayDiffer
  const least = isOneOfTwo ? 0 : account.of('increment').filter((entry) => ledger.mustHold(entry)).length
  const most = increments.filter(({ fate }) => fate !== 'refused').length
  if (typeof counted === 'number' && counted >= least && counted <= most) return
  ledger.violated('COUNT_ONCE', `${account.id} counts ${String(counted)}, of ${least} acknowledged and ${most} asked for`)
}

function describe({ kind, name, value, copies, invokedAt, acknowledgedAt }: Entry): string {
  return `${kind} ${name} = ${value} (${copies} copies, asked ${invokedAt}, acknowledged ${acknowledgedAt})`
}

function canonical(replica: Replica | 'dead' | undefined): string {
  if (replica === undefined || replica === 'dead') return String(replica)
  return JSON.stringify([...replica.attributes].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
