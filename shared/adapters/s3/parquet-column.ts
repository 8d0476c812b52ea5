import {
  DoubleValues,
  FlagValues,
  Int32Values,
  Int64Values,
  Levels,
  type PhysicalType,
  type PlainValues,
  TextDictionary,
  TextValues,
} from './parquet-values.ts';

/** What a column's pages hold. */
export interface ColumnContent {
  readonly rows: number;
  readonly nulls: number;
  readonly levels: Uint8Array;
  /** Values, or their places in the dictionary. */
  readonly data: Uint8Array;
  readonly dictionary?: { readonly size: number; readonly words: Uint8Array };
}

/**
 * A column as it grows, row by row. Values become bytes at once: kept as they come until all are there, they would be
 * carried along by the garbage collector, which then takes a fifth of a census's time.
 */
export class ParquetColumn {
  readonly type: PhysicalType;
  readonly #levels = new Levels();
  readonly #values: PlainValues<never>;
  #dictionary: TextDictionary | undefined;

  constructor(type: PhysicalType) {
    this.type = type;
    this.#values = new valuesOf[type]();
    if (type === 'BYTE_ARRAY') this.#dictionary = new TextDictionary();
  }

  add(value: unknown): void {
    const isPresent = value !== null && value !== undefined;
    this.#levels.add(isPresent);
    if (!isPresent) return;
    const dictionary = this.#dictionary;
    if (!dictionary) {
      this.#values.add(value as never);
      return;
    }
    dictionary.add(value as string);
    if (dictionary.isSampled) this.#weighDictionary(dictionary);
  }

  #weighDictionary(dictionary: TextDictionary): void {
    if (dictionary.pays) return;
    for (const value of dictionary.values()) this.#values.add(value as never);
    this.#dictionary = undefined;
  }

  content(): ColumnContent {
    const levels = this.#levels;
    const dictionary = this.#dictionary?.size ? this.#dictionary : undefined;
    return {
      rows: levels.rows,
      nulls: levels.nulls,
      levels: levels.bytes(),
      data: dictionary ? dictionary.placeBytes() : this.#values.bytes(),
      ...(dictionary && { dictionary: { size: dictionary.size, words: dictionary.wordBytes() } }),
    };
  }
}

const valuesOf = {
  INT32: Int32Values,
  INT64: Int64Values,
  DOUBLE: DoubleValues,
  BOOLEAN: FlagValues,
  BYTE_ARRAY: TextValues,
} as const satisfies Record<PhysicalType, new () => PlainValues<never>>;
