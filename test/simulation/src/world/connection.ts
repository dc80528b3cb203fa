/** One connection between two processes: two pipes, two ends. */
import type { ByteSocket } from '@understudy/node'
import type { Network } from './network.js'
import type { Process } from './process.js'

/** ms after which a close that the other side does not answer is done. */
const CLOSE_LIMIT = 30_000

/** First byte of a frame of deltas: it has a number and a checksum of its own; others rely on those of TCP. */
const DELTAS = 3

/** What travels: a message, or the end. */
type Parcel = Uint8Array | 'end'

/** One end, as the process on it sees it. */
class End implements ByteSocket {
  readonly process: Process
  buffered = 0
  sentBytes = 0
  receivedBytes = 0
  message: (bytes: Uint8Array) => void = () => {}
  closed: () => void = () => {}
  readonly #connection: Connection
  /** Whether this end was closed by its owner. */
  closing = false
  /** Whether `closed` was called. */
  over = false
  /** What has been sent and waits behind a black hole. */
  waiting: Parcel[] = []
  /** When the last parcel sent will arrive. */
  arrival = 0
  /** A message that will be sent after the next one. */
  swapped: Uint8Array | undefined

  constructor(connection: Connection, process: Process) {
    this.#connection = connection
    this.process = process
  }

  send(message: Uint8Array): void {
    if (this.closing || this.over) return
    this.sentBytes += message.length
    this.#connection.carry(this, message.slice())
  }

  close(): void {
    if (this.closing || this.over) return
    this.closing = true
    this.#connection.send(this, 'end')
    this.process.after(CLOSE_LIMIT, () => this.end())
  }

  terminate(): void {
    if (this.over) return
    this.closing = true
    this.#connection.send(this, 'end')
    this.process.after(0, () => this.end())
  }

  /** The connection is gone for this end. */
  end(): void {
    if (this.over) return
    this.over = true
    this.closing = true
    this.waiting = []
    this.closed()
  }
}

/** A connection. */
export class Connection {
  readonly dialled: End
  readonly accepted: End
  /** Called once both ends are gone. */
  over: () => void = () => {}
  readonly #network: Network
  readonly #isPeerLink: boolean

  constructor(network: Network, dialler: Process, accepter: Process, isPeerLink: boolean) {
    this.#network = network
    this.#isPeerLink = isPeerLink
    this.dialled = new End(this, dialler)
    this.accepted = new End(this, accepter)
  }

  /** Whether both ends are there. */
  get standing(): boolean {
    return !this.dialled.over && !this.accepted.over
  }

  /** Whether it joins these two. */
  joins(one: string, other: string): boolean {
    const [dialler, accepter] = [this.dialled.process.name, this.accepted.process.name]
    return (dialler === one && accepter === other) || (dialler === other && accepter === one)
  }

  /** Sends a message, or does to it what is to be done to it. */
  carry(from: End, message: Uint8Array): void {
    const to = this.#other(from)
    const how = this.#isPeerLink ? this.#network.manglingOf(from.process.name, to.process.name) : undefined
    const { swapped } = from
    from.swapped = undefined
    if (how !== undefined) this.#network.trace.note(`${how} ${from.process.name}>${to.process.name}`)
    if (how === 'swap') from.swapped = message
    else if (how === 'truncate') this.send(from, message.slice(0, this.#network.spot(message.length)))
    else if (how === 'flip') this.send(from, message[0] === DELTAS ? flipped(message, this.#network.spot(message.length)) : message)
    else if (how !== 'lose') this.send(from, message)
    if (how === 'double' && message[0] === DELTAS) this.send(from, message.slice())
    if (swapped !== undefined) this.send(from, swapped)
  }

  /** Sends a parcel, which arrives after all that were sent before it. */
  send(from: End, parcel: Parcel): void {
    const to = this.#other(from)
    if (from.waiting.length > 0 || !this.#network.passes(from.process.name, to.process.name)) {
      from.waiting.push(parcel)
      if (parcel !== 'end') from.buffered += parcel.length
      return
    }
    const { scheduler } = this.#network
    const arrival = Math.max(from.arrival, scheduler.now + this.#network.delay())
    from.arrival = arrival
    scheduler.after(arrival - scheduler.now, () => to.process.enter(() => this.#arrived(to, parcel)))
  }

  /** A black hole in this direction is mended: what waited goes on. */
  mended(from: string, to: string): void {
    for (const end of [this.dialled, this.accepted]) {
      if (end.process.name !== from || this.#other(end).process.name !== to) continue
      const { waiting } = end
      end.waiting = []
      end.buffered = 0
      for (const parcel of waiting) this.send(end, parcel)
    }
  }

  /** A process was killed: the other end is told. */
  died(process: Process): void {
    for (const end of [this.dialled, this.accepted]) {
      if (end.process !== process || end.over) continue
      end.over = true
      if (!end.closing) this.send(end, 'end')
      this.#finish()
    }
  }

  /** A machine came back without any memory of this connection. */
  forgotten(name: string): void {
    for (const end of [this.dialled, this.accepted]) {
      if (end.process.name !== name || end.process.isAlive) continue
      end.over = true
      const other = this.#other(end)
      other.process.after(this.#network.delay(), () => this.#end(other))
      this.#finish()
    }
  }

  /** It breaks; what is on its way is lost. */
  cut(): void {
    for (const end of [this.dialled, this.accepted]) end.process.after(this.#network.delay(), () => this.#end(end))
  }

  #arrived(to: End, parcel: Parcel): void {
    if (to.over) return this.#reset(this.#other(to))
    if (parcel === 'end') {
      // The close is answered, and done on both sides.
      const from = this.#other(to)
      from.process.after(this.#network.delay(), () => this.#end(from))
      return this.#end(to)
    }
    this.#network.trace.arrived(this.#network.scheduler.now, to.process.name, parcel.length)
    to.receivedBytes += parcel.length
    if (!to.closing) to.message(parcel)
    return undefined
  }

  /** Whoever sends to an end that is gone is told so. */
  #reset(end: End): void {
    if (!end.over && this.#network.passes(this.#other(end).process.name, end.process.name)) end.process.after(this.#network.delay(), () => this.#end(end))
  }

  #end(end: End): void {
    end.end()
    this.#finish()
  }

  #finish(): void {
    if (this.dialled.over && this.accepted.over) this.over()
  }

  #other(end: End): End {
    return end === this.dialled ? this.accepted : this.dialled
  }
}

function flipped(message: Uint8Array, spot: number): Uint8Array {
  const damaged = message.slice()
  damaged[spot] = (damaged[spot] ?? 0) ^ (1 << (spot % 8))
  return damaged
}
