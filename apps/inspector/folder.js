/** Where the built files of the inspector are. */
import { fileURLToPath } from 'node:url'

/** Absolute path of the folder with `index.html`, ending with a slash. */
export const folder = fileURLToPath(new URL('./dist/', import.meta.url))
