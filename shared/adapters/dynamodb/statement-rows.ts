import type { Stamped } from '../../domain/customers/customer-file.ts';
import type { Statement, Statements } from '../../domain/customers/statements.ts';

/**
 * What one source said at one time. A webhook says some ten things at once, so that time and source, written once,
 * take a third off the item.
 */
export type StatementRow = readonly [at: number, fields: Record<string, Statement>, ref?: string];

type Stated = Readonly<Record<string, { readonly value: Statement; readonly at: number; readonly ref?: string }>>;

export function statementRows(statements: Stated): StatementRow[] {
  const rows = new Map<string, StatementRow>();
  for (const [field, { value, at, ref }] of Object.entries(statements)) {
    const source = `${at} ${ref ?? ''}`;
    const row: StatementRow = rows.get(source) ?? (ref === undefined ? [at, {}] : [at, {}, ref]);
    row[1][field] = value;
    rows.set(source, row);
  }
  return [...rows.values()];
}

export function readStamped(rows: readonly StatementRow[]): Record<string, Stamped> {
  const statements: Record<string, Stamped> = {};
  for (const [at, fields, ref = ''] of rows) {
    // Own members all: they come out of JSON. A scan reads a million of these.
    for (const field in fields) {
      const value = fields[field];
      if (value !== undefined) statements[field] = { value, at, ref };
    }
  }
  return statements;
}

export function readStatements(rows: readonly StatementRow[]): Statements {
  const statements: Record<string, Statements[string]> = {};
  for (const [at, fields] of rows) {
    for (const [field, value] of Object.entries(fields)) statements[field] = { value, at };
  }
  return statements;
}
