/** What the product's words mean, in a sentence each, for whoever meets them first. */

/** The words that are explained in place. */
export const MEANINGS = {
  ack: 'A back-up’s word that it holds a delta. The only thing that advances a benchmark.',
  attribute: 'A named value of a session. Only attributes that changed are sent.',
  'back-up': 'A node that holds the same sessions and stands ready to take over.',
  'bytes behind': 'Bytes that this back-up has not acknowledged: those in flight, and about what the deltas of sessions that wait will take.',
  benchmark: 'What one back-up is known to hold of a session. The delta starts there.',
  change: 'Number of the session’s last change among all changes of its slot. A back-up learns it a moment after the change itself.',
  'death marker': 'The record that a session was destroyed or expired. It always wins, whatever returns.',
  delta: 'The few bytes that bring a replica from its benchmark to the primary’s state.',
  digest: 'A fingerprint of everything a node holds of a slot. Equal digests prove equal replicas; while a delta is on its way they differ for a moment.',
  dirty: 'Sessions of which this back-up is not known to hold everything. A set, not a queue: many changes of one session count once.',
  epoch: 'Number of a primary’s reign over a slot. It grows with every change of primary, and older ones are refused.',
  frames: 'Messages of deltas that were sent and not acknowledged yet. They are numbered: this is how far the back-up is behind in sequence.',
  frozen: 'An attribute that can never change again.',
  generation: 'How often this session’s document was started anew, so that it does not grow for ever.',
  'in flight': 'Bytes sent to a back-up and not acknowledged yet. Bounded: the rest waits in the dirty set.',
  lag: 'How far a back-up is behind: the time from sending a delta to its ack, and what it still lacks.',
  primary: 'The one node that writes a slot. Every other node that holds it is a back-up.',
  'saved share': 'How much less was sent than whole sessions would have been.',
  'session key': 'The first 16 bytes of SHA-256(session id). Nodes never see the id itself.',
  slot: 'One of 256 fixed shares of all sessions, chosen by hash. Primaries are per slot.',
  'state vector': 'How many changes of each writer a replica has seen: its place in the play.',
  struct: 'A piece of the Yjs document. A healthy session has few, however often it was written.',
  writer: 'The identity under which one reign of a primary wrote, never used twice, and the number of this write among its writes.',
} as const

/** A word that is explained. */
export type Word = keyof typeof MEANINGS
