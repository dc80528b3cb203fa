import { expect, test, vi } from 'vitest'
import { Listeners } from './listeners.js'

type Events = { readonly ping: readonly [count: number] }

test('a listener hears until it is taken away', () => {
  const listeners = new Listeners<Events>(['ping'])
  const heard: number[] = []
  const off = listeners.on('ping', (count) => heard.push(count))
  listeners.emit('ping', 1)
  off()
  off()
  listeners.emit('ping', 2)
  expect(heard).toEqual([1])
})

test('one that throws keeps nobody from hearing, and its error is not lost [CLI-22]', () => {
  const listeners = new Listeners<Events>(['ping'])
  const heard: number[] = []
  const later = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined)
  listeners.on('ping', () => {
    throw new Error('the app is broken')
  })
  listeners.on('ping', (count) => heard.push(count))
  listeners.emit('ping', 1)
  const [rethrow] = later.mock.calls[0] ?? []
  later.mockRestore()
  expect(heard).toEqual([1])
  expect(rethrow).toThrow('the app is broken')
})

test('listeners may add and remove listeners while they hear', () => {
  const listeners = new Listeners<Events>(['ping'])
  const heard: string[] = []
  const off = listeners.on('ping', () => {
    heard.push('one')
    off()
    listeners.on('ping', () => heard.push('two'))
  })
  listeners.emit('ping', 1)
  listeners.emit('ping', 2)
  expect(heard).toEqual(['one', 'two'])
})

test('what is no function is refused', () => {
  const listeners = new Listeners<Events>(['ping'])
  expect(() => Reflect.apply(listeners.on, listeners, ['ping', 'x'])).toThrow(TypeError)
})
