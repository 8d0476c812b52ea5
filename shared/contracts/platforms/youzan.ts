import { createHash } from 'node:crypto';
import { isTrue, matchesOne, momentOf, wordOf } from './chinese-fields.ts';
import type { Platform, Reading, ShopContext, SignedRequest, Verification } from './platform.ts';
import { Fields, isObject, type Json } from './reading-fields.ts';
import { readCustomer, readPart, readRefund } from './youzan-parts.ts';
import { envelopeOf, messageOf } from './youzan-push.ts';
import { readLegacyTrade, readTrade } from './youzan-trade.ts';

/** Youzan 有赞: pushes signed with MD5 over the application's id, the raw body and its secret. */
export const youzan: Platform = {
  name: 'youzan',
  secretMadeBy: 'platform',
  checkSecret: (secret) => (credentials.test(secret) ? undefined : 'is not client_id:client_secret of the application'),
  verify,
  eventId,
  kept: { headers: [], query: [] },
  read,
  // Anything without the word success is sent again, sixteen times, and many of them stop all pushes.
  answer: () => ({ status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' }),
};

const credentials = /^([^:\s]+):([^:\s]+)$/;

function membersOf(body: Buffer): Json {
  const value = envelopeOf(body)?.value;
  return isObject(value) ? value : {};
}

/**
 * Event-Sign over the raw body; where a proxy has dropped that header the body's own `sign`, which covers no more than
 * the message. A body that names another application is refused.
 */
function verify({ headers, body }: SignedRequest, secrets: readonly string[]): Verification {
  const { sign, msg, client_id: application } = membersOf(body);
  const named = wordOf(application);
  const header = headers['event-sign'];
  const isInBody = header === undefined && typeof msg === 'string' && named !== undefined;
  const rights = secrets.flatMap((secret) => {
    const [, clientId = '', clientSecret = ''] = credentials.exec(secret) ?? [];
    if (clientId === '' || (named ?? clientId) !== clientId) return [];
    const hash = createHash('md5').update(clientId);
    return hash
      .update(isInBody ? msg : body)
      .update(clientSecret)
      .digest('hex');
  });
  const given = isInBody ? sign : header;
  if (typeof given !== 'string') return { ok: false, reason: 'the header event-sign is needed' };
  return matchesOne(given, rights)
    ? { ok: true }
    : { ok: false, reason: 'event-sign does not match body and client_id' };
}

/** Older pushes have no msg_id. */
function eventId({ body }: SignedRequest): string | undefined {
  const { msg_id: own, type, kdt_id: shop, id, version } = membersOf(body);
  if (typeof own === 'string') return own;
  return version === undefined ? undefined : [type, shop, id, version].map(wordOf).join();
}

const ofInterest = /^(SCRM_CUSTOMER_EVENT|TRADE|TRADE_ORDER_STATE|(youzan_)?trade_\w+)$/;

function read({ body }: SignedRequest, shop: ShopContext): Reading {
  const parsed = envelopeOf(body);
  if (!parsed) return { type: 'not_json' };
  const envelope = Fields.ofBody(parsed.value);
  if (isTrue(envelope, 'test')) return { type: 'ignored', why: 'a heartbeat' };
  const type = envelope.needed('type', envelope.text('type'), '');
  if (envelope.invalid) return envelope.invalid;
  if (!ofInterest.test(type)) return { type: 'ignored', why: 'nothing that is kept' };
  const msg = isObject(parsed.value) ? messageOf(parsed.value.msg) : undefined;
  const content = Fields.ofBody({ msg });
  if (typeof msg === 'string') content.wrong('msg', 'is not URL-encoded JSON');
  const message = content.needed('msg', content.object('msg'), undefined);
  if (!message) return content.invalid ?? { type: 'not_json' };
  const sentAt = momentOf(envelope.text('version'));
  const reader = readerOf(message, type);
  return reader(message, { shop, type, sentAt, orderId: envelope.id('id') });
}

function readerOf(message: Fields, type: string) {
  if (type === 'SCRM_CUSTOMER_EVENT') return readCustomer;
  if (message.has('full_order_info')) return readTrade;
  if (type === 'TRADE') return readLegacyTrade;
  return /_refund_|_Refund/.test(type) ? readRefund : readPart;
}
