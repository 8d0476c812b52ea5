/** Event patterns of EventBridge and of event source filters: the operators that match on values. */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((matcher) => matchesValue(matcher, event));
  if (typeof pattern !== 'object' || pattern === null) return pattern === event;
  const source = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  return Object.entries(pattern).every(([key, part]) =>
    key === '$or' && Array.isArray(part)
      ? part.some((alternative) => matches(alternative, event))
      : matches(part, source[key]),
  );
}

function matchesValue(matcher: unknown, actual: unknown): boolean {
  if (Array.isArray(actual)) return actual.some((one) => matchesValue(matcher, one));
  if (typeof matcher !== 'object' || matcher === null)
    return matcher === actual || (matcher === null && actual === null);
  const [[operator, argument] = ['', undefined]] = Object.entries(matcher);
  switch (operator) {
    case 'exists':
      return (actual !== undefined) === argument;
    case 'prefix':
      return typeof actual === 'string' && actual.startsWith(String(argument));
    case 'suffix':
      return typeof actual === 'string' && actual.endsWith(String(argument));
    case 'equals-ignore-case':
      return typeof actual === 'string' && actual.toLowerCase() === String(argument).toLowerCase();
    case 'anything-but':
      return actual !== undefined && ![argument].flat().some((one) => matchesValue(one, actual));
    case 'numeric':
      return typeof actual === 'number' && Array.isArray(argument) && compares(actual, argument);
    default:
      throw new Error(`The local stack does not know the pattern operator ${operator}.`);
  }
}

/** `['>', 0, '<=', 5]` */
function compares(actual: number, terms: readonly unknown[]): boolean {
  for (let at = 0; at < terms.length; at += 2) {
    if (!compare(actual, terms[at], Number(terms[at + 1]))) return false;
  }
  return true;
}

function compare(actual: number, operator: unknown, bound: number): boolean {
  switch (operator) {
    case '=':
      return actual === bound;
    case '>':
      return actual > bound;
    case '>=':
      return actual >= bound;
    case '<':
      return actual < bound;
    case '<=':
      return actual <= bound;
    default:
      return false;
  }
}
