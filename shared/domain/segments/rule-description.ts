import { fieldList, ops, opsOf } from './fields.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const rule: JsonSchema = { $ref: '#/components/schemas/SegmentRule' };
const rules: JsonSchema = { type: 'array', minItems: 1, items: rule };
const single: JsonSchema = { type: ['string', 'number', 'boolean'] };
const day: JsonSchema = { type: 'string', format: 'date' };

/** The rule language as a JSON Schema named SegmentRule, for the API's description; finer points stand in words. */
export function describeRules(limits: { readonly depth: number; readonly nodes: number }): JsonSchema {
  return {
    description: [
      `A rule: all, any, not over conditions, at most ${limits.depth} levels and ${limits.nodes} nodes. Fields:`,
      ...fieldList.map(describeField),
    ].join('\n'),
    anyOf: [objectOf({ all: rules }), objectOf({ any: rules }), objectOf({ not: rule }), condition()],
  };
}

function describeField(field: (typeof fieldList)[number]): string {
  return `- \`${field.name}\`: ${field.meaning}${field.window ? ' (also `within`)' : ''}; ${opsOf(field).join(' ')}`;
}

function condition(): JsonSchema {
  const value = { anyOf: [single, { type: 'array', minItems: 1, items: single }] };
  const lastDays = objectOf({ days: { type: 'integer', minimum: 0 } });
  const within = { anyOf: [lastDays, objectOf({ from: day, to: day })] };
  return objectOf({ field: { type: 'string' }, op: { type: 'string', enum: ops }, value }, { within });
}

function objectOf(required: JsonSchema, optional: JsonSchema = {}): JsonSchema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}
