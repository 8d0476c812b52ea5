import type { Instant } from '../calendar.ts';
import { nextDayMark } from '../journeys/next-day-mark.ts';
import type { MigrationCause } from '../life-cycle/migration.ts';
import { type Notice, notice, noticeAnew } from '../life-cycle/notice.ts';
import type { Settings } from '../settings/settings.ts';
import { earliest, membershipAt, membershipChangeAt } from '../value/membership.ts';
import { type CustomerFile, type Noticed, purchasesOf } from './customer-file.ts';

/** The first clock on Earth to show a day: by it no date is missed, whatever the customer's own. */
const firstClock = 'Pacific/Kiritimati';

/** Zone of a customer's clock. Who writes a file in the course of an order need not know it: the night reckons again by it. */
export type ZoneOf = (file: CustomerFile) => string;

/**
 * Notices a customer, see `notice`: due again when the stage, the tier or the points next change by time alone, or a date
 * comes up that a journey waits for.
 * @param last what counts as noticed last, the file's own unless given
 */
export function noticeCustomer(
  file: CustomerFile,
  asOf: Instant,
  cause: MigrationCause,
  settings: Settings,
  last: Noticed | undefined = file.noticed,
  zoneOf: ZoneOf = () => firstClock,
): Notice {
  return withMembership(notice(file.id, purchasesOf(file), last, asOf, cause, settings), file, settings, zoneOf);
}

/** Notices a customer as of an earlier moment, see `noticeAnew`. */
export function noticeCustomerAnew(
  file: CustomerFile,
  asOf: Instant,
  settings: Settings,
  zoneOf: ZoneOf = () => firstClock,
): Notice {
  return withMembership(noticeAnew(purchasesOf(file), file.noticed, asOf, settings), file, settings, zoneOf);
}

function withMembership(
  { dueAt: stageAt, ...told }: Notice,
  file: CustomerFile,
  settings: Settings,
  zoneOf: ZoneOf,
): Notice {
  const { asOf } = told.noticed;
  const dueAt = earliest(
    earliest(stageAt, membershipChangeAt(membershipAt(file, settings, asOf))),
    nextDayMark(file, settings.dayMarks, zoneOf(file), asOf),
  );
  return { ...told, ...(dueAt !== undefined && { dueAt }) };
}
