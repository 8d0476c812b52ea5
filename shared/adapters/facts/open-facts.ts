import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { type FactKind, factKinds } from '../../contracts/facts.ts';
import type { SqlValue } from '../../domain/segments/bound-values.ts';
import { filesOf, forgetCustomers, loadedBefore, loaders, type Run } from './load-tables.ts';

export interface FactsPlace {
  /** Holds a folder per kind with its Parquet files. */
  readonly folder: string;
  /** Epoch ms, of the manifest; what lies after it is left out. */
  readonly asOf: number;
  /** Where what does not fit into memory goes. */
  readonly temporary: string;
  readonly megabytes?: number;
  readonly threads?: number;
  /** Brings the files of a kind before they are read. */
  readonly fetch?: (kind: FactKind) => Promise<void>;
}

/** The facts of one run, loaded kind by kind as questions need them. */
export interface Facts {
  /** @param values of the placeholders `$1`, `$2`, ... */
  query(kinds: readonly FactKind[], sql: string, values?: readonly SqlValue[]): Promise<DuckDBValue[][]>;
  /** Leaves customers out of every answer from now on; their orders stay, of nobody. */
  forget(customers: readonly string[]): Promise<void>;
  close(): void;
}

const defaults = { megabytes: 1100, threads: 2 };

/**
 * Opens the facts of one run in an engine of their own. Statements run one after the other: two at once would share the
 * same threads and memory.
 */
export async function openFacts(place: FactsPlace): Promise<Facts> {
  const { temporary, megabytes, threads } = { ...defaults, ...place };
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${megabytes}MB`,
    temp_directory: temporary,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const { load, forget } = tablesOf(connection, place);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    const answer = last.then(ask);
    last = answer.catch(() => undefined);
    return answer;
  };
  return {
    query: (kinds, sql, values = []) =>
      inTurn(async () => {
        for (const kind of factKinds) if (kinds.includes(kind)) await load(kind);
        return rowsOf(connection, sql, values);
      }),
    forget: (customers) => inTurn(() => forget(customers)),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: readonly SqlValue[],
): Promise<DuckDBValue[][]> {
  const result = await connection.runAndReadAll(sql, [...values]);
  return result.getRows();
}

interface Tables {
  load(kind: FactKind): Promise<void>;
  forget(customers: readonly string[]): Promise<void>;
}

/** Each kind is loaded once; who is to be forgotten before anything is there is remembered until then. */
function tablesOf(connection: DuckDBConnection, { folder, asOf, fetch }: FactsPlace): Tables {
  const loaded = new Set<FactKind>();
  const toForget = new Set<string>();
  const run: Run = (sql, values = {}) => connection.run(sql, values);
  const count = async (sql: string) => Number((await rowsOf(connection, sql, []))[0]?.[0]);
  const forgetNow = async () => {
    if (toForget.size === 0 || !loaded.has('purchases')) return;
    await forgetCustomers([...toForget], run, (kind) => loaded.has(kind));
    toForget.clear();
  };
  const load = async (kind: FactKind) => {
    if (loaded.has(kind)) return;
    for (const before of loadedBefore[kind]) await load(before);
    for (const files of filesOf[kind]) await fetch?.(files);
    await loaders[kind]({ folder, asOf, run, count });
    loaded.add(kind);
    await forgetNow();
  };
  const forget = async (customers: readonly string[]) => {
    for (const customer of customers) toForget.add(customer);
    await forgetNow();
  };
  return { load, forget };
}
