/** The inspector in a browser, on nodes of a test. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { folder } from '@understudy/inspector'
import type { Node, NodeOptions } from '@understudy/node'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Visit } from './browser.js'
import { startNode } from './nodes.js'

/** axe-core's source: it runs in the page. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The part of axe's result that is looked at. */
interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string | null; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[]
}

declare global {
  var axe: { run(options: object): Promise<AxeResult> }
}

/** Starts a node in this process that serves the inspector. */
export function startInspected(options: NodeOptions): Promise<Node> {
  return startNode({ inspector: folder, ...options })
}

/** The inspector's address at a node. */
export function inspectorAt({ url }: Pick<Node, 'url'>, view = ''): string {
  return `${url.replace(/^ws/, 'http')}/inspector/${view}`
}

/** Goes to a view by its address. */
export async function goTo(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(view)}`)
}

/** Expects that axe finds nothing serious or worse in the page as it is. */
export async function expectAccessible({ page }: Visit): Promise<void> {
  // The page's own policy forbids scripts of others, so this one comes in through the debugger.
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }))
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('\n')}`)).toEqual([])
}

/** Expects that nothing sticks out to the side. */
export async function expectFitting({ page }: Visit): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
}

/** Expects that the page did nothing but what it is for: no console message, no request to anybody but its node. */
export function expectClean(visit: Visit, isForgiven: (problem: string) => boolean = () => false): void {
  expect(visit.problems.filter((problem) => !isForgiven(problem))).toEqual([])
  const hosts = new Set(Array.from(visit.origins, (origin) => origin.replace(/^ws/, 'http')))
  expect(hosts).toEqual(new Set([new URL(visit.page.url()).origin]))
}
