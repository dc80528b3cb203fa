/** The shop's one page, plain HTML without scripts. */
import { CATALOGUE, THEMES } from './catalogue.js'
import type { VisitorView } from './visit.js'

/** What the page tells of where it was made. */
export interface PageContext {
  /** This instance's name. */
  readonly instance: string
  /** The other instances' addresses: the same session is there. */
  readonly others: readonly string[]
}

/** The page for a visitor. */
export function page(view: VisitorView, { instance, others }: PageContext): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The prop shop</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
  body { background: #fff; color: #222 }
  body.dark { background: #1b1b20; color: #ddd } body.dark a { color: #9cf }
  td, th { text-align: left; padding: .2rem 1rem .2rem 0 } form { display: inline }
  footer { margin-top: 2rem; opacity: .75; font-size: .85rem }
</style>
<body class="${escape(view.theme)}">
<h1>The prop shop</h1>
<p>${greeting(view)} You have seen this page ${view.views} times.</p>
${account(view)}
<p>Theme: ${THEMES.map((theme) => button('/theme', 'theme', theme, theme)).join(' ')}</p>
<table>
<tr><th>Article<th>Price<th>In your cart<th></tr>
${CATALOGUE.map((article) => row(article, view.cart[article.sku] ?? 0)).join('\n')}
</table>
<p>Total: ${euros(total(view))}</p>
<footer>Served by instance ${escape(instance)}. The same session is at
${others.map((url) => `<a href="${escape(url)}">${escape(url)}</a>`).join(', ')}: try the cart there.</footer>
`
}

/** Text as it may stand in HTML, between tags and in quoted attributes. */
export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}

function greeting({ userId }: VisitorView): string {
  return userId === undefined ? 'Welcome.' : `Welcome, ${escape(userId)}.`
}

function account({ userId }: VisitorView): string {
  if (userId !== undefined) return '<form method="post" action="/logout"><button>Log out</button></form>'
  return '<form method="post" action="/login"><input name="userId" maxlength="40" required placeholder="Your ' +
    'name"> <button>Log in</button></form>'
}

function row({ sku, name, price }: (typeof CATALOGUE)[number], amount: number): string {
  const remove = amount > 0 ? button('/cart/remove', 'sku', sku, 'Remove') : ''
  return `<tr><td>${escape(name)}<td>${euros(price)}<td>${amount}<td>${button('/cart/add', 'sku', sku, 'Add')} ` +
    `${remove}</tr>`
}

function button(action: string, name: string, value: string, label: string): string {
  return `<form method="post" action="${action}"><button name="${name}" ` +
    `value="${escape(value)}">${escape(label)}</button></form>`
}

function total({ cart }: VisitorView): number {
  return CATALOGUE.reduce((sum, { sku, price }) => sum + price * (cart[sku] ?? 0), 0)
}

function euros(cents: number): string {
  return `€ ${(cents / 100).toFixed(2)}`
}
