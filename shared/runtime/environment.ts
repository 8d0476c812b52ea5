import type * as z from 'zod';

/** A function's environment is not what its schema asks for. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/** Reads a function's environment once, in its index.ts. @throws EnvironmentError naming each variable, never its value */
export function parseEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new EnvironmentError(`wrong environment: ${wrong.join('; ')}`);
}
