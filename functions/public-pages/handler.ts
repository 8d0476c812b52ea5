import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { PublicLinks } from '../../shared/adapters/crypto/public-links.ts';
import type { Channel } from '../../shared/domain/messages/message-class.ts';
import {
  createHttpHandler,
  type HttpAnswer,
  type HttpHandler,
  type HttpRequest,
} from '../../shared/runtime/http-handler.ts';
import type { TouchKey } from '../../shared/usecases/messaging-ports.ts';
import type { Clock, ShopReader } from '../../shared/usecases/ports.ts';
import { type FeedbackDeps, unsubscribe } from '../../shared/usecases/take-feedback.ts';
import { askPage, donePage, invalidLinkPage, pageLocale, unsubscribePagePolicy } from './pages/unsubscribe-page.ts';

export interface Deps extends FeedbackDeps {
  readonly links: PublicLinks;
  readonly shops: ShopReader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** `/u/{token}`: GET asks, POST unsubscribes at once, with or without a person at the other end (RFC 8058). */
export function createHandler(deps: Deps): HttpHandler {
  return createHttpHandler({ ...deps, respond: (request) => respond(request, deps) });
}

async function respond(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const locale = pageLocale(request.headers['accept-language']);
  const token = request.params.token ?? '';
  const key = deps.links.read('u', token);
  const message = key && (await messageOf(key, deps));
  if (!key || !message) return page(404, invalidLinkPage({ locale }));
  const about = { locale, ...message };
  if (request.method !== 'POST') return page(200, askPage(about));
  await unsubscribe(key, deps.clock.now(), deps);
  request.note({ customer: key.customer, touch: key.id });
  return page(200, donePage(about));
}

async function messageOf(
  key: TouchKey,
  { touches, shops }: Deps,
): Promise<{ shopName: string; channel: Channel } | undefined> {
  const touch = (await touches.readTouch(key))?.value;
  if (!touch?.claim) return undefined;
  const shop = touch.shop === undefined ? undefined : await shops.shop(touch.shop);
  return { shopName: shop?.name ?? '', channel: touch.channel };
}

function page(status: number, body: string): HttpAnswer {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': unsubscribePagePolicy, 'x-robots-tag': 'noindex' },
    body,
  };
}
