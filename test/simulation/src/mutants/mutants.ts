/**
 * Bugs that somebody could make: each is put into production code as it is loaded, in a process of its own, and the
 * simulator must notice. What it does not notice is not tested.
 *
 * A mutant names built files and a text in each that occurs there once; whoever changes that text chooses it anew.
 * `caught.json` says which history noticed each last.
 */

/** A change of one built file. */
export interface Edit {
  /** End of the path of the built file. */
  readonly file: string
  /** A text that occurs in it once. */
  readonly find: string
  readonly replace: string
}

/** One seeded bug. */
export interface Mutant {
  readonly name: string
  /** Several, where one mechanism makes up for the lack of another: a single one would break no promise. */
  readonly edits: readonly Edit[]
}

/** All of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'an epoch is begun again by another',
    edits: [{ file: 'cluster/dist/membership.js', find: 'return next + ((this.#turn - (next % this.#turns) + this.#turns) % this.#turns);', replace: 'return next;' }],
  },
  {
    name: 'a back-up acknowledges before it has flushed',
    edits: [{ file: 'node/dist/peers/peer.js', find: 'const safe = this.#context.safe?.();', replace: 'const safe = undefined;' }],
  },
  {
    name: 'a primary counts its own copy before it has flushed',
    edits: [{ file: 'node/dist/disk/own-copy.js', find: 'await storage.settled(durability);', replace: '' }],
  },
  {
    name: 'the benchmark advances to the latest, whatever was sent',
    edits: [{ file: 'replication/dist/backlog.js', find: 'if (again === undefined)\n            this.#end(progress);', replace: 'if (again !== undefined)\n            this.#count(session, -1);\n        if (true)\n            this.#end(progress);' }],
  },
  {
    name: 'a refused delta counts as held',
    // Nor is it sent again: what is sent at once after all is there as soon as anyone could miss it.
    edits: [{ file: 'replication/dist/backlog.js', find: 'progress.refused = true;\n            return this.#again(progress, known);', replace: 'return;' }],
  },
  {
    name: 'what was in flight when a link was lost counts as held',
    edits: [{ file: 'replication/dist/backlog.js', find: "if (refused && again !== undefined)\n                progress.known = again;\n            this.#move(progress, 'dirty');", replace: 'this.#end(progress);' }],
  },
  {
    name: 'an acknowledgement of one frame acknowledges all',
    edits: [{ file: 'replication/dist/window.js', find: 'held === -1 ? this.#frames.length : held', replace: 'this.#frames.length' }],
  },
  {
    name: 'no fence: frames of an older epoch are merged, and who sends them goes on',
    // A primary hears of its successor from whoever follows that one, before any answer to what it sent since, and ends its
    // reign: the fence is for one that does not.
    edits: [
      { file: 'replication/dist/backup-side.js', find: 'if (epoch < newest)', replace: 'if (false)' },
      { file: 'cluster/dist/reign-rule.js', find: "other.epoch === own && wanted === self ? 'raise' : 'end'", replace: "other.epoch === own && wanted === self ? 'raise' : 'stay'" },
      { file: 'node/dist/reigns/reigns.js', find: 'if (reigned > 0 && (epochs[slot] ?? 0) > reigned)', replace: 'if (false)' },
    ],
  },
  {
    name: 'a position advances although the digests differ',
    edits: [{ file: 'replication/dist/backup-side.js', find: 'if (this.#sessions.agrees(mark))', replace: 'if (true)' }],
  },
  {
    name: 'a slot is taken for equal if it has as many sessions',
    edits: [{ file: 'replication/dist/primary-side.js', find: 'const equal = mark.count === own.count && mark.digest[0] === own.digest[0] && mark.digest[1] === own.digest[1];', replace: 'const equal = mark.count === own.count;' }],
  },
  {
    name: 'a resuming back-up is sent one change too few',
    edits: [{ file: 'replication/dist/primary-side.js', find: 'this.#sessions.changedSince(slot, mark.sequence)', replace: 'this.#sessions.changedSince(slot, mark.sequence + 1)' }],
  },
  {
    name: 'a frame that is lost is not missed',
    // A gap is accepted: the acknowledgement of the next frame covers the one that never came. Two counts tell of it, that
    // of deltas at once and that of all frames with the next ping. (Within a session no delta of correct code leaves a
    // gap, so nothing depends on its being noticed there, too.)
    edits: [
      { file: 'protocol/dist/peer/deltas.js', find: 'const number = memory.number + 1;\n        const low = reader.uint8();\n        if (low !== number % 0x100)', replace: 'const low = reader.uint8();\n        const number = memory.number + 1 + ((low - memory.number - 1) & 0xff);\n        if (low !== number % 0x100)' },
      { file: 'node/dist/peers/peer-link.js', find: 'if (frame.frames !== this.#framesReceived)', replace: 'if (false)' },
    ],
  },
  {
    name: 'no death marker at the back-ups',
    edits: [{ file: 'store/dist/session-store.js', find: 'this.#bury(slot.place(entry.key), entry.death);', replace: '' }],
  },
  {
    name: 'a death marker is no obstacle to what comes late',
    edits: [{ file: 'store/dist/session-store.js', find: "if (this.find(entry.key)?.death !== undefined)\n            return 'lacks';", replace: 'const dead = this.find(entry.key);\n        if (dead?.death !== undefined)\n            slot.drop(dead);' }],
  },
  {
    name: 'a resend is applied twice',
    edits: [{ file: 'session/dist/operation-log.js', find: 'return entry.counter >= id.counter;', replace: 'return entry.counter > id.counter;' }],
  },
  {
    name: 'touches are lost',
    edits: [{ file: 'store/dist/session-store.js', find: 'if (stored?.session?.touch(now) === true)', replace: 'if (false)' }],
  },
  {
    name: 'a client keeps its touches to itself',
    edits: [{ file: 'client/dist/remote/remote-gateway.js', find: "link?.send({ type: 'touch', key });", replace: '' }],
  },
  {
    name: 'back-ups do not learn which saves were applied',
    edits: [{ file: 'store/dist/delta-entry.js', find: 'if (operations.length > 0)\n        entry.operations = operations;', replace: '' }],
  },
  {
    name: 'the wrong node is promoted, too',
    // Whoever is not wanted does not even ask whether it may: both places have to forget it.
    edits: [
      { file: 'cluster/dist/reign-rule.js', find: 'other === undefined && wanted === self && mayBegin', replace: 'other === undefined && mayBegin' },
      { file: 'node/dist/reigns/reigns.js', find: 'const mayBegin = isInformed && wanted === self && reign', replace: 'const mayBegin = isInformed && reign' },
    ],
  },
  {
    name: 'a promoted node serves before it has merged what the others hold',
    edits: [{ file: 'node/dist/reigns/completeness.js', find: 'if (!primarySide.isSettled(slot))\n                return false;', replace: '' }],
  },
  {
    name: 'a primary that hears of a later reign goes on',
    // It may hear of it from others, or from the later primary itself.
    edits: [
      { file: 'cluster/dist/reign-rule.js', find: "other.epoch === own && wanted === self ? 'raise' : 'end'", replace: "other.epoch === own && wanted === self ? 'raise' : 'stay'" },
      { file: 'node/dist/reigns/reigns.js', find: 'if (reigned > 0 && (epochs[slot] ?? 0) > reigned)', replace: 'if (false)' },
    ],
  },
  {
    name: 'a node that was paused trusts in being what it was',
    edits: [{ file: 'node/dist/reigns/doubt.js', find: 'return this.#awaited.size > 0;', replace: 'return false;' }],
  },
  {
    name: 'a slot is handed over before the other holds it',
    // What has been sent is there before the word that it is handed over; and by the digest the other would see that it
    // lacks something, and fetch it before it serves.
    edits: [
      { file: 'node/dist/reigns/hand-overs.js', find: 'if (!to.primarySide.isHeld(slot))\n            return false;', replace: 'return true;' },
      { file: 'node/dist/reigns/hand-overs.js', find: 'to?.primarySide.isCaughtUp(slot) !== true', replace: 'to === undefined' },
      { file: 'node/dist/reigns/reigns.js', find: 'const same = own.digest[0] === digest[0] && own.digest[1] === digest[1];', replace: 'const same = true;' },
    ],
  },
  {
    name: 'copies are counted before anyone holds them',
    edits: [
      { file: 'node/dist/sessions/copies.js', find: 'const isAlone = wish.copies <= 1 ||', replace: 'if (wish.copies > 1)\n            return Promise.resolve({ copies: wish.copies, duplicate: wish.duplicate });\n        const isAlone = wish.copies <= 1 ||' },
    ],
  },
  {
    name: 'the side without majority acknowledges',
    edits: [{ file: 'node/dist/reigns/quorum.js', find: 'return this.#voters(slot, (name) => backups.includes(name)) >= writeQuorum(this.#holders(slot).length);', replace: 'return true;' }],
  },
  {
    name: 'whoever has a session open that was found damaged is told nothing more',
    edits: [{ file: 'node/dist/clients/followers.js', find: 'this.#lost.set(stored.key, followed);', replace: '' }],
  },
  {
    name: 'an app’s own node keeps touches of sessions of other nodes to itself',
    edits: [{ file: 'node/dist/clients/local-gateway.js', find: 'if (hasOthers)\n            void this.others()', replace: 'if (false)\n            void this.others()' }],
  },
  {
    name: 'an app’s own node hands out a session that ended meanwhile',
    edits: [{ file: 'node/dist/clients/local-gateway.js', find: 'if (stored !== undefined && !isLiving(stored))', replace: 'if (false)' }],
  },
  {
    name: 'what an app read of its own node is not taken along to another',
    edits: [{ file: 'node/dist/clients/moving-follow.js', find: 'this.#takeAlong(far.replica);', replace: '' }],
  },
  {
    name: 'a save that has nothing to send does not wait for those on their way',
    edits: [{ file: 'client/dist/session-handle.js', find: ' && !this.#saves.areUnderWay', replace: '' }],
  },
  {
    name: 'a successor in use is brought back to what its predecessor was',
    edits: [{ file: 'store/dist/succession.js', find: 'isInUse(store, succession, earlier.session) ? [] : ', replace: '' }],
  },
  {
    name: 'a primary goes on from its backlog, whoever served meanwhile',
    edits: [{ file: 'replication/dist/primary-side.js', find: 'if (before === undefined)\n            return false;', replace: 'return before !== undefined;' }],
  },
  {
    name: 'what a client was told is told by sequences of whatever reign',
    edits: [{ file: 'node/dist/clients/client-link.js', find: ' || epoch !== this.#context.store.slot(stored.slot).epoch', replace: '' }],
  },
  {
    name: 'a client forgets what it sent to a node that is gone',
    edits: [{ file: 'client/dist/remote/request-table.js', find: "if (request.link !== link)\n                continue;\n            request.uncertain = true;\n            request.progress = { at: 'waiting' };", replace: 'if (request.link !== link)\n                continue;\n            request.uncertain = true;' }],
  },
  {
    name: 'a writer id is used again',
    // Where there is no disk: the process that begins alone, and hears of no epoch, begins the one that it had before.
    edits: [
      { file: 'node/dist/node.js', find: 'disk?.nonce ?? Math.floor(environment.random() * 2 ** 20)', replace: 'disk?.nonce ?? options.name.charCodeAt(0)' },
    ],
  },
  {
    name: 'the first entry of a reign is appended like all others',
    edits: [{ file: 'document/dist/compact.js', find: 'this.isAbove(writer) ? undefined : this.last', replace: 'this.last' }],
  },
  {
    name: 'a primary that finds a record damaged goes on in its epoch',
    edits: [
      { file: 'node/dist/node.js', find: 'this.#reigns.lost(slot);', replace: '' },
      { file: 'node/dist/node.js', find: 'this.#reigns.recover();', replace: '' },
    ],
  },
  {
    name: 'what an app opened elsewhere it asks its own node for, once that is primary',
    edits: [{ file: 'node/dist/clients/local-gateway.js', find: 'const follow = new FarFollow(key, far, (left) => this.#left(left));', replace: 'return far;' }],
  },
  {
    name: 'who was alone before a pause is alone after it',
    edits: [{ file: 'node/dist/reigns/doubt.js', find: ' && now - this.#since >= UNHEARD', replace: '' }],
  },
  {
    name: 'a comparison is skipped where the state vectors are equal',
    // State vectors say nothing of plain fields: a touch would never arrive.
    edits: [
      { file: 'replication/dist/primary-side.js', find: 'import { decodeBenchmark } from', replace: 'import { decodeBenchmark, encodeBenchmark } from' },
      { file: 'replication/dist/primary-side.js', find: 'this.#backlog.tell(session, dead || benchmark !== undefined ? { benchmark, since: 0 } : NOTHING_HELD);\n            }', replace: 'const own = this.#sessions.benchmark(session);\n                if (own !== undefined && benchmark !== undefined && String(encodeBenchmark(own)) === String(encodeBenchmark(benchmark)))\n                    this.#backlog.settle(session);\n                else\n                    this.#backlog.tell(session, { benchmark, since: 0 });\n            }' },
    ],
  },
]
