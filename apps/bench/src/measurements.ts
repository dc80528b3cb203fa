/** All measurements, in the order in which they run. */
import type { Measurement } from './measurement.js'
import { create } from './measurements/create.js'
import { documentSize } from './measurements/document-size.js'
import { documentSync } from './measurements/document-sync.js'
import { failOver } from './measurements/fail-over.js'
import { growth } from './measurements/growth.js'
import { inspect } from './measurements/inspect.js'
import { linkBytes } from './measurements/link-bytes.js'
import { lives } from './measurements/lives.js'
import { logOut } from './measurements/log-out.js'
import { memory, memoryMany } from './measurements/memory.js'
import { read } from './measurements/read.js'
import { saveMany, saveOne } from './measurements/save.js'
import { sessionRaces } from './measurements/session-races.js'
import { shop } from './measurements/shop.js'
import { splitLogouts } from './measurements/split-logouts.js'
import { stalledBackUp } from './measurements/stalled-back-up.js'
import { start } from './measurements/start.js'
import { storeSuite } from './measurements/store-suite.js'
import { sync } from './measurements/sync.js'
import { throughput } from './measurements/throughput.js'
import { touches } from './measurements/touches.js'
import { traffic } from './measurements/traffic.js'

export const MEASUREMENTS: readonly Measurement[] = [
  // What the goals of speed are held against.
  saveMany, saveOne, throughput, read, shop, traffic, lives, create,
  // Bytes and memory.
  linkBytes, touches, documentSize, memory, memoryMany, growth,
  // When something was away.
  sync, documentSync, failOver, start, stalledBackUp, splitLogouts,
  // What apps and operators do.
  sessionRaces, logOut, inspect, storeSuite,
]
