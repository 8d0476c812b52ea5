import { reviewCampaign } from '../../shared/usecases/campaigns/review-campaign.ts';
import { startTables } from '../support/dynamodb-local.ts';
import { campaignDepsOn, makeCampaign } from './campaign-tables.ts';
import { customerBase, writeItems } from './customer-base.ts';
import { atMost, information, type Measure } from './measure.ts';
import { median, secondsOf } from './rounds.ts';

const customers = Number(process.env.BENCH_CUSTOMERS ?? 100_000);
const rounds = 3;

export const campaignReview: Measure = {
  name: 'campaign-review',
  how:
    `The review of a campaign by text message to all of ${customers.toLocaleString('en')} customers (files of 1 to 6 orders) on DynamoDB Local, with its ` +
    'real adapters: the segment on live records, hold-out, consent, every gate, the parts and price of each message as it is composed, average order ' +
    `and margin. Median of ${rounds} rounds after one to warm up. BENCH_CUSTOMERS sets another size.`,
  async run(say) {
    const tables = await startTables();
    try {
      const deps = campaignDepsOn(tables);
      const asOf = deps.clock.now();
      const items = function* () {
        for (const { item } of customerBase(customers, customers / 100, asOf)) yield item;
      };
      const written = await secondsOf(() => writeItems(tables.client, tables.tableNames.customers, items()));
      say(`${customers.toLocaleString('en')} customers written in ${written.toFixed(0)} s`);
      const id = await makeCampaign(deps, 'sms', 'tmall');
      const taken: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const seconds = await secondsOf(async () => {
          const { state, tally } = await reviewCampaign(id, Number.POSITIVE_INFINITY, deps);
          const { messages = 0, parts = 0 } = tally.byChannel.sms ?? {};
          if (
            state !== 'done' ||
            tally.members !== customers ||
            messages + tally.heldOut !== customers ||
            parts < messages
          ) {
            throw new Error(`${tally.members} members, ${messages} messages in ${parts} parts`);
          }
        });
        say(`${seconds.toFixed(1)} s`);
        if (round > 0) taken.push(seconds);
      }
      const seconds = median(taken);
      return [
        atMost(`review of a campaign to ${customers.toLocaleString('en')} customers`, seconds, 15, ' s'),
        information('customers/s reviewed', customers / seconds, '', 0),
      ];
    } finally {
      await tables.stop();
    }
  },
};
