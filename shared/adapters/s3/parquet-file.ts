import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { ColumnContent, ParquetColumn } from './parquet-column.ts';
import type { PhysicalType } from './parquet-values.ts';

/** A column as it lies in a file, by places from the file's beginning. */
export interface StoredColumn {
  readonly name: string;
  readonly type: PhysicalType;
  readonly isNullable: boolean;
  readonly isCompressed: boolean;
  readonly rows: number;
  readonly dictionaryAt?: number;
  readonly dataAt: number;
  readonly end: number;
  /** As it would be without compression. */
  readonly plainSize: number;
}

const magic = 0x31524150;
type FileMetaData = Parameters<typeof writeMetadata>[1];

/**
 * A Parquet file of one row group, column after column. The library that writes rows takes ten times as long for them as
 * this takes for columns of seven simple types; page headers, levels and the footer are the library's own.
 */
export class ParquetFile {
  readonly #writer: ByteWriter;
  readonly #columns: StoredColumn[];

  /** @param begun the bytes of a file that was begun before, and the columns in them */
  constructor(begun?: { readonly bytes: Uint8Array; readonly columns: readonly StoredColumn[] }) {
    this.#writer = new ByteWriter(begun ? begun.bytes.length + 2 ** 16 : 2 ** 18);
    this.#columns = begun ? [...begun.columns] : [];
    if (begun) this.#writer.appendBytes(begun.bytes);
    else this.#writer.appendUint32(magic);
  }

  /** What there is of the file so far, to be gone on with. */
  get begun(): { readonly bytes: Uint8Array; readonly columns: readonly StoredColumn[] } {
    return { bytes: this.#writer.getBytes(), columns: this.#columns };
  }

  add(name: string, column: ParquetColumn): void {
    const file = this.#writer;
    const start = file.offset;
    const content = column.content();
    const { rows, levels, data, dictionary } = content;
    const size = (dictionary?.words.length ?? 0) + data.length;
    const isCompressed = size > fewestCompressed;
    if (dictionary) this.#addDictionary(dictionary.words, dictionary.size, isCompressed);
    const dataAt = file.offset;
    this.#addData(content, isCompressed);
    this.#columns.push({
      name,
      type: column.type,
      isNullable: levels.length > 0,
      isCompressed,
      rows,
      ...(dictionary && { dictionaryAt: start }),
      dataAt,
      end: file.offset,
      plainSize: size + levels.length,
    });
  }

  #addDictionary(words: Uint8Array, count: number, isCompressed: boolean): void {
    const stored = isCompressed ? compressed(words) : words;
    writePageHeader(this.#writer, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: words.length,
      compressed_page_size: stored.length,
      dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
    });
    this.#writer.appendBytes(stored);
  }

  #addData({ rows, nulls, levels, data, dictionary }: ColumnContent, isCompressed: boolean): void {
    const stored = isCompressed ? compressed(data) : data;
    writePageHeader(this.#writer, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.length + data.length,
      compressed_page_size: levels.length + stored.length,
      data_page_header_v2: {
        num_values: rows,
        num_nulls: nulls,
        num_rows: rows,
        encoding: dictionary ? 'RLE_DICTIONARY' : 'PLAIN',
        definition_levels_byte_length: levels.length,
        repetition_levels_byte_length: 0,
        is_compressed: isCompressed,
      },
    });
    this.#writer.appendBytes(levels);
    this.#writer.appendBytes(stored);
  }

  /** The whole file. @param names of its columns in their order, whatever the order they were added in */
  finished(names: readonly string[]): Uint8Array {
    const byName = new Map(this.#columns.map((column) => [column.name, column]));
    const columns = names.map((name) => {
      const column = byName.get(name);
      if (!column) throw new RangeError(`a Parquet file without its column ${name}`);
      if (column.rows !== this.#columns[0]?.rows) throw new RangeError(`column ${name} has ${column.rows} rows`);
      return column;
    });
    writeMetadata(this.#writer, metadataOf(columns));
    this.#writer.appendUint32(magic);
    return this.#writer.getBytes();
  }
}

/** What is below this many bytes is not worth the time. */
const fewestCompressed = 1024;

function compressed(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** Without statistics: every reader reads whole files. */
function metadataOf(columns: readonly StoredColumn[]): FileMetaData {
  const rows = BigInt(columns[0]?.rows ?? 0);
  const size = (of: (column: StoredColumn) => number) => BigInt(columns.reduce((sum, column) => sum + of(column), 0));
  const group = {
    columns: columns.map(chunkOf),
    total_byte_size: size(({ plainSize }) => plainSize),
    num_rows: rows,
    total_compressed_size: size(({ dictionaryAt, dataAt, end }) => end - (dictionaryAt ?? dataAt)),
  };
  const schema = [{ name: 'root', num_children: columns.length }, ...columns.map(elementOf)];
  // The length is written behind the rest, and is no part of it.
  return { version: 2, created_by: 'huitou', schema, num_rows: rows, row_groups: [group] } as unknown as FileMetaData;
}

function elementOf({ name, type, isNullable }: StoredColumn) {
  return {
    name,
    type,
    ...(type === 'BYTE_ARRAY' && { converted_type: 'UTF8' as const }),
    repetition_type: isNullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
  };
}

function chunkOf({ name, type, isCompressed, rows, dictionaryAt, dataAt, end, plainSize }: StoredColumn) {
  const start = dictionaryAt ?? dataAt;
  const meta_data = {
    type,
    encodings: dictionaryAt === undefined ? ['PLAIN'] : ['PLAIN', 'RLE_DICTIONARY'],
    path_in_schema: [name],
    codec: isCompressed ? 'ZSTD' : 'UNCOMPRESSED',
    num_values: BigInt(rows),
    total_uncompressed_size: BigInt(plainSize),
    total_compressed_size: BigInt(end - start),
    data_page_offset: BigInt(dataAt),
    ...(dictionaryAt !== undefined && { dictionary_page_offset: BigInt(dictionaryAt) }),
  };
  return { file_offset: BigInt(start), meta_data };
}
