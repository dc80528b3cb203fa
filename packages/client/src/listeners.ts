/**
 * Typed event listeners for stores and session handles.
 *
 * Invariant: a listener that throws neither keeps other listeners from running nor disturbs the link that brought the
 * event; its error surfaces as an uncaught exception, as it would from a Node EventEmitter.
 */

/** Event names with the arguments that their listeners get. */
export type EventMap = Record<string, readonly unknown[]>

type Listener<Arguments extends readonly unknown[]> = (...args: Arguments) => void

/** The listeners of one object. Mostly one an event: a list takes a third of the room of a Set. */
export class Listeners<Events extends EventMap> {
  /** Lists are never changed, but replaced: who is being told goes on with the one it began with. */
  readonly #byEvent: { [Name in keyof Events]?: readonly Listener<Events[Name]>[] } = {}
  readonly #names: readonly (keyof Events)[]

  /** @param names the events that exist; a listener for any other is refused. */
  constructor(names: readonly (keyof Events)[]) {
    this.#names = names
  }

  /**
   * Adds a listener; the function returned takes it away again.
   * @throws TypeError when there is no such event or the listener is not a function
   */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    if (!this.#names.includes(name)) {
      throw new TypeError(`There is no event ${JSON.stringify(name)}. Use one of ${this.#names.join(', ')}.`)
    }
    if (typeof listener !== 'function') throw new TypeError('The listener must be a function.')
    const listeners = this.#byEvent[name] ?? []
    if (!listeners.includes(listener)) this.#byEvent[name] = listeners.concat(listener)
    return () => void (this.#byEvent[name] = this.#byEvent[name]?.filter((one) => one !== listener))
  }

  /** Calls all listeners of the event, in the order in which they were added. */
  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    for (const listener of this.#byEvent[name] ?? []) {
      try {
        listener(...args)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
