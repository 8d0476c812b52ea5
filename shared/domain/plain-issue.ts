import type * as z from 'zod';
import type { WrongField } from './errors.ts';

type Issue = z.core.$ZodRawIssue;
type Size = Extract<Issue, { code: 'too_big' | 'too_small' }>;

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  date: 'must be a day, such as 2026-11-23',
  datetime: 'must be an RFC 3339 time, such as 2026-11-23T19:00:00Z',
  email: 'must be an email address',
  url: 'must be an address, such as https://example.com',
};

const must = 'must be ';

const counted: Readonly<Record<string, string>> = { string: 'character', array: 'entry', set: 'entry' };

/**
 * What is wrong, in words for whoever sent it, where a schema has none of its own: never the value itself.
 * @returns undefined for what is left to zod
 */
export function plainIssue(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is needed' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is needed' : oneOf(issue.values);
    case 'too_big':
      return bound(issue, issue.maximum, issue.inclusive === false ? 'below' : 'at most');
    case 'too_small':
      return bound(issue, issue.minimum, issue.inclusive === false ? 'above' : 'at least');
    case 'invalid_format':
      return formats[issue.format];
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_union':
      return issue.input === undefined ? 'is needed' : anyOf(issue);
    default:
      return undefined;
  }
}

function oneOf(values: readonly unknown[]): string {
  const [only, ...others] = values.map(String);
  return others.length === 0 ? `must be ${only}` : `must be one of: ${values.map(String).join(', ')}`;
}

type Union = Extract<Issue, { code: 'invalid_union' }>;

/** What each of its forms asks of the whole; undefined where the trouble lies deeper. */
function anyOf({ errors, options }: Union): string | undefined {
  if (Array.isArray(options)) return oneOf(options);
  const asked = errors.map(([first]) => (first?.path.length === 0 ? first.message : ''));
  if (!asked.every((words) => words.startsWith(must))) return undefined;
  return `${must}${[...new Set(asked)].map((words) => words.slice(must.length)).join(', or ')}`;
}

function bound({ origin, exact }: Size, limit: number | bigint, how: string): string {
  const unit = counted[origin];
  if (unit === undefined) return `must be ${how} ${limit}`;
  const plural = unit === 'entry' ? 'entries' : `${unit}s`;
  return `must have ${exact ? 'exactly' : how} ${limit} ${Number(limit) === 1 ? unit : plural}`;
}

/** Each wrong field once for each thing wrong with it, an unknown one by its own name: `rates[0].currency`; the whole is ''. */
export function wrongFields({ issues }: z.core.$ZodError, at: readonly PropertyKey[] = []): WrongField[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code !== 'unrecognized_keys') return { field: fieldName(path), message: issue.message };
    return issue.keys.map((key) => ({ field: fieldName([...path, key]), message: 'is not known here' }));
  });
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
