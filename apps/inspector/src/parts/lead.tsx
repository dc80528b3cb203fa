/** The head of a view: its name, and in a sentence what it shows, for whoever sees it first. */
import type { ComponentChildren } from 'preact'

/** The head. */
export function Lead({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <header class="lead">
      <h1>{name}</h1>
      <p class="dim">{children}</p>
    </header>
  )
}
