/** A Yjs document of the one shape that sessions have: compact or live, strictly checked. */
export { DocumentError, type DocumentErrorCode } from './document-error.js'
export { encodeValue, NESTING_LIMIT, type Value } from './value.js'
export { checkValueBytes, decodeValue } from './value-bytes.js'
export { checkName, NAME_LIMIT } from './name.js'
export {
  EPOCH_LIMIT,
  epochOf,
  nonceOf,
  RESTART_LIMIT,
  restartOf,
  rootOf,
  writerId,
  type Reign,
  type Root,
  type WriterId,
  type WriterParts,
} from './writer-id.js'
export { covers, decodeStateVector, encodeStateVector, equalVectors, VectorOfOne, type StateVector } from './state-vector.js'
export { Document, type CheckedDelta, type Entry, type WrittenEntry } from './document.js'
export type { Admit } from './strict-check.js'
export { ByteReader } from './byte-reader.js'
export { ByteWriter } from './byte-writer.js'
export { LiveDocuments } from './live-documents.js'
export { Lexicon } from './lexicon.js'
export { packDocument, packId, unpackDocument, unpackId } from './packed.js'
export { WholeReader, writeWhole } from './whole.js'
export { outlineOf, type UpdateOutline } from './update-outline.js'
