/** All ways between the nodes: each node dials each other one over a proxy of its own. */
import { Way } from './way.js'

/** The network of one cluster. */
export class Network {
  readonly #ways = new Map<string, Way>()

  /** Lays a way from one node to another. @param port of the other, when somebody comes */
  async lay(from: string, to: string, port: () => number): Promise<void> {
    this.#ways.set(`${from} ${to}`, await Way.open(port))
  }

  /** ws URL by which one node reaches another. */
  url(from: string, to: string): string {
    const way = this.#ways.get(`${from} ${to}`)
    if (way === undefined) throw new Error(`no way leads from "${from}" to "${to}"`)
    return way.url
  }

  /**
   * Does something to all ways between these nodes and the others.
   *
   * @param outward whether the node that dials is one of these
   */
  around(names: readonly string[], act: (way: Way, outward: boolean) => void): void {
    for (const [pair, way] of this.#ways) {
      const [from = '', to = ''] = pair.split(' ')
      if (names.includes(from) !== names.includes(to)) act(way, names.includes(from))
    }
  }

  /** Everything passes again. */
  mend(): void {
    for (const way of this.#ways.values()) way.mend()
  }

  /** Closes all ways. */
  async close(): Promise<void> {
    await Promise.all([...this.#ways.values()].map((way) => way.close()))
  }
}
