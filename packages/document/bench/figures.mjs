/**
 * Measures what DESIGN §5 promises of documents:
 * `npx tsc -b packages/document && node --expose-gc packages/document/bench/figures.mjs`.
 * Times are processor time, at random among 10,000 documents of ten attributes and 1 kB.
 */
import process from 'node:process'
import { Document, encodeValue, LiveDocuments, writerId } from '../dist/index.js'

const COUNT = 10_000
const live = new LiveDocuments()
const writer = writerId({ epoch: 300, nonce: 77_777, restart: 0, root: 'attributes' })
const names = Array.from({ length: 10 }, (_, i) => `attr${i}`)
const value = encodeValue('y'.repeat(90))
const anyone = () => true

let seed = 12_345
const below = (limit) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
  return seed % limit
}
const print = (what, figure) => process.stdout.write(`${what.padEnd(58)} ${figure}\n`)

function measure(what, run, times = 200_000) {
  for (let i = 0; i < 40_000; i++) run()
  const from = process.cpuUsage()
  for (let i = 0; i < times; i++) run()
  const { user, system } = process.cpuUsage(from)
  print(what, `${((user + system) / times).toFixed(2)} µs`)
}

const memory = () => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const before = memory()
const documents = Array.from({ length: COUNT }, () => {
  const document = Document.empty('attributes', live)
  document.append(writer, names.map((name) => ({ name, value })))
  return document
})
print('encoded length of a document', `${documents[0].byteLength} B`)
print('memory of a document (exact with --expose-gc)', `${Math.round((memory() - before) / COUNT)} B`)

const write = (document) => document.append(writer, [{ name: names[below(10)], value }])
const any = () => documents[below(COUNT)]
measure('append of one attribute', () => write(any()))
measure('vector + append + deltaSince', () => {
  const document = any()
  const vector = document.vector()
  write(document)
  document.deltaSince(vector)
})
measure('get of one attribute', () => any().get(names[below(10)]))
measure('append + grown', () => write(any()) || any().grown)
const replicas = documents.map((document) => Document.load('attributes', document.encode(), live))
measure('vector + append + deltaSince + check + merge', () => {
  const i = below(COUNT)
  const vector = documents[i].vector()
  write(documents[i])
  replicas[i].merge(replicas[i].check(documents[i].deltaSince(vector), anyone))
})
measure('encode', () => any().encode(), 50_000)
measure('load', () => Document.load('attributes', any().encode(), live), 20_000)

const long = Document.empty('attributes', live)
for (let i = 0; i < 1_000_000; i++) long.append(writer, [{ name: names[i % 10], value }])
const share = (long.byteLength / long.freshByteLength) * 100
print('after 1,000,000 alternating writes, of a fresh one', `${share.toFixed(1)} %`)
