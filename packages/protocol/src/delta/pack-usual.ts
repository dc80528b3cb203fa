/**
 * Packs the usual update as `pack-delta.ts` would, in one pass and without taking it apart: one entry with a value,
 * appended to its writer's last item, and at most one older entry of its writer deleted.
 */

import { ByteReader } from '../bytes/byte-reader.js'
import type { Root } from '../link/expected-chains.js'
import type { LinkWriter } from '../link/link-writer.js'
import { ProtocolError } from '../protocol-error.js'
import { EXPECTED_CLOCK, EXPECTED_WRITER, NO_DELETIONS, ONE_DELETION, ONE_ENTRY, PACKED } from './pack-flags.js'
import { skipValue } from './skip-value.js'
import { CLOCK_LIMIT } from './update-shape.js'
import { ANY_ARRAY, ANY_STRING, CONTENT_ANY, HAS_ORIGIN } from './yjs-v1.js'

const reader = new ByteReader()

/** The usual update that was read last. */
const usual = { writer: 0, clock: 0, name: 0, value: 0, end: 0, deleted: -1 }

/** Writes a usual update packed; false, with nothing written, for any other. */
export function packUsual(writer: LinkWriter, update: Uint8Array, root: Root, session: number): boolean {
  if (!isUsual(update)) return false
  const { chains, writers } = writer.memory
  const isExpectedWriter = chains.writerOf(session, root) === usual.writer
  const isExpectedClock = chains.clockOf(session, root) === usual.clock
  writer.uint8(
    PACKED |
      ONE_ENTRY |
      (isExpectedWriter ? EXPECTED_WRITER : 0) |
      (isExpectedClock ? EXPECTED_CLOCK : 0) |
      (usual.deleted < 0 ? NO_DELETIONS : ONE_DELETION),
  )
  if (!isExpectedWriter) writer.numbered(writers, usual.writer)
  if (!isExpectedClock) writer.varUint(usual.clock)
  writer.varUint(2 * (usual.value - usual.name) + 1)
  writer.part(update, usual.name, usual.end)
  if (usual.deleted >= 0) writer.varUint(usual.clock - 1 - usual.deleted)
  chains.expect(session, root, usual.writer, usual.clock + 1)
  return true
}

function isUsual(update: Uint8Array): boolean {
  if (update[0] !== 1 || update[1] !== 1) return false
  try {
    reader.reset(update)
    reader.skip(2)
    return readStruct() && readDeletion() && reader.left === 0
  } catch (error) {
    if (error instanceof ProtocolError) return false
    throw error
  }
}

function readStruct(): boolean {
  usual.writer = reader.varUint()
  usual.clock = reader.varUint()
  if (usual.clock === 0 || usual.clock + 1 >= CLOCK_LIMIT || reader.uint8() !== (HAS_ORIGIN | CONTENT_ANY)) return false
  if (reader.varUint() !== usual.writer || reader.varUint() !== usual.clock - 1 || reader.uint8() !== 1) return false
  if (reader.uint8() !== ANY_ARRAY || reader.uint8() !== 2 || reader.uint8() !== ANY_STRING) return false
  const length = reader.varUint()
  usual.name = reader.position
  reader.skip(length)
  usual.value = reader.position
  skipValue(reader)
  usual.end = reader.position
  return true
}

function readDeletion(): boolean {
  const writers = reader.uint8()
  usual.deleted = -1
  if (writers === 0) return true
  if (writers !== 1 || reader.varUint() !== usual.writer || reader.uint8() !== 1) return false
  usual.deleted = reader.varUint()
  return usual.deleted < usual.clock && reader.uint8() === 1
}
