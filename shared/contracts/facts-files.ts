import * as z from 'zod';
import { type FactKind, type FactType, type factColumns, factKinds } from './facts.ts';

/** Where the census puts its files in the facts bucket; nothing else lies there. */
export const factsPrefix = 'facts/';
/** After so many days the files of a census are deleted, whether newer ones are in force or not. */
export const factsKeptDays = 14;

/** Key of one file of facts. */
export function factsKey(run: string, kind: FactKind, part: string): string {
  return `${factsPrefix}${run}/${kind}/${part}.parquet`;
}

type ValueOf<Type extends FactType> = Type extends 'text' | 'json' ? string : Type extends 'flag' ? boolean : number;

/** One row of a kind: a value, or null, for each of its columns. */
export type FactRow<Kind extends FactKind> = {
  readonly [Column in keyof (typeof factColumns)[Kind]]:
    | ((typeof factColumns)[Kind][Column] extends FactType ? ValueOf<(typeof factColumns)[Kind][Column]> : never)
    | null;
};

const count = z.int().min(0);
/** Facts that were made before there was a kind have none of it. */
const byKind = <Value>(value: z.ZodType<Value>, none: Value) =>
  z
    .partialRecord(z.enum(factKinds), value)
    .transform(
      (found) => Object.fromEntries(factKinds.map((kind) => [kind, found[kind] ?? none])) as Record<FactKind, Value>,
    );

/** Names the facts in force: exactly these files, whatever else lies beside them from steps that were done twice. */
export const factsManifestSchema = z.strictObject({
  run: z.string().min(1),
  asOf: z.int(),
  /** Version of the settings that stages, tiers, points and tags were derived under; the oldest where it changed meanwhile. */
  settings: z.int(),
  baseCurrency: z.string(),
  /** `facts/<run>/` */
  prefix: z.string(),
  /** Rows of each kind. */
  counts: byKind(count, 0),
  /** Customers and orders that could not be read, and are in no file. */
  unreadable: count,
  /** Names of the parts of each kind: `facts/<run>/<kind>/<part>.parquet`. */
  parts: byKind(z.array(z.string()), []),
});
export type FactsManifest = z.output<typeof factsManifestSchema>;
