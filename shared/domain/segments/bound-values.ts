export type SqlValue = string | number | bigint | boolean;

/** Takes a value and gives the placeholder that stands for it: no value is ever written into a statement's text. */
export type Bind = (value: SqlValue) => string;

/** The values of one statement, in the order of their placeholders `$1`, `$2`, ... */
export function boundValues(): { readonly bind: Bind; readonly values: readonly SqlValue[] } {
  const values: SqlValue[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Placeholders of a list, to stand between brackets. */
export function bindAll(values: Iterable<SqlValue>, bind: Bind): string {
  return [...values].map(bind).join(', ');
}
