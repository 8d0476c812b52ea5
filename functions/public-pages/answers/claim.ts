import type { Instant } from '../../../shared/domain/calendar.ts';
import { zoneOf } from '../../../shared/domain/contact-policy/standing.ts';
import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import type { Deps, PageRequest } from '../page-request.ts';
import { couponPage, noCouponPage, offerPage } from '../pages/coupon-page.ts';
import { invalidLinkPage } from '../pages/invalid-link-page.ts';
import { htmlAnswer } from './html-answer.ts';

/** GET offers, POST draws the code and shows it: once more shows the same. The coupon is the one the link was made for. */
export async function answerClaim(page: PageRequest, deps: Deps): Promise<HttpAnswer> {
  const { request, link, message, locale, shopName } = page;
  if (link.extra === undefined) return htmlAnswer(404, invalidLinkPage({ locale }));
  if (request.method !== 'POST') return htmlAnswer(200, offerPage({ locale, shopName }));
  const now = deps.clock.now();
  const outcome = await deps.claim({ coupon: link.extra, customer: message.file.id, at: now });
  request.note({ customer: link.customer, touch: link.id, coupon: link.extra, outcome: outcome.type });
  if (outcome.type === 'refused') {
    return htmlAnswer(200, noCouponPage({ locale }, outcome.reason === 'coupon_limit' ? 'had' : 'gone'));
  }
  const { code, expiresAt } = outcome.coupon;
  if (expiresAt !== undefined && expiresAt <= now) return htmlAnswer(200, noCouponPage({ locale }, 'gone'));
  const { name } = outcome.definition;
  const until = expiresAt === undefined ? undefined : lastDay(expiresAt, page);
  return htmlAnswer(
    200,
    couponPage({ locale, shopName, code, ...(name !== undefined && { name }), ...(until !== undefined && { until }) }),
  );
}

/** The day of the last instant it is good at, on the customer's calendar. */
function lastDay(expiresAt: Instant, { message: { file, shop }, locale }: PageRequest): string {
  const timeZone = zoneOf(file, shop?.timezone ?? 'UTC');
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(expiresAt - 1);
}
