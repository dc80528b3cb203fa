/**
 * Quorums of a slot's holders, for partition `consistent`: a write counts once so many hold it that whoever takes over,
 * having heard so many others, has heard one that holds it.
 */

/** How many of a slot's holders must hold a write before it is acknowledged: more than half. */
export function writeQuorum(holders: number): number {
  return Math.floor(holders / 2) + 1
}

/** How many of a slot's holders a new primary must have heard, itself included, to hold every acknowledged write. */
export function beginQuorum(holders: number): number {
  return holders - writeQuorum(holders) + 1
}
