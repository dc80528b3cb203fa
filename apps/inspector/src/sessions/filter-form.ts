/** What is typed into the filter, as a filter. */
import type { SessionFilter } from '@understudy/protocol/inspect'

/** The texts of the form. */
export interface FilterTexts {
  readonly key: string
  readonly attribute: string
  readonly user: string
  /** Minutes since the session was made. */
  readonly minAge: string
  readonly maxAge: string
  /** kB. */
  readonly minSize: string
  readonly state: string
}

/** An empty form. */
export const NO_TEXTS: FilterTexts = { key: '', attribute: '', user: '', minAge: '', maxAge: '', minSize: '', state: 'living' }

const MINUTE = 60_000

/** The filter that these texts mean, or what is wrong with them. */
export function filterOf(texts: FilterTexts): { readonly filter: SessionFilter } | { readonly wrong: string } {
  const key = texts.key.trim().toLowerCase()
  if (!/^[0-9a-f]{0,32}$/.test(key)) return { wrong: 'A key begins with up to 32 hexadecimal digits. To find a session by its id, use the field at the top.' }
  const minAge = amount(texts.minAge, MINUTE)
  const maxAge = amount(texts.maxAge, MINUTE)
  const minBytes = amount(texts.minSize, 1_000)
  if (minAge === null || maxAge === null) return { wrong: 'An age is a number of minutes.' }
  if (minBytes === null) return { wrong: 'A size is a number of kB.' }
  if (minAge !== undefined && maxAge !== undefined && minAge > maxAge) return { wrong: 'The least age is more than the greatest.' }
  return {
    filter: {
      ...(key !== '' && { keyPrefix: key }),
      ...(texts.attribute !== '' && { attribute: texts.attribute }),
      ...(texts.user !== '' && { user: texts.user }),
      ...(minAge !== undefined && { minAge }),
      ...(maxAge !== undefined && { maxAge }),
      ...(minBytes !== undefined && { minBytes }),
      ...((texts.state === 'ended' || texts.state === 'all') && { state: texts.state }),
    },
  }
}

/** A count of units in ms or bytes; undefined for nothing typed, null for no number. */
function amount(text: string, unit: number): number | undefined | null {
  if (text.trim() === '') return undefined
  const value = Number(text.trim().replace(',', '.'))
  return Number.isFinite(value) && value >= 0 ? Math.round(value * unit) : null
}
