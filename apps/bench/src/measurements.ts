/** All measurements, in the order in which they run. */
import type { Measurement } from './measurement.js'
import { create } from './measurements/create.js'
import { documentSize } from './measurements/document-size.js'
import { growth } from './measurements/growth.js'
import { inspect } from './measurements/inspect.js'
import { linkBytes } from './measurements/link-bytes.js'
import { lives } from './measurements/lives.js'
import { logOut } from './measurements/log-out.js'
import { memory } from './measurements/memory.js'
import { read } from './measurements/read.js'
import { saveOne, saveMany } from './measurements/save.js'
import { stalledBackUp } from './measurements/stalled-back-up.js'
import { sessionRaces } from './measurements/session-races.js'
import { splitLogouts } from './measurements/split-logouts.js'
import { start } from './measurements/start.js'
import { storeSuite } from './measurements/store-suite.js'
import { sync } from './measurements/sync.js'
import { touches } from './measurements/touches.js'

export const MEASUREMENTS: readonly Measurement[] = [
  read, create, lives, saveMany, saveOne, growth, linkBytes, touches, documentSize, sync, memory, start, stalledBackUp, logOut, inspect, sessionRaces, splitLogouts,
  storeSuite,
]
