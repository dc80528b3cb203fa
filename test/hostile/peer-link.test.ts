/** A peer that sends damaged, forged, old or out-of-turn frames: each is refused with a code, and nothing changes. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Chance, mutate } from '../support/chance.js'
import { KEYS, Primary, REIGN, Victim, deltas, genuine, wholes } from './victim.js'

const SEED = Number(process.env['SEED'] ?? 20_261_122)
const CODES = /^(FRAME_|DELTA_|EPOCH_STALE|NOT_PRIMARY|VERSION_MISMATCH|BENCHMARK_|NAME_|VALUE_|SESSION_|ATTRIBUTE_|TOO_MANY)/

/** Runs the attack; gives the code it was refused with, or undefined if it was let in. Other errors fail the test. */
function attack(run: () => void): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : `no code: ${String(error)}`
    expect(code).toMatch(CODES)
    return code
  }
}

function loaded(): { primary: Primary; victim: Victim } {
  const primary = new Primary()
  const victim = new Victim()
  victim.load(KEYS.map((key) => primary.delta(key)))
  for (const key of KEYS) {
    primary.write(key, 'name 1', `changed ${key}`)
    primary.write(key, 'name 2', [1, 2, { three: 3 }])
  }
  return { primary, victim }
}

describe('a damaged frame', () => {
  it('is refused with a code and leaves the replica bit for bit as it was, 60,000 seeded mutations [HOS-1]', { timeout: 180_000 }, () => {
    const { primary, victim } = loaded()
    const frames = KEYS.map((key) => genuine(deltas([primary.delta(key, victim.store), primary.delta(key)])))
    const chance = new Chance(SEED)
    const before = victim.snapshot()
    const refused = new Map<string, number>()
    for (let round = 0; round < 60_000; round++) {
      const [hello, frame] = chance.pick(frames)
      const damaged = mutate(frame, chance)
      if (Buffer.compare(damaged, frame) === 0) continue
      const code = attack(() => victim.receiveBytes([hello, damaged])) ?? 'let in'
      refused.set(code, (refused.get(code) ?? 0) + 1)
      if (round % 100 === 0 || code === 'let in') expect(victim.snapshot(), `seed ${SEED}, round ${round}`).toBe(before)
    }
    expect(victim.snapshot()).toBe(before)
    // Damage may make another frame of it, such as a short one without a checksum; that too changed nothing.
    expect(refused.get('let in') ?? 0).toBeLessThan(10)
    expect(refused.get('FRAME_CHECKSUM')).toBeGreaterThan(10_000)
  })
})

describe('a damaged update in a well-made frame', () => {
  it('is refused with a code and changes nothing, or is one that Yjs reads as we do, 60,000 seeded mutations [HOS-2]', { timeout: 180_000 }, () => {
    const chance = new Chance(SEED + 1)
    let { primary, victim } = loaded()
    let before = victim.snapshot()
    const outcomes = { refused: 0, merged: 0 }
    for (let round = 0; round < 60_000; round++) {
      const key = chance.pick(KEYS)
      const entry = primary.delta(key, chance.below(2) === 0 ? victim.store : undefined)
      const part = chance.below(4) === 0 && entry.frozen !== undefined ? 'frozen' : 'attributes'
      const update = entry[part]
      if (update === undefined) continue
      const code = attack(() => victim.receive(deltas([{ ...entry, [part]: mutate(update, chance) }])))
      if (code !== undefined) {
        outcomes.refused++
        if (round % 50 === 0) expect(victim.snapshot(), `seed ${SEED + 1}, round ${round}`).toBe(before)
        continue
      }
      outcomes.merged++
      expect(victim.snapshot() === before || readsAsYjs(victim), `seed ${SEED + 1}, round ${round}`).toBe(true)
      ;({ primary, victim } = loaded())
      before = victim.snapshot()
    }
    expect(victim.snapshot()).toBe(before)
    expect(outcomes.refused).toBeGreaterThan(20_000)
  })
})

