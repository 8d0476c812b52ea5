import { type BuiltIn, templateOf } from './built-in-wording.ts';
import { careMessages } from './care-messages.ts';
import { laidOut } from './mail-layout.ts';
import { type Channel, channels } from './message-class.ts';
import { offerMessages } from './offer-messages.ts';
import { orderMessages } from './order-messages.ts';
import { locales, type MessageTemplate, nearestOf } from './template.ts';

/** Messages that need no template of the merchant's own: those of the preset journeys. Variables: template-variables.ts. */
const builtIns: readonly BuiltIn[] = [...orderMessages, ...careMessages, ...offerMessages];

export const builtInTemplateIds: readonly string[] = builtIns.map(({ id }) => id);

export const builtInTemplates: readonly MessageTemplate[] = builtIns.flatMap((one) =>
  locales.flatMap((locale) => channels.map((channel) => templateOf(one, channel, locale))),
);

const byName = new Map(builtInTemplates.map((one) => [nameOf(one.id, one.channel, one.locale), one]));
const laidOutBefore = new Map<string, MessageTemplate>();

/**
 * The template in the customer's language: the very locale, else the same language, else the first of `locales`; undefined
 * where there is none of this id.
 */
export function builtInTemplate(id: string, channel: Channel, locale: string | undefined): MessageTemplate | undefined {
  const name = nameOf(id, channel, nearestOf(locales, locale) ?? locales[0]);
  const known = laidOutBefore.get(name);
  const template = byName.get(name);
  if (known || !template) return known;
  const fresh = laidOut(template);
  laidOutBefore.set(name, fresh);
  return fresh;
}

function nameOf(id: string, channel: Channel, locale: string): string {
  return `${id} ${channel} ${locale}`;
}
