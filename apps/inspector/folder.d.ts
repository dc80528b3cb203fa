/** Absolute path of the folder with `index.html`, ending with a slash. */
export declare const folder: string
