import type { Clock, SettingsReader } from '../../usecases/ports.ts';
import type { SegmentPreviews } from '../../usecases/segments/preview-segment.ts';
import type { FactsInForce } from './facts-in-force.ts';
import { previewSegment } from './preview-segment.ts';

export interface FactPreviewsDeps {
  readonly facts: () => Promise<FactsInForce | undefined>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/** Previews by the facts in force; zone and region groups are those of now, as the rule was written with them. */
export function factPreviews({ facts: read, settings: reader, clock }: FactPreviewsDeps): SegmentPreviews {
  return {
    async preview(rule) {
      const inForce = await read();
      if (!inForce) return undefined;
      const { asOf, baseCurrency } = inForce.manifest;
      const { timezone: zone, regionGroups } = await reader.settings(clock.now());
      const counted = await previewSegment(rule, { asOf, zone, baseCurrency, regionGroups }, inForce.facts);
      return { ...counted, source: 'facts', asOf, share: counted.share ?? 0 };
    },
  };
}
