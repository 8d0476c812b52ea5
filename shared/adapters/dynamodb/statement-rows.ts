import type { Stamped } from '../../domain/customers/customer-file.ts';
import type { Said, Statements } from '../../domain/customers/statements.ts';

/**
 * What one source said at one time: names and values in turn. A webhook says some ten things at once, so that time and
 * source, written once, take a third off the item. The names of what is said of an address are like no other customer's:
 * as members of an object they would take twice the time to read.
 */
export type StatementRow = readonly [at: number, said: Said[], ref?: string];

/** As rows were written before. */
type OlderStatementRow = readonly [at: number, fields: Readonly<Record<string, Said>>, ref?: string];

type Stated = Readonly<Record<string, { readonly value: Said; readonly at: number; readonly ref?: string }>>;

export function statementRows(statements: Stated): StatementRow[] {
  const rows = new Map<string, StatementRow>();
  for (const [field, { value, at, ref }] of Object.entries(statements)) {
    const source = `${at} ${ref ?? ''}`;
    const row: StatementRow = rows.get(source) ?? (ref === undefined ? [at, []] : [at, [], ref]);
    row[1].push(field, value);
    rows.set(source, row);
  }
  return [...rows.values()];
}

export function readStamped(rows: readonly (StatementRow | OlderStatementRow)[]): Record<string, Stamped> {
  // Without a prototype it has no class of its own for each customer's names either. A scan reads a million of these.
  const statements: Record<string, Stamped> = Object.create(null);
  for (const row of rows) {
    const at = row[0];
    const ref = row[2] ?? '';
    const said = saidIn(row);
    for (let name = 0; name + 1 < said.length; name += 2) {
      statements[said[name] as string] = { value: said[name + 1] as Said, at, ref };
    }
  }
  return statements;
}

export function readStatements(rows: readonly (StatementRow | OlderStatementRow)[]): Statements {
  const statements: Record<string, Statements[string]> = {};
  for (const row of rows) {
    const at = row[0];
    const said = saidIn(row);
    for (let name = 0; name + 1 < said.length; name += 2) {
      statements[said[name] as string] = { value: said[name + 1] as Said, at };
    }
  }
  return statements;
}

function saidIn([, said]: StatementRow | OlderStatementRow): readonly Said[] {
  return isList(said) ? said : Object.entries(said).flat();
}

function isList(said: StatementRow[1] | OlderStatementRow[1]): said is StatementRow[1] {
  return Array.isArray(said);
}
