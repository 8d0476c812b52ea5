import type { BehaviourEvent } from '../behaviour/behaviour.ts';
import { formatDay, type Instant, startOfDay } from '../calendar.ts';
import { type CustomerFile, purchasesOf } from '../customers/customer-file.ts';
import { tagField } from '../customers/tags.ts';
import { stageAt, stageSince } from '../life-cycle/stage.ts';
import { shopOfRef } from '../orders/order.ts';
import type { Settings } from '../settings/settings.ts';
import { isDateTrigger, occurrencesOfDates } from './date-occurrences.ts';
import type { Occurrence } from './enter.ts';
import type { Trigger } from './journey.ts';
import { firstPurchase, lastShop } from './last-purchase.ts';
import { tierComesNear, tierRises } from './tier-occurrences.ts';

/**
 * What a customer's file as it stands at `now` has triggered (DOMAIN 8). Triggers on orders are in order-occurrences.ts.
 * @param zone of the customer's wall clock, which dates go by
 */
export function occurrencesOfFile(
  trigger: Trigger,
  file: CustomerFile,
  zone: string,
  settings: Settings,
  now: Instant,
): Occurrence[] {
  if (isDateTrigger(trigger)) return occurrencesOfDates(trigger, file, zone, now);
  switch (trigger.on) {
    case 'stage.entered':
      return spokenByLastShop(stageEntries(trigger, file, settings, now), file, now);
    case 'purchase.first':
      return firstPurchases(file, now);
    case 'tier.up':
      return spokenByLastShop(tierRises(trigger, file, settings, now), file, now);
    case 'tier.near':
      return spokenByLastShop(tierComesNear(trigger, file, settings, now), file, now);
    case 'tag.added':
      return spokenByLastShop(tagsAdded(trigger.tag, file, now), file, now);
    default:
      return [];
  }
}

/** What a customer did outside orders (DOMAIN 14); the same event, told twice, is one. */
export function occurrencesOfEvents(
  trigger: Trigger,
  events: readonly BehaviourEvent[],
  file: CustomerFile,
  now: Instant,
): Occurrence[] {
  if (trigger.on !== 'event') return [];
  const meant = events.filter(({ type, at }) => type === trigger.type && at <= now);
  const occurrences = meant.map(({ type, at, product, key }) => ({
    name: `event ${key ?? `${type} ${at} ${product ?? ''}`.trimEnd()}`,
    at,
    ...(product !== undefined && { vars: { product } }),
  }));
  return spokenByLastShop(occurrences, file, now);
}

/** That a customer has come into a segment, as whoever keeps who was in it has seen at `at`. */
export function segmentEntry(segment: string, file: CustomerFile, at: Instant): Occurrence {
  const shop = lastShop(file, at);
  return { name: `segment ${segment} ${at}`, at, ...(shop !== undefined && { shop }), vars: { segment } };
}

function spokenByLastShop(occurrences: readonly Occurrence[], file: CustomerFile, now: Instant): Occurrence[] {
  const shop = lastShop(file, now);
  return occurrences.map((occurrence) => ({ ...occurrence, ...(shop !== undefined && { shop }) }));
}

/** The stage they are in, since the day they entered it. */
function stageEntries(
  { stage }: Extract<Trigger, { readonly on: 'stage.entered' }>,
  file: CustomerFile,
  { stages: limits, timezone }: Settings,
  now: Instant,
): Occurrence[] {
  const purchases = purchasesOf(file);
  if (stageAt(purchases, now, limits, timezone) !== stage) return [];
  const since = stageSince(purchases, now, limits, timezone);
  if (since === undefined) return [];
  return [{ name: `${stage} ${formatDay(since)}`, at: startOfDay(since, timezone), vars: { stage } }];
}

function firstPurchases(file: CustomerFile, now: Instant): Occurrence[] {
  const first = firstPurchase(file, now);
  if (!first) return [];
  const { ref, purchase } = first;
  return [{ name: `first ${ref}`, at: purchase.paidAt, order: ref, shop: shopOfRef(ref) }];
}

/** Tags given by hand, by import or by a journey; one that a rule gives is entered like a segment. */
function tagsAdded(tag: string, { statements }: CustomerFile, now: Instant): Occurrence[] {
  const stated = statements[tagField(tag)];
  return stated?.value === true && stated.at <= now ? [{ name: `tag ${tag} ${stated.at}`, at: stated.at }] : [];
}
