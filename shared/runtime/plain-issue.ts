import type * as z from 'zod';

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
    case 'unrecognized_keys':
      return 'is not known here';
    case 'invalid_union':
      return issue.input === undefined ? 'is needed' : undefined;
    default:
      return undefined;
  }
}

function oneOf(values: readonly unknown[]): string {
  const [only, ...others] = values.map(String);
  return others.length === 0 ? `must be ${only}` : `must be one of: ${values.map(String).join(', ')}`;
}

function bound({ origin, exact }: Size, limit: number | bigint, how: string): string {
  const unit = counted[origin];
  if (unit === undefined) return `must be ${how} ${limit}`;
  const plural = unit === 'entry' ? 'entries' : `${unit}s`;
  return `must have ${exact ? 'exactly' : how} ${limit} ${Number(limit) === 1 ? unit : plural}`;
}
