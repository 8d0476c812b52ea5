import * as z from 'zod';
import type { DomainEvent } from '../domain/events/event.ts';

/** An event on its way. */
export const eventSchema = z.object({
  id: z.string().min(1).max(200),
  type: z.string().regex(/^[a-z][a-zA-Z0-9_.-]{0,79}$/),
  occurredAt: z.int(),
  data: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<DomainEvent>;
