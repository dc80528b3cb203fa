/**
 * Bugs that somebody could make: each is put into production code as it is loaded, in a process of its own, and the
 * simulator must notice. What it does not notice is not tested.
 *
 * A mutant names a built file and a text in it that occurs there once; whoever changes that text chooses it anew.
 */

/** One seeded bug. */
export interface Mutant {
  readonly name: string
  /** End of the path of the built file. */
  readonly file: string
  readonly find: string
  readonly replace: string
  /** Whether a few hundred histories suffice to notice it: it is hunted in every run of the tests. */
  readonly plain?: boolean
}

/** All of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'an epoch is begun again by another',
    plain: true,
    file: 'cluster/dist/membership.js',
    find: 'return next + ((this.#turn - (next % this.#turns) + this.#turns) % this.#turns);',
    replace: 'return next;',
  },
  {
    name: 'a back-up acknowledges before it has flushed',
    file: 'node/dist/peers/peer.js',
    find: 'const safe = this.#context.safe?.();',
    replace: 'const safe = undefined;',
  },
  {
    name: 'a primary counts its own copy before it has flushed',
    plain: true,
    file: 'node/dist/disk/own-copy.js',
    find: 'await storage.settled(durability);',
    replace: '',
  },
  {
    name: 'the benchmark advances to the latest, whatever was sent',
    plain: true,
    file: 'replication/dist/backlog.js',
    find: 'if (again === undefined)\n            this.#end(progress);',
    replace: 'if (again !== undefined)\n            this.#count(session, -1);\n        if (true)\n            this.#end(progress);',
  },
  {
    name: 'a refused delta counts as held',
    file: 'replication/dist/backlog.js',
    find: 'progress.refused = true;',
    replace: '',
  },
  {
    name: 'what was in flight when a link was lost counts as held',
    file: 'replication/dist/backlog.js',
    find: "if (refused && again !== undefined)\n                progress.known = again;\n            this.#move(progress, 'dirty');",
    replace: 'this.#end(progress);',
  },
  {
    name: 'an acknowledgement of one frame acknowledges all',
    plain: true,
    file: 'replication/dist/window.js',
    find: 'held === -1 ? this.#frames.length : held',
    replace: 'this.#frames.length',
  },
  {
    name: 'no fence: a frame of an older epoch is merged',
    file: 'replication/dist/backup-side.js',
    find: 'if (epoch < newest)',
    replace: 'if (false)',
  },
  {
    name: 'a position advances although the digests differ',
    plain: true,
    file: 'replication/dist/backup-side.js',
    find: 'if (this.#sessions.agrees(mark))',
    replace: 'if (true)',
  },
  {
    name: 'a slot is taken for equal if it has as many sessions',
    plain: true,
    file: 'replication/dist/primary-side.js',
    find: 'const equal = mark.count === own.count && mark.digest[0] === own.digest[0] && mark.digest[1] === own.digest[1];',
    replace: 'const equal = mark.count === own.count;',
  },
  {
    name: 'a resuming back-up is sent one change too few',
    file: 'replication/dist/primary-side.js',
    find: 'this.#sessions.changedSince(slot, mark.sequence)',
    replace: 'this.#sessions.changedSince(slot, mark.sequence + 1)',
  },
  {
    name: 'a gap is accepted',
    file: 'store/dist/session-store.js',
    find: 'if (merged === undefined || merged.kept)',
    replace: "if (merged === undefined)\n            return 'merged';\n        if (merged.kept)",
  },
  {
    name: 'no death marker at the back-ups',
    plain: true,
    file: 'store/dist/session-store.js',
    find: 'this.#bury(slot.place(entry.key), entry.death);',
    replace: '',
  },
  {
    name: 'a death marker is no obstacle to what comes late',
    file: 'store/dist/session-store.js',
    find: "if (slot.sessions.get(entry.key)?.death !== undefined)\n            return 'lacks';",
    replace: 'slot.place(entry.key).death = undefined;',
  },
  {
    name: 'a resend is applied twice',
    plain: true,
    file: 'session/dist/operation-log.js',
    find: 'return entry.counter >= id.counter;',
    replace: 'return entry.counter > id.counter;',
  },
  {
    name: 'touches are lost',
    plain: true,
    file: 'store/dist/session-store.js',
    find: 'if (stored?.session?.touch(now) === true)',
    replace: 'if (false)',
  },
  {
    name: 'a client keeps its touches to itself',
    plain: true,
    file: 'client/dist/remote/remote-gateway.js',
    find: "link?.send({ type: 'touch', key });",
    replace: '',
  },
  {
    name: 'back-ups do not learn which saves were applied',
    file: 'store/dist/delta-entry.js',
    find: 'if (operations.length > 0)\n        entry.operations = operations;',
    replace: '',
  },
  {
    name: 'the wrong node is promoted, too',
    file: 'cluster/dist/reign-rule.js',
    find: 'other === undefined && wanted === self && mayBegin',
    replace: 'other === undefined && mayBegin',
  },
  {
    name: 'a promoted node serves before it has merged what the others hold',
    file: 'node/dist/reigns/reigns.js',
    find: 'if (!peer.primarySide.isSettled(slot))\n                return false;',
    replace: '',
  },
  {
    name: 'a primary that hears of a later reign goes on',
    file: 'cluster/dist/reign-rule.js',
    find: "other.epoch === own && wanted === self ? 'raise' : 'end'",
    replace: "other.epoch === own && wanted === self ? 'raise' : 'stay'",
  },
  {
    name: 'a node that was paused trusts in being what it was',
    file: 'node/dist/reigns/doubt.js',
    find: 'return this.#awaited.size > 0;',
    replace: 'return false;',
  },
  {
    name: 'a slot is handed over before the other holds it',
    file: 'node/dist/reigns/hand-overs.js',
    find: 'if (!to.primarySide.isHeld(slot))\n            return false;',
    replace: 'return true;',
  },
  {
    name: 'copies are counted before anyone holds them',
    file: 'node/dist/sessions/copies.js',
    find: 'const isAlone = wish.copies <= 1 ||',
    replace: 'if (wish.copies > 1) return Promise.resolve(wish.copies);\n        const isAlone = wish.copies <= 1 ||',
  },
  {
    name: 'the side without majority acknowledges',
    file: 'node/dist/reigns/quorum.js',
    find: 'return this.#voters(slot, (name) => backups.includes(name)) >= writeQuorum(this.#holders(slot).length);',
    replace: 'return true;',
  },
  {
    name: 'a client forgets what it sent to a node that is gone',
    plain: true,
    file: 'client/dist/remote/request-table.js',
    find: "if (request.link !== link)\n                continue;\n            request.uncertain = true;\n            request.progress = { at: 'waiting' };",
    replace: 'if (request.link !== link)\n                continue;\n            request.uncertain = true;',
  },
]
