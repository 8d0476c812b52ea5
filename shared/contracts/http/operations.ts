import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { runTypes } from '../work.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, nullableInstant, pageQuery } from './values.ts';

/** What keeps a workspace going: keys, the audit log, parked events, runs. */

const key = {
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  createdAt: instantSchema,
};
export const keySchema = z.strictObject(key).meta({ id: 'Key' });
export const newKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(60).meta({ description: 'Who or what uses it', example: 'console of Li Wei' }),
  role: z.enum(roles, { error: `must be one of: ${roles.join(', ')}` }),
});

export const auditEntrySchema = z
  .strictObject({
    id: z.string(),
    at: instantSchema,
    key: z.strictObject({ id: z.string(), name: z.string() }),
    role: z.enum(roles),
    action: z.string().meta({ example: 'settings.changed' }),
    target: z.string().meta({ example: 'settings' }),
    changed: z.array(z.string()).meta({ description: 'Names of fields, never their values' }),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEntry' });

/** Why an event waits. */
export const parkReasons = [
  'not_json',
  'invalid',
  'rate_missing',
  'privacy_request',
  'shop_gone',
  'too_large',
] as const;
export type ParkReason = (typeof parkReasons)[number];

const parked = {
  id: z.string(),
  shop: z.string(),
  reason: z.string().meta({
    description: `One of: ${parkReasons.join(', ')}; an event parked by another version may have a reason of that version`,
    example: 'invalid',
  }),
  detail: z.string(),
  errors: z.array(z.strictObject({ field: z.string(), message: z.string() })),
  firstAt: instantSchema,
  lastAt: instantSchema,
  seen: z.int().meta({ description: 'How often it came' }),
  bytes: z.int(),
};
export const parkedSchema = z.strictObject(parked).meta({ id: 'ParkedEvent' });
export const parkedWithBodySchema = z
  .strictObject({ ...parked, body: z.string().meta({ description: 'As it came, read as UTF-8' }) })
  .meta({ id: 'ParkedEventWithBody' });

export const replaySchema = z
  .strictObject({
    outcome: z.enum(['recorded', 'unchanged', 'queued', 'ignored', 'parked']),
    reason: z.string().nullable().meta({ description: 'Why it is parked again' }),
  })
  .meta({ id: 'Replay' });
export type ReplayJson = z.input<typeof replaySchema>;

export const runSchema = z
  .strictObject({
    id: z.string(),
    type: z.enum(runTypes),
    asOf: instantSchema,
    startedAt: instantSchema,
    finishedAt: nullableInstant,
    parts: z.int(),
    partsDone: z.int(),
    counts: z.record(z.string(), z.number()),
  })
  .meta({ id: 'Run' });

const idParams = z.object({ id: z.string() });

export const operationRoutes = {
  listKeys: {
    method: 'GET',
    path: '/v1/keys',
    roles: ['admin'],
    tag: 'Keys',
    summary: 'All keys but the first one, which is a setting of the deployment',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of keys', schema: listOf(keySchema) } },
  },
  createKey: {
    method: 'POST',
    path: '/v1/keys',
    roles: ['admin'],
    tag: 'Keys',
    summary: 'Makes a key for a person or a program',
    body: newKeySchema,
    answers: {
      201: {
        description: 'The key, in this answer only',
        schema: z.strictObject({ ...key, key: z.string() }).meta({ id: 'CreatedKey' }),
      },
    },
  },
  removeKey: {
    method: 'DELETE',
    path: '/v1/keys/{id}',
    roles: ['admin'],
    tag: 'Keys',
    summary: 'Ends a key, within two seconds',
    params: idParams,
    answers: { 204: { description: 'Done' } },
  },
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    roles: ['admin'],
    tag: 'Operations',
    summary: 'Who changed what, newest first',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of the audit log', schema: listOf(auditEntrySchema) } },
  },
  listParked: {
    method: 'GET',
    path: '/v1/parked',
    roles: ['admin', 'service'],
    tag: 'Operations',
    summary: 'Events that could not be recorded, newest day first',
    description: 'Kept for 90 days.',
    query: z.strictObject({
      ...pageQuery,
      shop: z.string().min(1).max(40).optional(),
      reason: z.enum(parkReasons).optional(),
    }),
    answers: { 200: { description: 'A page of parked events', schema: listOf(parkedSchema) } },
  },
  getParked: {
    method: 'GET',
    path: '/v1/parked/{id}',
    roles: ['admin', 'service'],
    tag: 'Operations',
    summary: 'One parked event with its body',
    params: idParams,
    answers: { 200: { description: 'The event', schema: parkedWithBodySchema } },
  },
  replayParked: {
    method: 'POST',
    path: '/v1/parked/{id}/replay',
    roles: ['admin'],
    tag: 'Operations',
    summary: 'Tries a parked event again',
    description: 'What can be recorded now leaves the list; what cannot stays, with its present reason.',
    params: idParams,
    answers: { 200: { description: 'What became of it', schema: replaySchema } },
  },
  getRun: {
    method: 'GET',
    path: '/v1/runs/{id}',
    roles: ['admin', 'marketer', 'service', 'analyst'],
    tag: 'Operations',
    summary: 'Progress of a night or a recompute',
    params: idParams,
    answers: { 200: { description: 'The run', schema: runSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
