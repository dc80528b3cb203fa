/** A connection in memory: messages lie in it until the test delivers them, and are lost when it is cut. */
import type { ByteSocket } from '@understudy/node'

/** One end of a link, as a node sees it. */
class LinkEnd implements ByteSocket {
  readonly buffered = 0
  sentBytes = 0
  receivedBytes = 0
  message: (bytes: Uint8Array) => void = () => {}
  closed: () => void = () => {}
  readonly #link: MemoryLink
  /** Messages on their way to this end. */
  inbox: Uint8Array[] = []

  constructor(link: MemoryLink) {
    this.#link = link
  }

  send(message: Uint8Array): void {
    this.sentBytes += message.length
    this.#link.other(this).inbox.push(message.slice())
  }

  close(): void {
    this.#link.cut()
  }

  terminate(): void {
    this.#link.cut()
  }
}

/** Two ends, and what is on its way between them. */
export class MemoryLink {
  readonly primary = new LinkEnd(this)
  readonly backup = new LinkEnd(this)
  #standing = true

  /** Whether nobody has cut or closed it. */
  get standing(): boolean {
    return this.#standing
  }

  /** Messages on their way. */
  get inFlight(): number {
    return this.primary.inbox.length + this.backup.inbox.length
  }

  /** The end that `end` talks to. */
  other(end: LinkEnd): LinkEnd {
    return end === this.primary ? this.backup : this.primary
  }

  /** Hands over the next messages to one end, in their order. */
  deliver(to: 'primary' | 'backup', count: number): void {
    const end = this[to]
    for (let i = 0; i < count; i++) {
      const bytes = end.inbox.shift()
      if (bytes === undefined) return
      end.receivedBytes += bytes.length
      end.message(bytes)
    }
  }

  /** The connection breaks; what is on its way is lost. */
  cut(): void {
    if (!this.#standing) return
    this.#standing = false
    for (const end of [this.primary, this.backup]) {
      end.inbox = []
      end.closed()
    }
  }
}
