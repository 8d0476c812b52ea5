import type { PreviewJson, TemplateJson } from '../../../shared/contracts/http/templates.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import type { Locale, MessageTemplate } from '../../../shared/domain/messages/template.ts';
import type { StoredTemplate } from '../../../shared/usecases/marketing-ports.ts';
import type { Preview } from '../../../shared/usecases/messages/preview-message.ts';
import type { Versioned } from '../../../shared/usecases/ports.ts';

export function templateView({ value, version }: Versioned<StoredTemplate>): TemplateJson {
  const { createdAt, updatedAt } = value;
  const stored = { builtIn: false, version, createdAt: formatInstant(createdAt), updatedAt: formatInstant(updatedAt) };
  return { ...partsOf(value), ...stored };
}

export function builtInView(template: MessageTemplate): TemplateJson {
  return { ...partsOf(template), builtIn: true, version: 0, createdAt: null, updatedAt: null };
}

function partsOf(template: MessageTemplate) {
  const { id, channel, class: messageClass, locale, text } = template;
  const { subject = null, html = null, title = null, preheader = null, blocks } = template;
  const parts = { subject, text, html, title, preheader, blocks: blocks ? [...blocks] : null };
  return { id, channel, class: messageClass, locale, ...parts };
}

export function previewView({ composed, sms, cost }: Preview, locale: Locale, currency: string): PreviewJson {
  const { message, links } = composed;
  const { subject = null, text, html = null } = message.content;
  return {
    channel: message.channel,
    locale,
    subject,
    text,
    html,
    sms: sms ? { ...sms, country: sms.country ?? null } : null,
    cost: { amount: amountOf(cost), currency },
    links: [...links],
  };
}

/** Millionths as decimal text, without zeros at its end: 45000 -> "0.045". */
function amountOf(millionths: number): string {
  const digits = String(millionths).padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
}
