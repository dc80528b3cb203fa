/** Where this package is. The sources and the bundle made of them both lie in folders of it, without folders between. */

/** The package's folder, ending with a slash. */
export const PACKAGE = new URL('../', import.meta.url)
