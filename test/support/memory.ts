/** What this process holds in memory. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

/** Bytes held after a full garbage collection: heap, and buffers outside it. */
export function bytesHeld(): number {
  if (typeof collect === 'function') collect()
  const { heapUsed, external } = process.memoryUsage()
  // `external` includes array buffers.
  return heapUsed + external
}
