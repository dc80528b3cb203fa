/** Changes the source of one module as it is loaded (nodejs.org/api/module.html, "Customization Hooks"). */
import type { LoadHook } from 'node:module'
import { MUTANTS } from './mutants.js'

const mutant = MUTANTS.find(({ name }) => name === process.env['UNDERSTUDY_MUTANT'])
if (mutant === undefined) throw new Error(`there is no mutant "${process.env['UNDERSTUDY_MUTANT']}"`)

/** Loads a module; where it is the mutant's, with the bug. */
export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context)
  if (!url.endsWith(mutant.file)) return loaded
  const parts = String(loaded.source instanceof Uint8Array ? new TextDecoder().decode(loaded.source) : loaded.source).split(mutant.find)
  if (parts.length !== 2) throw new Error(`the text of mutant "${mutant.name}" occurs ${parts.length - 1} times in ${mutant.file}; choose it anew`)
  return { ...loaded, source: parts.join(mutant.replace) }
}
