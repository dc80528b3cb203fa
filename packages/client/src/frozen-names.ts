/** Which attributes are frozen with the first save that gives them a value: names, patterns, regular expressions. */

/** A name, a pattern in which `*` stands for any text, or a regular expression that the name must match. */
export type FrozenName = string | RegExp

/** A rule by name. */
export class FrozenNames {
  readonly #names = new Set<string>()
  readonly #patterns: readonly RegExp[]

  constructor(rules: readonly FrozenName[] = []) {
    const patterns: RegExp[] = []
    for (const rule of rules) {
      // Without these flags, for with them an expression remembers where it last matched.
      if (rule instanceof RegExp) patterns.push(new RegExp(rule.source, rule.flags.replace(/[gy]/g, '')))
      else if (rule.includes('*')) patterns.push(patternOf(rule))
      else this.#names.add(rule)
    }
    this.#patterns = patterns
  }

  /** Whether there is no rule at all. */
  get isEmpty(): boolean {
    return this.#names.size === 0 && this.#patterns.length === 0
  }

  /** Whether the attribute is to be frozen. */
  has(attribute: string): boolean {
    return this.#names.has(attribute) || this.#patterns.some((pattern) => pattern.test(attribute))
  }
}

/** No attribute. */
export const NO_FROZEN_NAMES = new FrozenNames()

function patternOf(rule: string): RegExp {
  const parts = rule.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
