interface SourceContext {
  readonly source?: string;
}

/**
 * Parses JSON without rounding: an integer beyond 2^53 becomes the text it was written as, so that ids survive.
 * @returns undefined when the bytes are no JSON
 */
export function readJson(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString('utf8'), keepBigIntegers as (key: string, value: unknown) => unknown) };
  } catch {
    return undefined;
  }
}

function keepBigIntegers(_key: string, value: unknown, context: SourceContext): unknown {
  const tooBig = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return tooBig && context.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}
