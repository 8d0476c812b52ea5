import { purchasesOf } from '../../shared/domain/customers/customer-file.ts';
import { stageAt } from '../../shared/domain/life-cycle/stage.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { contactOf, type Touch } from '../../shared/domain/touches/touch.ts';
import type { CampaignWorld } from './campaign-world.ts';

const dayMs = 86_400_000;

/** The table of DOMAIN 3, written down once more: `[contacts, days]` by stage and class. */
const allowances: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  active: { care: [1, 7], news: [1, 7], promotional: [1, 14], major_promotion: [1, 7] },
  silent: { care: [1, 7], news: [1, 14], promotional: [1, 14], major_promotion: [1, 7] },
  sleeping: { care: [1, 30], news: [1, 30], promotional: [1, 30], major_promotion: [1, 14] },
  lost: { care: [0, 7], news: [0, 7], promotional: [0, 7], major_promotion: [1, 90] },
};

/** Caps that were exceeded, counted anew from what went out alone; the stage is that of the moment it went out. */
export async function brokenPolicyCaps(world: CampaignWorld): Promise<string[]> {
  const touches = (await world.touches()).filter(({ state }) => state === 'sent' || state === 'unconfirmed');
  const byCustomer = Map.groupBy(touches, ({ customer }) => customer);
  const files = await world.api.store.readFiles([...byCustomer.keys()]);
  return [...byCustomer].flatMap(([customer, some]) => {
    const item = files.get(customer)?.value;
    if (item?.type !== 'file') return [`${customer} is gone`];
    const stageOf = (at: number) => {
      const { stages, timezone } = defaultSettings;
      const stage = stageAt(purchasesOf(item.file), at, stages, timezone);
      return stage in allowances ? stage : 'active';
    };
    return [
      ...[...Map.groupBy(some, (touch) => touch.class)].flatMap(([one, ofClass]) =>
        overClass(customer, one, ofClass, stageOf),
      ),
      ...[...Map.groupBy(some, ({ channel }) => channel)].flatMap(([channel, onChannel]) => [
        ...over(`${customer} ${channel} a day`, onChannel.map(sentAt), 1, 1),
        ...over(`${customer} ${channel} a week`, onChannel.map(sentAt), 3, 7),
      ]),
    ];
  });
}

const sentAt = ({ sentAt: at, claim }: Touch) => at ?? claim?.at ?? 0;

/** A campaign over two channels is one contact. */
function overClass(
  customer: string,
  name: string,
  touches: readonly Touch[],
  stageOf: (at: number) => string,
): string[] {
  const contacts = [...Map.groupBy(touches, contactOf).values()].map((some) => Math.min(...some.map(sentAt)));
  return contacts.flatMap((at) => {
    const [max, days] = allowances[stageOf(at)]?.[name] ?? [0, 1];
    const within = contacts.filter((other) => other <= at && other > at - days * dayMs).length;
    return within > max ? [`${customer} ${name}: ${within} within ${days} days, at most ${max}`] : [];
  });
}

function over(name: string, times: readonly number[], max: number, days: number): string[] {
  const most = Math.max(
    0,
    ...times.map((at) => times.filter((other) => other >= at && other < at + days * dayMs).length),
  );
  return most > max ? [`${name}: ${most}, at most ${max}`] : [];
}
