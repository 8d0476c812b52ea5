import { createHash } from 'node:crypto';
import { type Locale, locales } from '../../../shared/domain/messages/template.ts';

/** Colours keep 4.5:1 and more on their ground (WCAG AA), by day and by night. */
const style = `
:root{color-scheme:light dark;--ground:#f3f2ef;--card:#fff;--ink:#1f1d1a;--soft:#5f5b55;--line:#dcd8d0;--button:#1f1d1a;--label:#fff;--focus:#0b57d0;--edge:#8a857c;--good:#14632f;--bad:#a3201a}
@media (prefers-color-scheme:dark){:root{--ground:#121212;--card:#1e1e1e;--ink:#f1f1f1;--soft:#b4b4b4;--line:#3a3a3a;--button:#f1f1f1;--label:#121212;--focus:#8ab4f8;--edge:#8c8c8c;--good:#7fd69a;--bad:#ff9d96}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;padding:clamp(16px,12vh,120px) 16px 32px;background:var(--ground);color:var(--ink);font:16px/1.65 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{width:100%;max-width:480px;padding:clamp(20px,6vw,36px);background:var(--card);border:1px solid var(--line);border-radius:12px;overflow-wrap:anywhere}
h1{margin:0 0 12px;font-size:22px;line-height:1.4;font-weight:600}
p{margin:0 0 12px}
p:last-child{margin-bottom:0}
form{margin:24px 0}
form:last-child{margin-bottom:0}
button{width:100%;min-height:48px;padding:10px 16px;border:0;border-radius:8px;background:var(--button);color:var(--label);font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid var(--focus);outline-offset:3px}
.soft{color:var(--soft);font-size:14px}
.done{padding:12px 16px;border:1px solid var(--good);border-radius:8px;color:var(--good);font-weight:600}
.wrong{padding:12px 16px;border:1px solid var(--bad);border-radius:8px;color:var(--bad);font-weight:600}
fieldset{margin:0 0 20px;padding:0;border:0}
legend,.label{display:block;margin:0 0 8px;padding:0;font-weight:600}
.choice{display:flex;align-items:center;gap:12px;min-height:48px;padding:8px 14px;border:1px solid var(--line);border-radius:8px}
.choice+.choice,.choice+.soft,.label+.soft{margin-top:8px}
.choice input{flex:none;width:20px;height:20px;margin:0;accent-color:var(--button)}
select,textarea{width:100%;min-height:48px;padding:10px 12px;border:1px solid var(--edge);border-radius:8px;background:var(--card);color:var(--ink);font:inherit}
textarea{min-height:112px;resize:vertical}
input:focus-visible,select:focus-visible,textarea:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.scale{display:grid;gap:8px}
.stars{grid-template-columns:repeat(5,1fr)}
.nps{grid-template-columns:repeat(6,1fr)}
@media (min-width:520px){.nps{grid-template-columns:repeat(11,1fr);gap:4px}}
.scale label{position:relative;display:block}
.scale input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.scale span{display:flex;flex-direction:column;align-items:center;justify-content:center;min-height:52px;border:1px solid var(--edge);border-radius:8px;line-height:1.2;font-weight:600}
.scale small{font-size:20px}
.scale input:checked+span{background:var(--button);border-color:var(--button);color:var(--label)}
.scale input:focus-visible+span{outline:3px solid var(--focus);outline-offset:2px}
.ends{display:flex;justify-content:space-between;gap:16px;margin:8px 0 0;color:var(--soft);font-size:14px}
.code{margin:20px 0;padding:16px;border:2px dashed var(--edge);border-radius:8px;text-align:center;font:600 24px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:.06em;user-select:all}
`;

/** One style sheet, known by its hash; no script, nothing from elsewhere, a form that posts to where it came from. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The reader's language among ours, by `Accept-Language`: the one named with the highest weight. A reader of neither is
 * more at home in English; one who says nothing gets the first of `locales`.
 */
export function pageLocale(acceptLanguage: string | undefined): Locale {
  const languages = (acceptLanguage ?? '')
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ language, weight }) => language !== '' && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ language }) => language);
  const [first] = languages;
  if (first === undefined || first === '*') return locales[0];
  const ours = languages.find((language) => localeOf(language) !== undefined);
  return localeOf(ours) ?? 'en';
}

/** Ours of a language tag such as `zh` or `en-GB`, in any case. */
export function localeOf(language: string | undefined): Locale | undefined {
  return locales.find((locale) => locale.split('-')[0] === language);
}

/** A whole page: its title is its heading. */
export function page(locale: Locale, title: string, content: readonly string[]): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content.join('\n')}
</main>
</body>
</html>
`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What somebody wrote, as text of a page or of an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}
