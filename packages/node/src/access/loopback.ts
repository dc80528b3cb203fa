/** Which addresses and names mean this very machine. Names are taken literally: nothing is looked up. */

const LOOPBACK_V4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/

/** Whether a socket's remote address is this machine: 127.0.0.0/8, ::1, or the former written as an IPv6 address. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false
  const plain = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address
  return plain === '::1' || LOOPBACK_V4.test(plain)
}

/** Whether a host name, without port, is one that only this machine answers to. Takes `[::1]` and `::1` alike. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase()
  return name === 'localhost' || name === '[::1]' || isLoopbackAddress(name)
}

/**
 * The host name in a `Host` header or in `host:port`, without port, in lower case; undefined when it is no such
 * thing.
 */
export function hostNameOf(hostAndPort: string): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^\s:/@[\]]+)(?::\d{1,5})?$/i.exec(hostAndPort)
  return match?.[1]?.toLowerCase()
}
