/** Codecs of records: the fields after each other, in the order in which they are declared. */

import { malformed } from '../protocol-error.js'
import type { Codec } from './codec.js'

/** A field that may be absent: one byte says whether it is there. */
export interface OptionalCodec<T> extends Codec<T | undefined> {
  readonly optional: true
}

/** The codecs of a record's fields. */
export type Fields = Readonly<Record<string, Codec<unknown>>>

type FieldValue<C> = C extends OptionalCodec<infer T> ? T : C extends Codec<infer T> ? T : never
type OptionalNames<F> = { [K in keyof F]: F[K] extends OptionalCodec<unknown> ? K : never }[keyof F]

/** The record that some fields make. */
export type RecordOf<F> = { readonly [K in Exclude<keyof F, OptionalNames<F>>]: FieldValue<F[K]> } & {
  readonly [K in OptionalNames<F>]?: FieldValue<F[K]>
}

/** Makes a field optional: absent in the record, or a value of `codec`. */
export function optional<T>(codec: Codec<T>): OptionalCodec<T> {
  return {
    optional: true,
    write(writer, value) {
      writer.uint8(value === undefined ? 0 : 1)
      if (value !== undefined) codec.write(writer, value)
    },
    read(reader) {
      const there = reader.uint8()
      if (there > 1) throw malformed(`a field is neither there nor absent (${there})`)
      return there === 1 ? codec.read(reader) : undefined
    },
  }
}

/** The codec of records with these fields. */
export function record<F extends Fields>(fields: F): Codec<RecordOf<F>> {
  const codecs = Object.entries(fields)
  return {
    write(writer, value) {
      const values: Readonly<Record<string, unknown>> = value
      for (const [name, codec] of codecs) codec.write(writer, values[name])
    },
    read(reader) {
      const values: Record<string, unknown> = {}
      for (const [name, codec] of codecs) {
        const value = codec.read(reader)
        if (value !== undefined) values[name] = value
      }
      return values as RecordOf<F>
    },
  }
}
