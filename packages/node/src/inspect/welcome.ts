/** What an inspector is told first. */
import type { InspectWelcome } from '@understudy/protocol/inspect'
import type { Role } from '../access/role.js'
import { VERSION } from '../status.js'
import type { InspectContext } from './inspect-context.js'

/** The welcome to one who has said hello. */
export function welcomeOf(version: number, who: { readonly role: Role; readonly token: string }, context: InspectContext): InspectWelcome {
  const { name, mode, environment, membership, deny, status } = context
  return {
    type: 'welcome',
    version,
    node: name,
    time: environment.now(),
    ...who,
    mode,
    software: VERSION,
    nodes: membership.nodes.map((node) => ({ name: node.name, url: node.name === name ? status().url : node.url, role: node.role })),
    deny: deny.words,
    demo: false,
  }
}
