import { cellText } from './cells.ts';
import type { Columns } from './columns.ts';

/** One row of a file: its number, as a spreadsheet counts, and its cells by field. */
export class RowCells {
  readonly row: number;
  readonly #columns: Columns;
  readonly #values: readonly string[];

  constructor(row: number, columns: Columns, values: readonly string[]) {
    this.row = row;
    this.#columns = columns;
    this.#values = values;
  }

  /** Undefined where the cell is empty or there is no such column. */
  text(field: string): string | undefined {
    const index = this.#columns.get(field);
    return index === undefined ? undefined : cellText(this.#values[index]);
  }

  /** The text, read by `read`. */
  read<T>(field: string, read: (text: string) => T): T | undefined {
    const text = this.text(field);
    return text === undefined ? undefined : read(text);
  }

  /** Names and cells of the columns of fields that begin so: `attributes.`, `tag.`. */
  named(prefix: string): (readonly [name: string, text: string])[] {
    return [...this.#columns.keys()].flatMap((field) => {
      const text = field.startsWith(prefix) ? this.text(field) : undefined;
      return text === undefined ? [] : [[field.slice(prefix.length), text] as const];
    });
  }
}
