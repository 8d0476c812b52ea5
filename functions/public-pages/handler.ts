import type { LinkPurpose } from '../../shared/adapters/crypto/public-links.ts';
import {
  createHttpHandler,
  type HttpAnswer,
  type HttpHandler,
  type HttpRequest,
} from '../../shared/runtime/http-handler.ts';
import { type LinkedMessage, readLinkedMessage } from '../../shared/usecases/messages/read-linked-message.ts';
import { answerClaim } from './answers/claim.ts';
import { answerFollowed, answerPicture } from './answers/followed.ts';
import { htmlAnswer } from './answers/html-answer.ts';
import { answerPreferences } from './answers/preferences.ts';
import { answerQuestionnaire } from './answers/questionnaire.ts';
import { answerUnsubscribing } from './answers/unsubscribing.ts';
import { linkOf } from './link-of-request.ts';
import type { Deps, PageRequest } from './page-request.ts';
import { invalidLinkPage } from './pages/invalid-link-page.ts';
import { localeOf, pageLocale } from './pages/page-frame.ts';

const pages: Readonly<Partial<Record<LinkPurpose, (page: PageRequest, deps: Deps) => Promise<HttpAnswer>>>> = {
  u: answerUnsubscribing,
  p: answerPreferences,
  q: answerQuestionnaire,
  c: answerClaim,
};

/** What links in messages open, each under its own letter: `/u/{token}` and so on. */
export function createHandler(deps: Deps): HttpHandler {
  return createHttpHandler({ ...deps, respond: (request) => respond(request, deps) });
}

async function respond(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const purpose = (request.path.split('/')[1] ?? '') as LinkPurpose;
  const link = await linkOf(purpose, request.params.token ?? '', deps);
  if (purpose === 'o') return answerPicture(request, link, deps);
  const reader = pageLocale(request.headers['accept-language']);
  const invalid = htmlAnswer(404, invalidLinkPage({ locale: reader }));
  if (!link) return invalid;
  if (purpose === 't') return (await answerFollowed(request, link, deps)) ?? invalid;
  const message = await readLinkedMessage(link, deps);
  const answer = pages[purpose];
  if (!message || !answer) return invalid;
  const locale = localeOf(languageOf(message)) ?? reader;
  return answer({ request, link, message, locale, shopName: message.shop?.name ?? '' }, deps);
}

/** `zh` of `zh-Hans-CN`, as far as the customer has stated a language. */
function languageOf({ file }: LinkedMessage): string | undefined {
  const stated = file.statements.locale?.value;
  return typeof stated === 'string' ? stated.split(/[-_]/)[0]?.toLowerCase() : undefined;
}
