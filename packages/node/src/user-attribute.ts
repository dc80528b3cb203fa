/** What may be called the attribute that names a session's user. */
import { checkName } from '@understudy/document'

/** Whether this can name a session's user: the option `userAttribute` takes it. */
export function isUserAttribute(given: unknown): given is string | readonly string[] {
  const steps: unknown = typeof given === 'string' ? given.split('.') : given
  return Array.isArray(steps) && steps.length > 0 && steps.every(isName)
}

function isName(name: unknown): name is string {
  try {
    if (typeof name === 'string') checkName(name)
    return typeof name === 'string'
  } catch {
    return false
  }
}
