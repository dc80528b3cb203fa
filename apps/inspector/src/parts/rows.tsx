/**
 * A list of any length of which only the visible rows exist. Rows have one height, so the place of each is known, and
 * the scroll bar tells the truth. Keyboard: arrows, page up and down, home, end move the active row; enter opens it.
 */
import type { ComponentChildren } from 'preact'
import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { shownRows } from './shown-rows.js'
import './rows.css'

/** CSS pixels of a row. */
export const ROW_HEIGHT = 34

/** What the list shows. */
export interface RowsProps {
  readonly label: string
  readonly total: number
  /** Heads of the columns; their widths are the class' business. */
  readonly heads: readonly ComponentChildren[]
  readonly class: string
  /** Cells of a row; undefined while it is not here yet. */
  readonly cells: (index: number) => readonly ComponentChildren[] | undefined
  readonly open?: (index: number) => void
  /** Told which rows are visible, so that they can be fetched. */
  readonly shows?: (first: number, end: number) => void
}

/** The list. */
export function Rows({ label, total, heads, class: kind, cells, open, shows }: RowsProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(600)
  const active = useSignal(0)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const { first, end } = shownRows({ top: top.value, height: height.value, total, rowHeight: ROW_HEIGHT })
  useEffect(() => shows?.(first, end), [first, end, shows])
  const move = (event: KeyboardEvent): void => {
    if (event.target !== box.current) return undefined
    if (event.key === 'Enter') return open?.(active.value)
    const to = target(event.key, active.value, total, Math.max(1, Math.floor(height.value / ROW_HEIGHT) - 2))
    if (to === undefined) return undefined
    event.preventDefault()
    active.value = to
    const element = box.current
    if (element !== null) element.scrollTop = scrolledTo(to, element.scrollTop, element.clientHeight - ROW_HEIGHT)
    return undefined
  }
  const rows: ComponentChildren[] = []
  for (let index = first; index < end; index++) {
    const content = cells(index)
    rows.push(
      <div
        key={index} id={`${id}-${index}`} role="row" aria-rowindex={index + 2}
        class={`row ${kind} ${index === active.value ? 'active' : ''} ${open === undefined ? '' : 'openable'}`}
        style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
        onClick={() => {
          active.value = index
          open?.(index)
        }}
      >
        {content === undefined
          ? <span role="gridcell" class="waiting" aria-label="is being fetched" />
          : content.map((cell, column) => <span role="gridcell" key={column}>{cell}</span>)}
      </div>,
    )
  }
  const shown = active.value >= first && active.value < end
  return (
    <div
      class="rows" role="grid" aria-label={label} aria-rowcount={total + 1} tabIndex={0} ref={box} onKeyDown={move}
      {...(shown && { 'aria-activedescendant': `${id}-${active.value}` })}
      onScroll={({ currentTarget }) => {
        top.value = currentTarget.scrollTop
      }}
    >
      <div class={`row heads ${kind}`} role="row" aria-rowindex={1}>
        {heads.map((head, column) => <span role="columnheader" key={column}>{head}</span>)}
      </div>
      <div class="space" role="rowgroup" style={{ height: `${total * ROW_HEIGHT}px` }}>{rows}</div>
    </div>
  )
}

/** The row that a key leads to. */
function target(key: string, from: number, total: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -total, End: total }
  const step = steps[key]
  return step === undefined ? undefined : Math.max(0, Math.min(total - 1, from + step))
}

/** Where to scroll so that a row is visible below the heads, moving as little as possible. */
function scrolledTo(index: number, top: number, height: number): number {
  const place = index * ROW_HEIGHT
  if (place < top) return place
  return place + ROW_HEIGHT > top + height ? place + ROW_HEIGHT - height : top
}
