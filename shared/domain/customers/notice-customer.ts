import type { Instant } from '../calendar.ts';
import type { MigrationCause } from '../life-cycle/migration.ts';
import { type Notice, notice, noticeAnew } from '../life-cycle/notice.ts';
import type { Settings } from '../settings/settings.ts';
import { earliest, membershipAt, membershipChangeAt } from '../value/membership.ts';
import { type CustomerFile, type Noticed, purchasesOf } from './customer-file.ts';

/**
 * Notices a customer, see `notice`: due again when the stage, the tier or the points next change by time alone.
 * @param last what counts as noticed last, the file's own unless given
 */
export function noticeCustomer(
  file: CustomerFile,
  asOf: Instant,
  cause: MigrationCause,
  settings: Settings,
  last: Noticed | undefined = file.noticed,
): Notice {
  return withMembership(notice(file.id, purchasesOf(file), last, asOf, cause, settings), file, settings);
}

/** Notices a customer as of an earlier moment, see `noticeAnew`. */
export function noticeCustomerAnew(file: CustomerFile, asOf: Instant, settings: Settings): Notice {
  return withMembership(noticeAnew(purchasesOf(file), file.noticed, asOf, settings), file, settings);
}

function withMembership({ dueAt: stageAt, ...told }: Notice, file: CustomerFile, settings: Settings): Notice {
  const dueAt = earliest(stageAt, membershipChangeAt(membershipAt(file, settings, told.noticed.asOf)));
  return { ...told, ...(dueAt !== undefined && { dueAt }) };
}
