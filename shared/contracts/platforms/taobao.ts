import type { Outcome, Platform, PlatformAnswer, Reading, ShopContext, SignedRequest } from './platform.ts';
import { Fields } from './reading-fields.ts';
import { contentOf } from './taobao-content.ts';
import { readRefund, readStep, stepsOf } from './taobao-messages.ts';
import { verifyTaobao } from './taobao-signatures.ts';
import { readTrade } from './taobao-trade.ts';

/**
 * Taobao and Tmall, whose orders come by way of an ERP: the trade as the open platform tells it (TOP), its messages (TMC),
 * or AGISO's pushes. Signed as AGISO, as TOP, or by Standard Webhooks.
 */
export const taobao: Platform = {
  name: 'taobao',
  secretMadeBy: 'platform',
  checkSecret: (secret) =>
    secret.length >= 8 && secret.trim() === secret
      ? undefined
      : 'is shorter than 8 characters, or has blanks around it',
  verify: verifyTaobao,
  // The same message can come under two topics, and nothing else in it may tell.
  eventId: ({ headers, query }) => headers['webhook-id'] ?? query.get('aopic') ?? query.get('topic') ?? undefined,
  kept: { headers: ['content-type'], query: ['aopic', 'topic', 'timestamp', 'pub_time'] },
  read,
  answer,
};

function read(request: SignedRequest, shop: ShopContext): Reading {
  const content = contentOf(request);
  if (!content) return { type: 'not_json' };
  const { path, value } = content;
  const fields = path === '' ? Fields.ofBody(value) : Fields.ofBody({ [path]: value }).object(path);
  if (!fields || fields.invalid) return fields?.invalid ?? { type: 'not_json' };
  const message = { ...content, shop };
  if (fields.has('refund_id')) return readRefund(fields, message);
  const isWhole = fields.has('created') && fields.has('status');
  const steps = stepsOf(content);
  if (steps && !isWhole) return readStep(fields, steps, message);
  // AGISO's notice of a rating has a `created`, too, the rating's.
  const isRemark = fields.has('tid', 'tid_str') && !fields.has('status', 'payment', 'orders');
  return isRemark ? { type: 'ignored', why: 'nothing that is kept' } : readTrade(fields, shop);
}

/** ERPs and AGISO repeat whatever is not a 200; `success` is TOP's word, `IsSuccess` AGISO's. */
function answer({ type, ...more }: Outcome): PlatformAnswer {
  const body = { success: true, IsSuccess: true, outcome: type, ...more };
  return { status: 200, contentType: 'application/json', body: JSON.stringify(body) };
}
