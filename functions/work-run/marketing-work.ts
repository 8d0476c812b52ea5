import type { Work } from '../../shared/contracts/work.ts';

/** What campaigns, journeys, events and rehearsals bring to the work queue. */
export const marketingWorkTypes = [
  'enrolments.due',
  'campaign.due',
  'campaign.audience',
  'origin.recall',
  'journey.audience',
  'event.out',
  'rehearsal.part',
] as const satisfies readonly Work['type'][];
export type MarketingWork = Extract<Work, { type: (typeof marketingWorkTypes)[number] }>;

export type MarketingWorkDeps = object;

export async function runMarketingWork(
  work: MarketingWork,
  _remainingMs: () => number,
  _deps: MarketingWorkDeps,
): Promise<void> {
  switch (work.type) {
    default:
      throw new Error(`nobody does ${work.type}`);
  }
}
