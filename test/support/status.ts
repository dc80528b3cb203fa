/** What a node in another process says of itself. */
import type { NodeStatus } from '@understudy/node'

/** Asks for the status at an http or ws address of a node. */
export async function statusAt(url: string): Promise<NodeStatus> {
  const response = await fetch(`${url.replace(/^ws/, 'http')}/status`)
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response.json() as Promise<NodeStatus>
}
