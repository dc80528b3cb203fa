import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { emptyBenchmark } from '@understudy/differencing'
import type { Benchmark, KeyedBenchmark } from '@understudy/differencing'
import { benchmarkSourceContract } from '@understudy/differencing/contract'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Access } from '../access/access.js'
import { BoundedBenchmarks } from './bounded-benchmarks.js'
import { HttpBenchmarkSource } from './http-benchmark-source.js'
import { BATCH_LIMIT, BODY_LIMIT } from './messages.js'
import { serveBenchmarks } from './serve-benchmarks.js'
import type { ServeBenchmarksOptions } from './serve-benchmarks.js'

async function started(options: ServeBenchmarksOptions = {}): Promise<string> {
  const server = await serveBenchmarks(options)
  onTestFinished(() => server.close())
  return server.url
}

/** A server that is not what the source believes it is. */
async function impostor(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

function entry(i: number, clock = i): KeyedBenchmark {
  return { key: `key ${i}`, benchmark: { ...emptyBenchmark, attributes: new Map([[8, clock]]) } }
}

function post(url: string, body: string | Uint8Array): Promise<Response> {
  return fetch(url, { method: 'POST', body })
}

describe('a source over HTTP', () => {
  for (const { name, run } of benchmarkSourceContract(async () => new HttpBenchmarkSource(await started())))
    it(`${name} [NOD-30]`, run)

  it('asks in batches, however many are asked for [NOD-30]', async () => {
    const source = new HttpBenchmarkSource(await started())
    const entries = Array.from({ length: 2 * BATCH_LIMIT + 5 }, (_, i) => entry(i + 1))
    await source.write('b', entries)
    const found = await source.read(
      'b',
      entries.map(({ key }) => key),
    )
    expect(found).toEqual(entries.map(({ benchmark }): Benchmark => benchmark))
  })

  it('lets the latest of many notes stand that were made without waiting, and gathers them [NOD-31]', async () => {
    let requests = 0
    const target = await started()
    const counting = await impostor((request, response) => {
      requests++
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on(
        'end',
        () => void post(target + request.url, Buffer.concat(chunks)).then(() => response.writeHead(204).end()),
      )
    })
    const source = new HttpBenchmarkSource(counting)
    await Promise.all(Array.from({ length: 500 }, (_, clock) => source.write('b', [entry(1, clock + 1)])))
    expect(await new HttpBenchmarkSource(target).read('b', ['key 1'])).toEqual([entry(1, 500).benchmark])
    expect(requests).toBeLessThanOrEqual(2)
  })

  it('refuses notes that would wait in too great a number, and goes on with the others [NOD-31]', async () => {
    const source = new HttpBenchmarkSource(await started(), { waiting: 3 })
    const writing = source.write('b', [entry(1), entry(2), entry(3)])
    await expect(source.write('b', [entry(4)])).rejects.toMatchObject({ code: 'BENCHMARKS_BUSY', retryable: true })
    await writing
    await source.write('b', [entry(4)])
    expect(await source.read('b', ['key 3', 'key 4'])).toEqual([entry(3).benchmark, entry(4).benchmark])
  })

  it('tells by a code what went wrong, and works again when the server does [NOD-32]', async () => {
    const gone = await serveBenchmarks()
    await gone.close()
    const nobody = new HttpBenchmarkSource(gone.url)
    await expect(nobody.read('b', ['1'])).rejects.toMatchObject({
      code: 'BENCHMARKS_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    const silent = new HttpBenchmarkSource(await impostor(() => {}), { timeout: 30 })
    await expect(silent.read('b', ['1'])).rejects.toMatchObject({
      code: 'BENCHMARKS_UNREACHABLE',
      message: expect.stringContaining('within 30 ms'),
    })
    await expect(silent.write('b', [entry(1)])).rejects.toMatchObject({ code: 'BENCHMARKS_UNREACHABLE' })
    await expect(silent.write('b', [entry(2)])).rejects.toMatchObject({ code: 'BENCHMARKS_UNREACHABLE' })
    for (const nonsense of [
      '<html>',
      '[]',
      '{"benchmarks":[]}',
      '{"benchmarks":["AAAA/w=="]}',
      '{"benchmarks":[7]}',
      'x'.repeat(BODY_LIMIT + 1),
    ]) {
      const source = new HttpBenchmarkSource(await impostor((_, response) => response.end(nonsense)))
      await expect(source.read('b', ['1'])).rejects.toMatchObject({ code: 'BENCHMARKS_MALFORMED' })
    }
    expect(() => new HttpBenchmarkSource('redis://127.0.0.1')).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})

describe('a server of benchmarks', () => {
  it('lets in whom a node would let in as a peer, and nobody else [NOD-33]', async () => {
    const peerSecret = 'a secret that is long enough'.replaceAll(' ', '-')
    const url = await started({ access: new Access({ peerSecret }) })
    await expect(new HttpBenchmarkSource(url).read('b', ['1'])).rejects.toMatchObject({
      code: 'BENCHMARKS_REFUSED',
      message: expect.stringContaining('401'),
    })
    expect(await new HttpBenchmarkSource(url, { token: peerSecret }).read('b', ['1'])).toEqual([undefined])
    const open = await started()
    expect(
      (await fetch(`${open}/read`, { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' })).status,
    ).toBe(403)
    await expect(serveBenchmarks({ listen: '0.0.0.0:0' })).rejects.toMatchObject({ code: 'INSECURE_ADDRESS' })
  })

  it('refuses what is not a request of ours, and notes nothing of it [NOD-33]', async () => {
    const url = await started()
    const note = '["key 1","AAAA"]'
    const many = JSON.stringify({
      backup: 'b',
      entries: Array.from({ length: BATCH_LIMIT + 1 }, () => ['key 1', 'AAAA']),
    })
    const bad = [
      '',
      '[]',
      'null',
      '{"backup":7,"entries":[]}',
      '{"backup":"b"}',
      `{"backup":"b","entries":[${note},["key 2"]]}`,
    ]
    bad.push(
      `{"backup":"b","entries":[${note},["key 2","????"]]}`,
      `{"backup":"b","entries":[${note},["${'k'.repeat(65)}","AAAA"]]}`,
      many,
    )
    bad.push('x'.repeat(BODY_LIMIT + 1))
    for (const body of bad) expect((await post(`${url}/write`, body)).status, body.slice(0, 80)).toBe(400)
    expect(await new HttpBenchmarkSource(url).read('b', ['key 1'])).toEqual([undefined])
    expect((await fetch(`${url}/read`)).status).toBe(405)
    expect((await post(`${url}/other`, '{}')).status).toBe(404)
  })
})

describe('benchmarks in a bounded map', () => {
  for (const { name, run } of benchmarkSourceContract(() => new BoundedBenchmarks(100))) it(`${name} [NOD-34]`, run)

  it('forgets what was noted longest ago, and only beyond its limit [NOD-34]', async () => {
    const benchmarks = new BoundedBenchmarks(3)
    await benchmarks.write('b', [entry(1), entry(2), entry(3)])
    await benchmarks.write('b', [entry(1, 9), entry(4)])
    expect(await benchmarks.read('b', ['key 1', 'key 2', 'key 3', 'key 4'])).toEqual([
      entry(1, 9).benchmark,
      undefined,
      entry(3).benchmark,
      entry(4).benchmark,
    ])
    expect(benchmarks.size).toBe(3)
  })
})
