/**
 * What clients asked for and what they were told: what the judge goes by. It knows nothing of nodes but how many of
 * them have lost what they held, so that it can say what must have survived.
 */

/** What is known of an operation: under way or unclear, acknowledged, or refused for good. */
export type Fate = 'unclear' | 'acknowledged' | 'refused'

/** One operation of a client. */
export interface Entry {
  readonly kind: 'write' | 'remove' | 'increment' | 'destroy' | 'open'
  readonly name: string
  readonly value: number
  readonly invokedAt: number
  /** Losses before it was asked for. */
  readonly lossesBefore: number
  fate: Fate
  /** When it was acknowledged. */
  acknowledgedAt: number
  /** Copies that it was said to have. */
  copies: number
}

/** All that was asked of one session. */
export class SessionAccount {
  readonly id: string
  readonly key: string
  readonly slot: number
  /** Simulated time when somebody first asked for it, and how far the machines' clocks had leapt by then, ms. */
  firstAskedAt: number
  leaptBefore: number
  readonly entries: Entry[] = []
  /** The session that went on as this one, or may have. */
  predecessor: SessionAccount | undefined
  /** The rotation that was asked for to make it. */
  rotation: Entry | undefined
  /** Whether it is, or may be, what another session went on as. */
  isSuccessor = false

  constructor(identity: { readonly id: string; readonly key: string; readonly slot: number }, ledger: Ledger) {
    this.id = identity.id
    this.key = identity.key
    this.slot = identity.slot
    this.firstAskedAt = ledger.now()
    this.leaptBefore = ledger.leapt
  }

  /** What may be there: all that was asked of it, and of its predecessor for as long as nobody has said what it took along. */
  get possible(): readonly Entry[] {
    return this.predecessor === undefined ? this.entries : [...this.entries, ...this.predecessor.possible]
  }

  /** It is, or may be, what the other goes on as: as old as that one. */
  descend(from: SessionAccount): void {
    this.predecessor = from
    this.isSuccessor = true
    this.firstAskedAt = from.firstAskedAt
    this.leaptBefore = from.leaptBefore
  }

  /** Entries of one kind. */
  of(kind: Entry['kind']): Entry[] {
    return this.entries.filter((entry) => entry.kind === kind)
  }
}

/** A broken promise. */
export interface Violation {
  /** Which promise. */
  readonly rule: string
  readonly message: string
}

/** The book of one history. */
export class Ledger {
  readonly sessions = new Map<string, SessionAccount>()
  /** The slots of these. */
  readonly slots = new Set<number>()
  readonly violations: Violation[] = []
  /** The last session of each place that somebody asked to end. */
  readonly ended = new Map<number, string>()
  /** Losses of all machines so far. */
  losses: () => number = () => 0
  /** ms by which the clocks of all machines have leapt so far. */
  leapt = 0
  /** Simulated time. */
  now: () => number = () => 0
  /** Called with what was acknowledged, and with as many copies as it was said to have. */
  witness: (session: SessionAccount, entry: Entry, copies: number) => void = () => {}
  /** Writes that have been drawn: no value occurs twice. */
  #drawn = 0

  /** A number that was never used. */
  next(): number {
    return ++this.#drawn
  }

  /** Opens the account of a session that somebody asks for the first time. */
  open(identity: { readonly id: string; readonly key: string; readonly slot: number }): SessionAccount {
    const account = new SessionAccount(identity, this)
    this.sessions.set(identity.id, account)
    this.slots.add(identity.slot)
    return account
  }

  /** Notes that something is asked for. */
  asked(session: SessionAccount, kind: Entry['kind'], name = '', value = 0): Entry {
    const entry: Entry = { kind, name, value, invokedAt: this.now(), lossesBefore: this.losses(), fate: 'unclear', acknowledgedAt: Infinity, copies: 0 }
    session.entries.push(entry)
    return entry
  }

  /** Notes that it was acknowledged. */
  acknowledged(session: SessionAccount, entry: Entry, copies: number): void {
    entry.fate = 'acknowledged'
    entry.acknowledgedAt = Math.min(entry.acknowledgedAt, this.now())
    entry.copies = Math.max(entry.copies, copies)
    this.witness(session, entry, copies)
  }

  /**
   * A session has gone on under another id, which so many nodes were said to hold.
   *
   * @param asked its rotation; whatever was held then, and is now, has come along
   * @param held of these it is known that they were
   * @returns by entry of the old session what it is of the new one
   */
  succeeded(from: SessionAccount, to: SessionAccount, asked: Entry, held: ReadonlySet<Entry>): ReadonlyMap<Entry, Entry> {
    const taken = new Map<Entry, Entry>()
    for (const entry of from.possible) {
      if (entry.fate === 'refused' || entry.kind === 'destroy' || entry.kind === 'open') continue
      const isHeld = held.has(entry) && this.mustHold(entry)
      const { invokedAt, lossesBefore, acknowledgedAt, copies } = asked
      taken.set(entry, isHeld ? { ...entry, invokedAt, lossesBefore, acknowledgedAt, copies } : { ...entry, fate: 'unclear', acknowledgedAt: Infinity })
    }
    to.entries.unshift(...taken.values())
    to.predecessor = undefined
    return taken
  }

  /** Whether it must be there now, whatever was lost: n copies survive n − 1 losses. */
  mustHold(entry: Entry): boolean {
    return entry.fate === 'acknowledged' && this.losses() - entry.lossesBefore < entry.copies
  }

  /** Notes a broken promise; the first of each rule says most. */
  violated(rule: string, message: string): void {
    if (!this.violations.some((known) => known.rule === rule)) this.violations.push({ rule, message: `${message} (at ${this.now()})` })
  }
}
