import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';

/** How values lie in a file. */
export type PhysicalType = 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'BYTE_ARRAY';

/** Values one after another, in the bytes that Parquet calls `PLAIN`. */
export interface PlainValues<Value> {
  add(value: Value): void;
  bytes(): Uint8Array;
}

/** Bytes that make room for themselves. */
class Room {
  bytes = Buffer.allocUnsafe(4096);
  end = 0;

  for(more: number): void {
    if (this.end + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.end + more));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }

  get used(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }
}

/** @throws RangeError for what is no whole number of 32 bits, which would be stored as another */
export class Int32Values implements PlainValues<number> {
  readonly #room = new Room();

  add(value: number): void {
    if ((value | 0) !== value) throw new RangeError(`not an INT32: ${value}`);
    this.#room.for(4);
    this.#room.end = this.#room.bytes.writeInt32LE(value, this.#room.end);
  }

  bytes(): Uint8Array {
    return this.#room.used;
  }
}

const word = 2 ** 32;

/**
 * Two halves each, the lower first: making a big integer of every number takes most of the time.
 * @throws RangeError for what is no whole number, or too large to be exact
 */
export class Int64Values implements PlainValues<number> {
  readonly #room = new Room();

  add(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
    const room = this.#room;
    room.for(8);
    const high = Math.floor(value / word);
    room.end = room.bytes.writeUInt32LE(value - high * word, room.end);
    room.end = room.bytes.writeInt32LE(high, room.end);
  }

  bytes(): Uint8Array {
    return this.#room.used;
  }
}

export class DoubleValues implements PlainValues<number> {
  readonly #room = new Room();

  add(value: number): void {
    this.#room.for(8);
    this.#room.end = this.#room.bytes.writeDoubleLE(value, this.#room.end);
  }

  bytes(): Uint8Array {
    return this.#room.used;
  }
}

/** A bit each. */
export class FlagValues implements PlainValues<boolean> {
  #bits: boolean[] = [];

  add(value: boolean): void {
    this.#bits.push(value);
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    for (const [index, bit] of this.#bits.entries()) {
      if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
    }
    return bytes;
  }
}

/** Each text after its length in bytes. */
export class TextValues implements PlainValues<string> {
  readonly #room = new Room();

  add(value: string): void {
    const room = this.#room;
    room.for(4 + 3 * value.length);
    const length = room.bytes.write(value, room.end + 4, 'utf8');
    room.end = room.bytes.writeUInt32LE(length, room.end) + length;
  }

  bytes(): Uint8Array {
    return this.#room.used;
  }
}

/** After so many texts it is seen whether they repeat. */
const sampleSize = 512;
/** Of which so many at most may be new. */
const mostNew = 0.75;

/** Words of a column, each once, and of every value its place among them; given up where hardly a text comes twice. */
export class TextDictionary {
  readonly #known = new Map<string, number>();
  readonly #places: number[] = [];
  #last: string | undefined;
  #lastPlace = 0;

  get size(): number {
    return this.#known.size;
  }

  /** Worth its place: false for ids. */
  get pays(): boolean {
    const { length } = this.#places;
    return length < sampleSize || this.#known.size <= mostNew * length;
  }

  /** Every so often `pays` can have changed. */
  get isSampled(): boolean {
    return this.#places.length === sampleSize;
  }

  add(value: string): void {
    if (value !== this.#last) {
      const found = this.#known.get(value);
      this.#last = value;
      this.#lastPlace = found ?? this.#known.size;
      if (found === undefined) this.#known.set(value, this.#lastPlace);
    }
    this.#places.push(this.#lastPlace);
  }

  /** The values themselves. */
  *values(): Generator<string> {
    const words = [...this.#known.keys()];
    for (const place of this.#places) yield words[place] ?? '';
  }

  wordBytes(): Uint8Array {
    const words = new TextValues();
    for (const text of this.#known.keys()) words.add(text);
    return words.bytes();
  }

  /** Places among the words, after the bits that one takes. */
  placeBytes(): Uint8Array {
    const bits = 32 - Math.clz32(this.#known.size - 1);
    const writer = new ByteWriter(this.#places.length);
    writer.appendUint8(bits);
    writeRleBitPackedHybrid(writer, this.#places, bits);
    return writer.getBytes();
  }
}

/** For each row whether it has a value. Takes no room while all have. */
export class Levels {
  #rows = 0;
  #nulls = 0;
  #levels: number[] | undefined;

  get rows(): number {
    return this.#rows;
  }

  get nulls(): number {
    return this.#nulls;
  }

  add(isPresent: boolean): void {
    if (!isPresent) {
      this.#levels ??= new Array<number>(this.#rows).fill(1);
      this.#nulls++;
    }
    this.#levels?.push(isPresent ? 1 : 0);
    this.#rows++;
  }

  /** None where every row has a value. */
  bytes(): Uint8Array {
    if (!this.#levels) return new Uint8Array();
    const writer = new ByteWriter();
    writeRleBitPackedHybrid(writer, this.#levels, 1);
    return writer.getBytes();
  }
}
