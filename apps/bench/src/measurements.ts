/** All measurements, in the order in which they run. */
import type { Measurement } from './measurement.js'
import { create } from './measurements/create.js'
import { documentSize } from './measurements/document-size.js'
import { inspect } from './measurements/inspect.js'
import { linkBytes } from './measurements/link-bytes.js'
import { logOut } from './measurements/log-out.js'
import { memory } from './measurements/memory.js'
import { read } from './measurements/read.js'
import { saveOne, saveMany } from './measurements/save.js'
import { stalledBackUp } from './measurements/stalled-back-up.js'
import { sessionRaces } from './measurements/session-races.js'
import { storeSuite } from './measurements/store-suite.js'
import { sync } from './measurements/sync.js'

export const MEASUREMENTS: readonly Measurement[] = [
  read, create, saveMany, saveOne, linkBytes, documentSize, sync, memory, stalledBackUp, logOut, inspect, sessionRaces, storeSuite,
]
