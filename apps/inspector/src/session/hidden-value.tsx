/**
 * A value as it is shown at first: hidden, with type and length. An admin reveals it by a click; what is on the
 * deny-list nobody does.
 */
import type { HiddenValue as Hidden, ShownValue } from '@understudy/protocol/inspect'
import { bytes, whole } from '../shape/bytes.js'
import { isAdmin } from '../inspect/inspector.js'
import { ValueTree } from './value-tree.js'
import { revealed } from './session-model.js'

/** What the length of each type counts. */
const UNITS: Readonly<Partial<Record<Hidden['type'], readonly [string, string]>>> = {
  string: ['character', 'characters'],
  bytes: ['byte', 'bytes'],
  array: ['item', 'items'],
  object: ['member', 'members'],
}

/** Bytes from which on a value’s size is told, too. */
const LARGE = 100

/** What is hidden, and how it is called. */
export interface HiddenValueProps {
  readonly value: Hidden
  /** Name of the value among those revealed. */
  readonly as: string
  /** Name for screen readers. */
  readonly label: string
  readonly reveal: () => void
}

/** The value. */
export function HiddenValue({ value, as, label, reveal }: HiddenValueProps) {
  if (value.type === 'none') return <span class="dim">nothing</span>
  if (value.denied === true) return <span class="hidden"><Dots /> <span class="dim small">never shown: on the deny-list</span></span>
  const clear: ShownValue | undefined = revealed.value.get(as)
  return (
    <span class="hidden">
      {clear === undefined ? <Dots /> : <ValueTree value={clear} />}
      <span class="dim small">{outside(value)}</span>
      {isAdmin.value && <button class="button quiet small" type="button" onClick={reveal}>{clear === undefined ? 'Reveal' : 'Hide'}<span class="unseen"> {label}</span></button>}
    </span>
  )
}

function Dots() {
  return <span class="dots" role="img" aria-label="hidden">●●●</span>
}

/** `string, 12 characters`, `object, 2 members, 2.1 kB`. */
function outside({ type, length, bytes: size }: Hidden): string {
  const unit = UNITS[type]
  const parts = [type as string]
  if (unit !== undefined && length !== undefined) parts.push(`${whole(length)} ${unit[length === 1 ? 0 : 1]}`)
  if (size !== undefined && type !== 'bytes' && size >= LARGE) parts.push(bytes(size))
  return parts.join(', ')
}
