/** A value in clear, as a tree. Parts are made when they are opened, so that a large value costs what is looked at. */
import { useSignal } from '@preact/signals'
import type { ShownValue } from '@understudy/protocol/inspect'
import { whole } from '../shape/bytes.js'
import { shortText } from '../shape/plain-text.js'
import { SafeText } from '../parts/safe-text.js'

/** Characters of a text shown at first, and at most. */
const TEXT = 160
const LONGEST_TEXT = 20_000

/** Parts of an array or object shown at first. */
const PARTS = 100

/** The tree. */
export function ValueTree({ value }: { readonly value: ShownValue }) {
  switch (value.type) {
    case 'string':
      return <LongText text={value.value} />
    case 'bytes':
      return <span class="value mono">{shortText(hex(value.value), TEXT)}</span>
    case 'array':
      return <Branch open="[" close="]" parts={value.items.map((item, index) => [String(index), item] as const)} omitted={value.omitted} />
    case 'object':
      return <Branch open="{" close="}" parts={value.members} omitted={value.omitted} />
    case 'denied':
      return <span class="dim">●●● never shown</span>
    case 'null':
      return <span class="value mono dim">null</span>
    case 'bigint':
      return <span class="value mono">{value.value}n</span>
    case 'boolean':
    case 'number':
      return <span class="value mono">{String(value.value)}</span>
  }
}

function LongText({ text }: { readonly text: string }) {
  const isWhole = useSignal(false)
  const length = isWhole.value ? LONGEST_TEXT : TEXT
  return (
    <span class="value">
      “<SafeText text={text} length={length} />”
      {text.length > length && !isWhole.value && <button class="button quiet small" type="button" onClick={() => {
        isWhole.value = true
      }}>all {whole(text.length)} characters</button>}
    </span>
  )
}

interface BranchProps {
  readonly open: string
  readonly close: string
  readonly parts: readonly (readonly [string, ShownValue])[]
  readonly omitted: number | undefined
}

function Branch({ open, close, parts, omitted = 0 }: BranchProps) {
  const isOpen = useSignal(parts.length <= 8)
  const shown = useSignal(PARTS)
  if (parts.length === 0 && omitted === 0) return <span class="value mono">{open}{close}</span>
  return (
    <details class="branch" open={isOpen.value} onToggle={({ currentTarget }) => {
      isOpen.value = currentTarget.open
    }}>
      <summary class="mono">{open} {whole(parts.length + omitted)} {close}</summary>
      {isOpen.value && (
        <ul>
          {parts.slice(0, shown.value).map(([name, part], index) => (
            <li key={index}><span class="member"><SafeText text={name} length={60} /></span> <ValueTree value={part} /></li>
          ))}
        </ul>
      )}
      {isOpen.value && parts.length > shown.value && <button class="button quiet small" type="button" onClick={() => {
        shown.value += 10 * PARTS
      }}>{whole(parts.length - shown.value)} more</button>}
      {isOpen.value && omitted > 0 && <p class="dim small">{whole(omitted)} more were not sent</p>}
    </details>
  )
}

function hex(base64: string): string {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(' ')
}
