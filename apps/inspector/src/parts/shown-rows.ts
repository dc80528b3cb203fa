/** Which rows of a long list have to exist. */

/** Rows beside the visible ones, so that none is missing while scrolling. */
const BEYOND = 8

/** What is known of the list, in CSS pixels. */
export interface Viewport {
  /** How far it is scrolled. */
  readonly top: number
  readonly height: number
  readonly total: number
  readonly rowHeight: number
}

/** The rows from `first` up to, not including, `end`. */
export function shownRows({ top, height, total, rowHeight }: Viewport): { readonly first: number; readonly end: number } {
  const first = Math.floor(top / rowHeight) - BEYOND
  const end = Math.ceil((top + height) / rowHeight) + BEYOND
  return { first: Math.max(0, Math.min(first, total)), end: Math.max(0, Math.min(end, total)) }
}