describe('a damaged whole session in a well-made frame', () => {
  it('is refused with a code and leaves no trace, or is one that Yjs reads as we do, 60,000 seeded mutations [HOS-11]', { timeout: 180_000 }, () => {
    const chance = new Chance(SEED + 2)
    const { primary } = loaded()
    const sessions = KEYS.map((key) => primary.whole(key))
    let victim = new Victim()
    const outcomes = { refused: 0, taken: 0 }
    for (let round = 0; round < 60_000; round++) {
      const { key, bytes } = chance.pick(sessions)
      const code = attack(() => victim.receive(wholes([{ key, bytes: mutate(bytes, chance) }])))
      if (code !== undefined) {
        outcomes.refused++
        expect([victim.store.size, victim.store.find(key)], `seed ${SEED + 2}, round ${round}`).toEqual([0, undefined])
        continue
      }
      outcomes.taken++
      const stored = victim.store.find(key)
      expect(readsAsYjs(victim), `seed ${SEED + 2}, round ${round}`).toBe(true)
      // What the digest holds is what the session that wakes says of itself.
      expect(stored?.session?.fingerprint(key), `seed ${SEED + 2}, round ${round}`).toEqual(stored?.fingerprint)
      victim = new Victim()
    }
    expect(outcomes.refused).toBeGreaterThan(20_000)
    expect(outcomes.taken).toBeGreaterThan(100)
  })

  it('is refused of a session that is held as well, and changes nothing of it [HOS-11]', () => {
    const chance = new Chance(SEED + 3)
    const { primary, victim } = loaded()
    const before = victim.snapshot()
    for (let round = 0; round < 2_000; round++) {
      const { key, bytes } = primary.whole(chance.pick(KEYS))
      // No session ends with such a byte, whatever else is wrong.
      expect(attack(() => victim.receive(wholes([{ key, bytes: Uint8Array.of(...mutate(bytes, chance), 0xff) }])))).toBeDefined()
    }
    expect(victim.snapshot()).toBe(before)
  })

  it('is refused under a later reign, another nonce, or a key of another slot’s primary [HOS-11]', () => {
    const key = KEYS[0] ?? never()
    for (const reign of [{ epoch: REIGN.epoch + 1, nonce: REIGN.nonce }, { epoch: REIGN.epoch, nonce: REIGN.nonce + 1 }]) {
      const victim = new Victim()
      expect(attack(() => victim.receive(wholes([new Primary(reign).whole(key)])))).toBe('DELTA_FORGED_WRITER')
      expect(victim.store.size).toBe(0)
    }
    const victim = new Victim()
    for (const slot of victim.store.slots) slot.follow(REIGN.epoch + 1)
    expect(attack(() => victim.receive(wholes([new Primary().whole(key)])))).toBe('EPOCH_STALE')
    expect(victim.store.size).toBe(0)
  })
})

/** Whether stock Yjs, given what the victim holds, has the same values and waits for nothing. */
function readsAsYjs(victim: Victim): boolean {
  return KEYS.every((key) => {
    const session = victim.store.find(key)?.session
    const update = session?.state().attributes
    if (session === undefined || update === undefined) return true
    const doc = new Y.Doc()
    Y.applyUpdate(doc, update)
    const values: unknown = Object.fromEntries(doc.getArray<[string, unknown]>('attributes').toJSON())
    expect(JSON.parse(JSON.stringify(values))).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(session.attributes.entries()))))
    return doc.store.pendingStructs === null && doc.store.pendingDs === null
  })
}

describe('a frame out of turn', () => {
  it('is refused when its number leaves a gap or repeats [HOS-3]', () => {
    const { primary, victim } = loaded()
    const entry = primary.delta(KEYS[0] ?? never(), victim.store)
    const before = victim.snapshot()
    expect(attack(() => victim.receive(deltas([entry], 2)))).toBe('FRAME_OUT_OF_ORDER')
    const [hello, frame] = genuine(deltas([]))
    expect(attack(() => victim.receiveBytes([hello, frame, frame]))).toBe('FRAME_OUT_OF_ORDER')
    expect(attack(() => victim.receiveBytes([frame]))).toBe('FRAME_OUT_OF_ORDER')
    expect(attack(() => victim.receiveBytes([hello, hello]))).toBe('FRAME_OUT_OF_ORDER')
    expect(victim.snapshot()).toBe(before)
  })

  it('is refused when it comes from a reign that is over, or from a node that does not reign [HOS-4]', () => {
    const { primary, victim } = loaded()
    const key = KEYS[0] ?? never()
    const entry = primary.delta(key, victim.store)
    const before = victim.snapshot()
    for (const slot of victim.store.slots) slot.follow(REIGN.epoch + 1)
    expect(attack(() => victim.receive(deltas([entry])))).toBe('EPOCH_STALE')
    expect(victim.snapshot()).toBe(before)
  })
})

describe('the cost of a hostile frame', () => {
  it('stays below 8 MB, whatever lengths it claims [HOS-5]', () => {
    const { primary, victim } = loaded()
    const entries = KEYS.map((key) => primary.delta(key))
    const [hello, frame] = genuine({ type: 'deltas', number: 1, time: 0, remaining: 0, wholes: KEYS.map((key) => primary.whole(key)), entries })
    const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
    for (let at = 0; at < frame.length; at += 3) {
      const claims = Uint8Array.from([...frame.slice(0, at), ...huge, ...frame.slice(at)])
      const before = process.memoryUsage()
      attack(() => victim.receiveBytes([hello, claims]))
      const after = process.memoryUsage()
      expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8e6)
      expect(after.heapUsed - before.heapUsed).toBeLessThan(8e6)
    }
  })
})

function never(): never {
  throw new Error('the test has no session')
}
