/** Changes the source of modules as they are loaded (nodejs.org/api/module.html, "Customization Hooks"). */
import type { LoadHook } from 'node:module'
import { MUTANTS } from './mutants.js'

const mutant = MUTANTS.find(({ name }) => name === process.env['UNDERSTUDY_MUTANT'])
if (mutant === undefined) throw new Error(`there is no mutant "${process.env['UNDERSTUDY_MUTANT']}"`)

/** Loads a module; where it is the mutant's, with the bug. */
export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context)
  const edits = mutant.edits.filter(({ file }) => url.endsWith(file))
  if (edits.length === 0) return loaded
  let source = String(loaded.source instanceof Uint8Array ? new TextDecoder().decode(loaded.source) : loaded.source)
  for (const { file, find, replace } of edits) {
    const parts = source.split(find)
    if (parts.length !== 2) throw new Error(`a text of mutant "${mutant.name}" occurs ${parts.length - 1} times in ${file}; choose it anew`)
    source = parts.join(replace)
  }
  return { ...loaded, source }
}
