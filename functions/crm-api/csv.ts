/** A value a spreadsheet would take for a formula: made text by an apostrophe before it. */
const formula = /^[=+\-@\t\r]/;

type Cell = string | number | null;

/** Rows as CSV (RFC 4180, CRLF). Numbers stay numbers; text that begins like a formula is disarmed. */
export function toCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
