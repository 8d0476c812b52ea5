/**
 * A value a spreadsheet would take for a formula: made text by an apostrophe before it. East Asian ones take the wide signs, too.
 */
const formula = /^[=+\-@＝＋－＠\t\r\n]/;

export type Cell = string | number | null;

/** A row of CSV (RFC 4180, CRLF). Numbers stay numbers; text that begins like a formula is disarmed. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A heading and rows. */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map(csvLine).join('');
}

export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
