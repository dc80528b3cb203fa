/** How much is measured: all, or, for `--quick`, a tenth, since counts and bytes are the same for less. */

/** The variable by which main.ts tells its children: a factor, at most 1. */
export const SCALE_VARIABLE = 'UNDERSTUDY_BENCH_SCALE'

/** Whether less than all is measured: goals that hold for all of it are not judged then. */
export function isPart(): boolean {
  return scale() < 1
}

/** So many, or a part of it. */
export function scaled(count: number): number {
  return Math.ceil(count * scale())
}

function scale(): number {
  return Number(process.env[SCALE_VARIABLE] ?? 1)
}
