/**
 * Measures the path of one save, step by step:
 * `npx tsc -b packages/node && node --expose-gc packages/session/bench/figures.mjs [packages folder of another build]`.
 *
 * Times are processor time, at random among 2,000 sessions of ten attributes and 1 kB, one of them frozen; medians of
 * nine rounds. Another build is measured in the same run, in alternating rounds: first its figure, then this one's.
 */
import { resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const COUNT = 2_000
const ROUNDS = 9
const KEY = '0123456789abcdef0123456789abcdef'

const here = fileURLToPath(new URL('../..', import.meta.url))
const folders = process.argv[2] === undefined ? [here] : [resolve(process.argv[2]), here]
const subjects = await Promise.all(folders.map(subjectOf))

const median = (figures) => figures.toSorted((a, b) => a - b)[figures.length >> 1]
const print = (what, figures, unit) =>
  process.stdout.write(`${what.padEnd(54)} ${figures.map((figure) => figure.padStart(8)).join('  →')} ${unit}\n`)

/** Processor time of one run, in µs. */
function time(run, times) {
  const from = process.cpuUsage()
  for (let i = 0; i < times; i++) run()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / times
}

/** Bytes that one run allocates, few enough runs that no garbage is collected in between. */
function allocation(run) {
  globalThis.gc?.()
  const sum = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const from = sum()
  for (let i = 0; i < 300; i++) run()
  return (sum() - from) / 300
}

function measure(what, pick, times = 10_000) {
  const runs = subjects.map((subject) => pick(subject))
  const spent = runs.map(() => [])
  const bytes = runs.map(() => [])
  for (const run of runs) time(run, times)
  for (let round = 0; round < ROUNDS; round++) {
    runs.forEach((run, i) => spent[i].push(time(run, times)))
    if (times > 1) runs.forEach((run, i) => bytes[i].push(allocation(run)))
  }
  print(what, spent.map((figures) => median(figures).toFixed(2)), 'µs')
  if (globalThis.gc !== undefined && times > 1) print('', bytes.map((figures) => median(figures).toFixed(0)), 'B')
}

/** A build, and sessions on a primary and on a back-up of its own. */
async function subjectOf(folder) {
  const load = (name) => import(pathToFileURL(`${folder}/${name}/dist/index.js`).href)
  const { encodeValue, LiveDocuments } = await load('document')
  const { Session } = await load('session')
  const { differenceAgainst } = await load('differencing')
  const live = new LiveDocuments()
  const reign = { epoch: 300, nonce: 77_777 }
  let now = 1
  const save = (session, operations) => session.apply(operations, { reign, now: now++ })
  const set = (name, value) => ({ op: 'set', name, value: encodeValue(value) })
  const names = Array.from({ length: 10 }, (_, i) => `attr${i}`)
  const open = () => {
    const session = Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live })
    save(session, names.map((name) => set(name, 'y'.repeat(90))))
    save(session, [{ op: 'freeze', name: 'attr9' }])
    return session
  }
  const sessions = Array.from({ length: COUNT }, open)
  const replicas = sessions.map((session) => Session.load(session.state(), { live }))
  let seed = 12_345
  const below = (limit) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % limit
  return { Session, encodeValue, differenceAgainst, live, reign, save, set, sessions, replicas, names, below }
}

/** One save of one attribute, to another value each time, and what the primary does with it. */
function writing({ sessions, names, below, save, set, differenceAgainst }) {
  return (then) => {
    const i = below(COUNT)
    const session = sessions[i]
    const held = session.benchmark()
    save(session, [set(names[below(9)], `${below(2 ** 30)}`.padEnd(90, 'x'))])
    then(i, session, () => differenceAgainst(session, held))
  }
}

const anyone = () => true

measure('encodeValue', ({ encodeValue, below }) => () => encodeValue(`${below(1000)}`.padEnd(90, 'x')))
measure('isFrozen', ({ sessions, names, below }) => () => sessions[below(COUNT)].isFrozen(names[below(10)]))
measure('get', ({ sessions, names, below }) => () => sessions[below(COUNT)].get(names[below(10)]))
measure('apply', ({ sessions, names, below, save, set }) => () =>
  save(sessions[below(COUNT)], [set(names[below(9)], `${below(2 ** 30)}`.padEnd(90, 'x'))]))
// From here on the replicas follow.
for (const { sessions, replicas, differenceAgainst } of subjects) {
  sessions.forEach((session, i) => replicas[i].merge(differenceAgainst(session, replicas[i].benchmark()), anyone))
}
measure('save: apply, difference, fingerprint, cut; merge', (subject) => {
  const write = writing(subject)
  return () => write((i, session, difference) => {
    session.fingerprint(KEY)
    const delta = difference()
    session.benchmark()
    subject.replicas[i].merge(delta, anyone)
    subject.replicas[i].fingerprint(KEY)
  })
})
measure('save on the primary alone', (subject) => {
  const write = writing(subject)
  return () => write((_i, session, difference) => {
    session.fingerprint(KEY)
    difference()
    session.benchmark()
  })
})
measure('restart of 1,024 attributes', ({ Session, live, reign, save, set }) => {
  const session = Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live })
  save(session, Array.from({ length: 1024 }, (_, i) => set(`attribute${i}`, i)))
  for (let i = 0; i < 1024; i += 2) save(session, [set(`attribute${i}`, -i)])
  return () => session.restart(reign)
}, 1)
