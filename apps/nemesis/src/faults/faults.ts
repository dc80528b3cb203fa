/** All kinds of faults. */
import { damage, fullDisk } from './disks.js'
import type { Fault } from './fault.js'
import { cut, delay, halfOpen, oneWay, partition, torn } from './links.js'
import { logout } from './logout.js'
import { kill, pause, stall } from './processes.js'

/** In the order in which they are listed. */
export const FAULTS: readonly Fault[] = [kill, pause, stall, cut, partition, oneWay, delay, halfOpen, torn, fullDisk, damage, logout]
