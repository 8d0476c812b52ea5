import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { CensusDeps, CensusPart, Collection } from './census-parts.ts';
import type { FactsFiles } from './census-ports.ts';
import { factsOfTouch } from './facts-of-touch.ts';

/** Touches read at a time. */
const pageSize = 500;

/** Gathers messages that went out; they are written once it is known who was merged into whom. */
export function collectTouches(
  { run, asOf, segment, segments }: CensusPart,
  { timezone: zone }: Settings,
  deps: Pick<CensusDeps, 'touchScan' | 'facts'>,
): Collection<Touch> {
  let gathered = nothingGathered(deps.facts);
  return {
    get size() {
      return gathered.rows.size;
    },
    async readPage(after, take) {
      const { items, ...page } = await deps.touchScan.scanTouches(segment, segments, after, pageSize);
      items.forEach(take);
      return page;
    },
    gather(touch) {
      const facts = factsOfTouch(touch, { asOf, zone });
      if (!facts) return;
      gathered.rows.add(facts);
      gathered.customers.push(facts.customer);
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
