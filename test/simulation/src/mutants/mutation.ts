/** Given to a worker with `--import`: puts the mutant of the environment into the code that is loaded after it. */
import { register } from 'node:module'

register('./mutation-hooks.js', import.meta.url)
