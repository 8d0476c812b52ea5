import type { Instant } from '../../domain/calendar.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import type { CappedMessage, RehearsalSums } from '../../domain/rehearsal/tally.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { EnrolmentStore, Membership } from '../marketing-ports.ts';
import type { EnrolmentKey, LiveRows, TouchStore } from '../messages/messaging-ports.ts';
import type { AuditedChange, CustomerStore, FileOrRedirect, StoredOrder, Versioned } from '../ports.ts';

/** The next days, run now: what was asked for. */
export interface Rehearsal {
  readonly id: string;
  /** When its days begin. */
  readonly asOf: Instant;
  readonly days: number;
  /** Drafts that are to go out in it, besides what is launched already. */
  readonly campaigns: readonly string[];
  /** Customers who get more messages than this are counted. */
  readonly moreThan: number;
  /** Parts of the base, each rehearsed by itself. */
  readonly segments: number;
  /** When a night was, or will be: the others come in steps of 24 hours. */
  readonly night: Instant;
  /** How many customers there are, about; undefined before the first census. */
  readonly customers?: number;
}

/** How far one part of the base is. */
export interface RehearsalPart {
  readonly rehearsal: string;
  readonly segment: number;
  /** Where in the segment it goes on. */
  readonly after?: string;
  readonly isDone: boolean;
  readonly at: Instant;
  readonly sums: RehearsalSums;
}

/** Rehearsals of the last 30 days. */
export interface RehearsalStore {
  createRehearsal(rehearsal: Rehearsal, change: AuditedChange): Promise<void>;
  readRehearsal(id: string): Promise<Rehearsal | undefined>;
  /** Version 0 of a part that has not begun. */
  readPart(id: string, segment: number): Promise<Versioned<RehearsalPart> | undefined>;
  readParts(id: string): Promise<readonly RehearsalPart[]>;
  /** @throws ConflictError where somebody else went on with the part */
  savePart(part: Versioned<RehearsalPart>): Promise<void>;
}

/** A customer who lives. */
export type StoredFile = Extract<FileOrRedirect, { type: 'file' }>;

/** What is known of one customer when their world begins. */
export interface WorldSeeds {
  readonly file: Versioned<StoredFile>;
  /** Contacts, addresses and orders as they were read, those of others among them; what is missing is read when asked for. */
  readonly shared: Pick<LiveRows, 'contacts' | 'addresses' | 'orders'>;
  /** What waits of this customer. */
  readonly touches: readonly Versioned<Touch>[];
  readonly enrolments: readonly Versioned<Enrolment>[];
  readonly memberships: readonly Versioned<Membership>[];
  /** What is old news by now, and called for nothing any more. */
  readonly past: readonly Enrolment[];
}

/** One customer's records in memory: what is written stays there. */
export interface RehearsalWorld {
  readonly store: CustomerStore;
  readonly touches: TouchStore;
  readonly enrolments: EnrolmentStore;
  /** The customer's file as it stands. */
  file(): Versioned<StoredFile>;
  /** Orders of which it is known already how they stand; none is read for it. */
  knownOrders(refs: readonly string[]): Map<string, Versioned<StoredOrder>>;
  allTouches(): readonly Touch[];
  /** What waits for a moment. */
  dueTouches(): readonly (Touch & { readonly dueAt: Instant })[];
  dueEnrolments(): readonly (EnrolmentKey & { readonly dueAt: Instant })[];
  /** Messages that a cap has held back, each once for each cap. */
  capped(): readonly CappedMessage[];
}

export type MakeWorld = (seeds: WorldSeeds) => Promise<RehearsalWorld>;
