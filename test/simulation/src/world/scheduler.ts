/**
 * Simulated time: everything that will happen, in order. Nothing runs beside it: after each event all promises that are
 * due run, then comes the next event, however long the real time between the two would be.
 */

/** Something that will happen. */
interface Event {
  readonly at: number
  /** Of two at the same time the one that was planned first is first. */
  readonly order: number
  readonly run: () => void
}

/** Where simulated time begins, ms since 1970. */
const BEGINNING = 1_800_000_000_000

/** Turns of the event loop asked for at a time. */
const TURNS = 64

/** The one clock and agenda of a simulated world. */
export class Scheduler {
  /** Called with what an event threw: production code that throws there would have ended its process. */
  failed: (error: unknown) => void = (error) => {
    throw error
  }
  readonly #heap: Event[] = []
  #now = BEGINNING
  #order = 0
  #events = 0
  /** Turns of the event loop that have been asked for and are to come. */
  #turns = 0
  /** What is being waited for. */
  #passing: { readonly end: number; readonly resolve: () => void } | undefined

  /** Simulated time, ms since 1970; no process sees it without the error of its own clock. */
  get now(): number {
    return this.#now
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events
  }

  /** Plans an event. */
  after(ms: number, run: () => void): void {
    this.#push({ at: this.#now + Math.max(0, ms), order: this.#order++, run })
  }

  /** Lets everything happen that is due within `ms`. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#passing = { end: this.#now + ms, resolve }
      if (this.#turns === 0) this.#takeTurns()
    })
  }

  /**
   * One turn of the event loop does one thing. Between two turns Node runs all microtasks; that they were asked for
   * together spares it a look at its sockets in between, which costs as much as what a turn does.
   */
  #takeTurns(): void {
    this.#turns = TURNS
    for (let i = 0; i < TURNS; i++) setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    this.#turns--
    const passing = this.#passing
    if (passing === undefined) return
    const [next] = this.#heap
    if (next !== undefined && next.at <= passing.end) this.#happen(next)
    else {
      this.#now = passing.end
      this.#passing = undefined
      passing.resolve()
    }
    if (this.#turns === 0 && this.#passing !== undefined) this.#takeTurns()
  }

  #happen(event: Event): void {
    this.#pop()
    this.#now = event.at
    this.#events++
    try {
      event.run()
    } catch (error) {
      this.failed(error)
    }
  }

  #push(event: Event): void {
    const heap = this.#heap
    let index = heap.push(event) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || isBefore(above, event)) break
      heap[index] = above
      index = parent
    }
    heap[index] = event
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      const [one, other] = [heap[left], heap[right]]
      if (one === undefined) break
      const child = other !== undefined && isBefore(other, one) ? right : left
      const below = child === right && other !== undefined ? other : one
      if (isBefore(last, below)) break
      heap[index] = below
      index = child
    }
    heap[index] = last
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
