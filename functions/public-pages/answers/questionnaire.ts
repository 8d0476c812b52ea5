import { type Answer, answerScale, isLow, longestAnswer, scoreOn } from '../../../shared/domain/cases/answer.ts';
import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { takeAnswer } from '../../../shared/usecases/cases/take-answer.ts';
import type { Deps, PageRequest } from '../page-request.ts';
import { answerFields, questionnairePage, thanksPage } from '../pages/questionnaire-page.ts';
import { htmlAnswer } from './html-answer.ts';

/** GET asks; POST keeps the answer. The scale is the one the link was made for. */
export async function answerQuestionnaire(
  { request, link, message, locale, shopName }: PageRequest,
  deps: Deps,
): Promise<HttpAnswer> {
  const scale = answerScale(link.extra);
  const known = message.touch.value.answer;
  if (request.method !== 'POST') {
    const isKnown = known?.scale === scale;
    return htmlAnswer(
      200,
      questionnairePage({ locale, shopName, scale, isIncomplete: false, ...(isKnown && { known }) }),
    );
  }
  const form = new URLSearchParams(request.body.toString('utf8'));
  const score = scoreOn(scale, form.get(answerFields.score) ?? '');
  if (score === undefined) {
    return htmlAnswer(400, questionnairePage({ locale, shopName, scale, isIncomplete: true }));
  }
  const text = (form.get(answerFields.text) ?? '').trim().slice(0, longestAnswer);
  const answer: Answer = { at: deps.clock.now(), scale, score, ...(text !== '' && { text }) };
  const gift = await takeAnswer(message, answer, deps);
  request.note({ customer: link.customer, touch: link.id, scale, score });
  return htmlAnswer(200, thanksPage({ locale, isLow: isLow(answer), ...gift }));
}
