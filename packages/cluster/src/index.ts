/** Slots, placement and membership: who is primary and who is back-up for which sessions. */
export { SLOT_COUNT, slotOf } from './session-slot.js'
export type { SessionKey } from './session-slot.js'
export { Placement } from './placement.js'
export type { Member } from './placement.js'
export { Membership } from './membership.js'
export type { Admission, Arrival } from './membership.js'
