import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { unsubscribe } from '../../../shared/usecases/messages/take-feedback.ts';
import type { Deps, PageRequest } from '../page-request.ts';
import { askPage, donePage } from '../pages/unsubscribe-page.ts';
import { htmlAnswer } from './html-answer.ts';

/** GET asks, POST unsubscribes at once, with or without a person at the other end (RFC 8058). */
export async function answerUnsubscribing(
  { request, link, message, locale, shopName }: PageRequest,
  deps: Deps,
): Promise<HttpAnswer> {
  const about = { locale, shopName, channel: message.touch.value.channel };
  if (request.method !== 'POST') return htmlAnswer(200, askPage(about));
  await unsubscribe(link, deps.clock.now(), deps);
  request.note({ customer: link.customer, touch: link.id });
  return htmlAnswer(200, donePage(about));
}
