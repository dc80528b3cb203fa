/** Where a node's client link is. */

/** Whether a URL can be a node's; those in a placement come from outside. */
export function isNodeUrl(url: string): boolean {
  return URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol)
}

/**
 * The URL of the client link of a node: two spellings of one node's URL give the same address.
 * @param url a node's ws:// or wss:// URL, with or without the path `/client`
 */
export function clientAddress(url: string): string {
  const address = new URL(url)
  const path = address.pathname.replace(/\/+$/, '')
  address.pathname = path.endsWith('/client') ? path : `${path}/client`
  return address.href
}
