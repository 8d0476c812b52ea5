import type { Settings } from '../domain/settings/settings.ts';
import type { CensusCounts, CensusDeps, CensusPart, Collection } from './census-parts.ts';
import type { FactsFiles, FoundTouch } from './census-ports.ts';
import { factsOfTouch } from './facts-of-touch.ts';

/** Touches read at a time. */
const pageSize = 500;

/** Gathers messages that went out; they are written once it is known who was merged into whom. */
export function collectTouches(
  { run, asOf, segment, segments }: CensusPart,
  { timezone: zone }: Settings,
  counts: CensusCounts,
  deps: Pick<CensusDeps, 'touchScan' | 'facts' | 'onFailure'>,
): Collection<FoundTouch> {
  let gathered = nothingGathered(deps.facts);
  return {
    get size() {
      return gathered.rows.size;
    },
    readPage: (after) => deps.touchScan.scanTouches(segment, segments, after, pageSize),
    async gather(items) {
      for (const { ref, item, unreadable } of items) {
        try {
          if (!item) throw unreadable;
          const facts = factsOfTouch(item, { asOf, zone });
          if (!facts) continue;
          gathered.rows.add(facts);
          gathered.customers.push(facts.customer);
        } catch (error) {
          counts.unreadable++;
          deps.onFailure(ref, error);
        }
      }
    },
    async write(name) {
      const { rows, customers } = gathered;
      gathered = nothingGathered(deps.facts);
      await rows.begin(run, name, customers);
      return { name, rows: { touches: rows.size } };
    },
  };
}

function nothingGathered(facts: FactsFiles) {
  return { rows: facts.beginRows('touches', ['customer']), customers: [] as (string | null)[] };
}
