import type { Instant } from '../calendar.ts';
import type { WrongField } from '../errors.ts';
import { type MessageClass, messageClasses } from '../messages/message-class.ts';
import type { CampaignDefinition, CampaignPart } from './campaign.ts';
import { goesByEachClock, hasPassed } from './schedule.ts';

/** What a campaign names, as it is known. */
export interface KnownNames {
  readonly hasSegment: boolean;
  /** Class of a template in a channel; undefined where there is none. */
  classOf(channel: CampaignPart['channel'], templateId: string): MessageClass | undefined;
  readonly hasCoupon: boolean;
  readonly hasShop: boolean;
}

/** Shares are written with a few decimals. */
const shareError = 1e-6;

/** What is wrong in a definition by itself, whatever else there is. */
export function wrongInCampaign(definition: CampaignDefinition): WrongField[] {
  return [...wrongParts(definition), ...wrongVariants(definition), ...wrongSchedule(definition)];
}

function wrongParts({ channels, variants }: CampaignDefinition): WrongField[] {
  const lists = [
    { field: 'channels', parts: channels },
    ...(variants?.of ?? []).map(({ channels: parts }, index) => ({ field: `variants.of[${index}].channels`, parts })),
  ];
  return lists.flatMap(({ field, parts }) => {
    const twice = parts.findIndex(({ channel }, index) => parts.findIndex((one) => one.channel === channel) < index);
    return twice < 0 ? [] : [{ field: `${field}[${twice}].channel`, message: 'is there twice' }];
  });
}

function wrongVariants({ channels, variants, schedule }: CampaignDefinition): WrongField[] {
  if (!variants) return [];
  const wrong: WrongField[] = [];
  const sum = variants.of.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) > shareError) wrong.push({ field: 'variants.of', message: 'the shares must sum to 1' });
  const ids = variants.of.map(({ id }) => id);
  for (const [index, id] of ids.entries()) {
    const field = `variants.of[${index}].id`;
    if (ids.indexOf(id) < index) wrong.push({ field, message: 'is there twice' });
    if (id === 'winner') wrong.push({ field, message: 'is the name of those who wait for the decision' });
  }
  for (const [index, { channels: parts }] of variants.of.entries()) {
    const isSame =
      parts.length === channels.length && parts.every(({ channel }) => channels.some((one) => one.channel === channel));
    if (isSame) continue;
    const message = 'must be the channels of the campaign: who can be reached must not depend on the variant';
    wrong.push({ field: `variants.of[${index}].channels`, message });
  }
  if (variants.test && goesByEachClock(schedule)) {
    const message = 'needs a schedule by one clock: on each recipient’s own, the test would not be over for the first';
    wrong.push({ field: 'variants.test', message });
  }
  return wrong;
}

function wrongSchedule({ schedule }: CampaignDefinition): WrongField[] {
  if (!('every' in schedule)) return [];
  if (schedule.every === 'week' && schedule.day > 7) {
    return [{ field: 'schedule.day', message: 'must be 1 (Monday) to 7 (Sunday)' }];
  }
  return [];
}

/** What it names and there is not, or is for another class of messages: the template's class decides what may go out. */
export function unknownInCampaign(definition: CampaignDefinition, known: KnownNames): WrongField[] {
  const wrong: WrongField[] = [];
  if (!known.hasSegment) wrong.push({ field: 'segmentId', message: 'there is no such segment' });
  if (!known.hasCoupon) wrong.push({ field: 'couponId', message: 'there is no such coupon' });
  if (!known.hasShop) wrong.push({ field: 'shopId', message: 'there is no such shop' });
  for (const { field, part } of everyPart(definition)) {
    const message = wrongTemplate(definition, part, known);
    if (message !== undefined) wrong.push({ field: `${field}.templateId`, message });
  }
  return wrong;
}

/** Every channel and template it can send, with the place it stands at. */
export function everyPart({ channels, variants }: Pick<CampaignDefinition, 'channels' | 'variants'>) {
  const own = channels.map((part, index) => ({ field: `channels[${index}]`, part }));
  const ofVariants = (variants?.of ?? []).flatMap(({ channels: parts }, variant) =>
    parts.map((part, index) => ({ field: `variants.of[${variant}].channels[${index}]`, part })),
  );
  return [...own, ...ofVariants];
}

function wrongTemplate(
  { class: wanted }: CampaignDefinition,
  { channel, templateId }: CampaignPart,
  known: KnownNames,
): string | undefined {
  const found = known.classOf(channel, templateId);
  if (found === undefined) return `there is no such template for ${channel}`;
  if (found === wanted) return undefined;
  return `is a template of class ${found}, and the campaign is ${wanted}: make them the same (${messageClasses.slice(1).join(', ')})`;
}

/** Why it cannot be launched at this moment: its time has passed. */
export function tooLate({ schedule }: CampaignDefinition, zone: string, now: Instant): WrongField | undefined {
  if (!hasPassed(schedule, zone, now)) return undefined;
  const isSeries = 'every' in schedule;
  return {
    field: isSeries ? 'schedule.until' : 'schedule.at',
    message: isSeries ? 'no such day is left until then: set a later one' : 'has passed: set a later time',
  };
}
