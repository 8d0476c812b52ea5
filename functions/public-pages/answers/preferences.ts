import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { readPreferences, savePreferences } from '../../../shared/usecases/messages/keep-preferences.ts';
import type { Deps, PageRequest } from '../page-request.ts';
import { localeOf } from '../pages/page-frame.ts';
import { preferenceFields, preferencesPage } from '../pages/preferences-page.ts';
import { htmlAnswer } from './html-answer.ts';

/** GET shows what holds, POST keeps what the form says. */
export async function answerPreferences(
  { request, link, message, locale, shopName }: PageRequest,
  deps: Deps,
): Promise<HttpAnswer> {
  const now = deps.clock.now();
  if (request.method !== 'POST') {
    const preferences = await readPreferences(message, now, deps);
    return htmlAnswer(200, preferencesPage({ locale, shopName, preferences, isSaved: false }));
  }
  const form = new URLSearchParams(request.body.toString('utf8'));
  const language = form.get(preferenceFields.locale);
  const wanted = {
    channels: form.getAll(preferenceFields.channel),
    isPaused: form.get(preferenceFields.pause) !== null,
    ...(language !== null && { locale: language }),
  };
  const preferences = await savePreferences(message, wanted, now, deps);
  request.note({ customer: link.customer, touch: link.id });
  const shown = localeOf(preferences.locale?.split('-')[0]) ?? locale;
  return htmlAnswer(200, preferencesPage({ locale: shown, shopName, preferences, isSaved: true }));
}
