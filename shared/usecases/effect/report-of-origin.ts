import { type TouchReport, TouchTally } from '../../domain/effect/report-of-touches.ts';
import type { TouchBrief } from '../../domain/effect/touch-brief.ts';
import type { OriginType } from '../../domain/touches/touch.ts';
import { everyPage } from '../every-page.ts';
import type { OriginIndex } from '../marketing-ports.ts';

const pageSize = 1000;

export interface OriginReport {
  readonly all: TouchReport;
  /** By step, variant, template: whatever `groupOf` names. */
  readonly groups: ReadonlyMap<string, TouchReport>;
}

/**
 * What became of everything a campaign or a journey has planned, in one pass over its index.
 * @param groupOf names the groups a message is counted in besides
 * @param counts leaves messages out, such as those of another round
 */
export async function reportOfOrigin(
  origin: { readonly type: OriginType; readonly id: string },
  { originIndex }: { readonly originIndex: OriginIndex },
  groupOf: (brief: TouchBrief) => readonly string[] = () => [],
  counts: (brief: TouchBrief) => boolean = () => true,
): Promise<OriginReport> {
  const all = new TouchTally();
  const groups = new Map<string, TouchTally>();
  const shards = Array.from({ length: originIndex.shards }, (_, shard) => shard);
  const readShard = async (shard: number) => {
    for await (const page of everyPage((after) => originIndex.readBriefs(origin, shard, after, pageSize))) {
      for (const { customer, brief } of page) {
        if (!counts(brief)) continue;
        all.add(customer, brief);
        for (const name of groupOf(brief)) groupFor(groups, name).add(customer, brief);
      }
    }
  };
  await Promise.all(shards.map(readShard));
  return { all: all.report(), groups: new Map([...groups].map(([name, tally]) => [name, tally.report()])) };
}

function groupFor(groups: Map<string, TouchTally>, name: string): TouchTally {
  const known = groups.get(name) ?? new TouchTally();
  groups.set(name, known);
  return known;
}
