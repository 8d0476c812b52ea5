/** What the log tells of an error: enough to find it, and nothing a customer could have typed. */
export interface ErrorDescription {
  readonly name: string;
  readonly message?: string;
  readonly frames?: readonly string[];
  readonly cause?: ErrorDescription;
}

/** Their messages quote what was being read: bodies, names of stored fields. */
const quoting = new Set(['SyntaxError', 'ZodError', '$ZodError', 'URIError']);
const MAX_FRAMES = 8;
const MAX_CAUSES = 3;

export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(!quoting.has(error.name) && { message: error.message }),
    frames: frames.slice(0, MAX_FRAMES).map((line) => line.trim()),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}
