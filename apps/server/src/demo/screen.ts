/**
 * Where the demo's figures go: on a terminal they are redrawn in place, with what the nodes say above them; elsewhere
 * they are a line every few seconds.
 */
import { count, textTable } from '../text-table.js'
import type { Surroundings } from '../surroundings.js'
import type { Figures, ReplicaFigure } from './figures.js'

/** Without a terminal a line comes only at every so many-th look. */
const LOOKS_A_LINE = 3

/** Shows figures as they come. */
export class Screen {
  readonly #surroundings: Pick<Surroundings, 'out' | 'isTerminal'>
  #drawnLines = 0
  #looks = 0

  constructor(surroundings: Pick<Surroundings, 'out' | 'isTerminal'>) {
    this.#surroundings = surroundings
  }

  /** Writes a line that stays. */
  say(line: string): void {
    this.#surroundings.out(`${this.#erase()}${line}\n`)
  }

  /** Shows the latest figures. */
  show(figures: Figures): void {
    if (!this.#surroundings.isTerminal) {
      if (this.#looks++ % LOOKS_A_LINE === 0) this.say(figuresLine(figures))
      return
    }
    const lines = figuresBlock(figures)
    this.#surroundings.out(`${this.#erase()}${lines.map((line) => `${line}\n`).join('')}`)
    this.#drawnLines = lines.length
  }

  /** Cursor to the start of the block, then clear to the end of the screen. */
  #erase(): string {
    const lines = this.#drawnLines
    this.#drawnLines = 0
    return lines === 0 ? '' : `\u001B[${lines}A\u001B[0J`
  }
}

/** All figures in one line. */
export function figuresLine(figures: Figures): string {
  const { tally, replicas, nodesDown } = figures
  const lags = replicas.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs]))
  return [
    `${count(figures.savesPerSecond)} saves/s`,
    `${count(figures.requestsPerSecond)} requests/s`,
    `${bytesShown(figures)} per attribute`,
    `lag ${lags.length === 0 ? '-' : `${count(Math.max(...lags))} ms`}`,
    `caught up ${replicas.filter(({ isCaughtUp }) => isCaughtUp === true).length} of ${replicas.length}`,
    `digests ${verdict(figures.equal)}`,
    `checked ${count(tally.checked)}`,
    `late ${tally.late}`,
    `failed ${tally.failed}`,
    `lost updates ${tally.lost}`,
    ...(nodesDown.length === 0 ? [] : [`down: ${nodesDown.join(', ')}`]),
  ].join(', ')
}

/** All figures as a block of lines. */
export function figuresBlock(figures: Figures): readonly string[] {
  const { tally } = figures
  return [
    '',
    ...textTable([
      ['saves', `${count(figures.savesPerSecond)} a second`],
      ['requests', `${count(figures.requestsPerSecond)} a second`],
      ['peer links', `${bytesShown(figures)} for each modified attribute and back-up, everything counted`],
      [
        'carts',
        `${count(tally.checked)} checked, ${count(tally.late)} seen late, ${count(tally.failed)} requests failed`,
      ],
      ['lost updates', count(tally.lost)],
      ['digests', verdict(figures.equal)],
    ]),
    '',
    ...textTable(
      [['replica', 'link', 'lag', 'dirty', 'caught up'], ...figures.replicas.map(replicaCells)],
      new Set([2, 3]),
    ),
    ...(figures.nodesDown.length === 0 ? [] : [`does not answer: ${figures.nodesDown.join(', ')}`]),
    '',
    'Ctrl-C stops everything.',
  ]
}

function replicaCells({ from, to, state, lagMs, dirty, isCaughtUp }: ReplicaFigure): readonly string[] {
  const caughtUp = isCaughtUp === undefined ? '-' : isCaughtUp ? 'yes' : 'no'
  return [`${from} → ${to}`, state, lagMs === undefined ? '-' : `${count(lagMs)} ms`, count(dirty), caughtUp]
}

/** Under traffic nodes differ by what is in flight, so a difference is no fault until the traffic has ended. */
function verdict(equal: boolean | undefined): string {
  if (equal === undefined) return 'not known'
  return equal ? 'equal' : 'in flight'
}

function bytesShown({ bytesPerAttribute }: Figures): string {
  return bytesPerAttribute === undefined ? '-' : `${Math.round(bytesPerAttribute)} B`
}
