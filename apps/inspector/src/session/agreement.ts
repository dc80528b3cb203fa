/** In which attributes replicas agree. Equal writer and clock are equal values. */
import type { AttributeView, SessionView } from '@understudy/protocol/inspect'

/** One attribute over all replicas. */
export interface AgreementRow {
  readonly name: string
  readonly isEqual: boolean
  /** In the order of the replicas; undefined where it is missing. */
  readonly versions: readonly (AttributeView | undefined)[]
}

/** How far replicas agree. Those that did not answer say nothing. Rows that differ come first, then by name. */
export function agreement(views: readonly (SessionView | undefined)[]): { readonly differing: number; readonly rows: readonly AgreementRow[] } {
  const tables = views.map((view) => view && new Map(view.attributes.map((attribute) => [attribute.name, attribute])))
  const names = new Set(tables.flatMap((table) => [...(table?.keys() ?? [])]))
  const rows = [...names].map((name) => {
    const versions = tables.map((table) => table?.get(name))
    const spellings = new Set(tables.flatMap((table, index) => (table === undefined ? [] : [spelling(versions[index])])))
    return { name, versions, isEqual: spellings.size <= 1 }
  })
  rows.sort((one, other) => Number(one.isEqual) - Number(other.isEqual) || (one.name < other.name ? -1 : 1))
  return { differing: rows.filter(({ isEqual }) => !isEqual).length, rows }
}

function spelling(version: AttributeView | undefined): string {
  return version === undefined ? '' : `${version.writer} ${version.clock} ${version.frozen}`
}
