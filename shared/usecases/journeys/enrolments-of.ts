import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import type { EnrolmentStore } from '../marketing-ports.ts';

/** Everything a customer has been through in journeys, under whichever id, the newest cause first. */
export async function enrolmentsOf(
  file: CustomerFile,
  store: Pick<EnrolmentStore, 'listEnrolments'>,
): Promise<Enrolment[]> {
  const found: Enrolment[] = [];
  for (const id of idsOf(file)) found.push(...(await store.listEnrolments(id)).map(({ value }) => value));
  return found.sort((a, b) => b.at - a.at);
}
