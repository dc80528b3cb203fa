/** Preliminary: the bounded set of Y.Docs. */
export class LiveDocuments {
  readonly limit: number
  constructor({ limit = 256 }: { limit?: number } = {}) {
    this.limit = limit
  }
}
