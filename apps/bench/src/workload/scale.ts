/** How much is measured: all, or, for `--quick`, a tenth, since counts and bytes are the same for less. */

/** The variable by which main.ts tells its children. */
export const QUICK_VARIABLE = 'UNDERSTUDY_BENCH_QUICK'

/** Whether this is a quick run. */
export const isQuick = process.env[QUICK_VARIABLE] === '1'

/** So many, or a tenth of it. */
export function scaled(count: number): number {
  return isQuick ? Math.ceil(count / 10) : count
}
