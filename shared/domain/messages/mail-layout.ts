import type { Locale } from './template.ts';

/** What a mail shows. All parts are HTML with Liquid in it; variables are escaped when rendered. */
export interface MailParts {
  readonly locale: Locale;
  readonly title: string;
  /** What an inbox shows beside the subject. */
  readonly preheader: string;
  readonly blocks: readonly string[];
  readonly footer: readonly string[];
}

const fonts =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC',Arial,sans-serif";
const breaks = 'overflow-wrap:anywhere;word-break:break-word;';

/** Inline styles are the light look, which every client shows; these classes turn it dark where a client can. */
const styles = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#121212!important}
.card{background:#1e1e1e!important;border-color:#333!important}
.ink{color:#f1f1f1!important}
.soft{color:#b0b0b0!important}
.line{border-color:#3a3a3a!important}
}
@media (max-width:480px){.pad{padding-left:20px!important;padding-right:20px!important}}`.trim();

/** Keeps an inbox from showing the beginning of the body after a short preheader. */
const preheaderFiller = '&#847;&zwnj;&nbsp;'.repeat(40);

/**
 * A whole mail: one column of at most 600 px that shrinks to 320, tables and inline styles for old clients, no image and
 * nothing to load. Outlook for Windows knows no max-width and gets a table of its own.
 */
export function mailLayout({ locale, title, preheader, blocks, footer }: MailParts): string {
  return `<!doctype html>
<html lang="${locale}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<meta name="x-apple-disable-message-reformatting">
<title>${title}</title>
<style>
${styles}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f2ef;-webkit-text-size-adjust:100%;">
<div style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;opacity:0;">${preheader}${preheaderFiller}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f2ef;">
<tr><td align="center" style="padding:24px 12px;">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;font-family:${fonts};text-align:left;">
<tr><td class="pad soft" style="padding:0 32px 12px;font-size:14px;line-height:22px;color:#5f5b55;${breaks}">{{ shop.name }}</td></tr>
<tr><td class="pad card" style="padding:32px;background:#ffffff;border:1px solid #e4e1db;border-radius:12px;">
<h1 class="ink" style="margin:0 0 16px;font-size:22px;line-height:30px;font-weight:600;color:#1f1d1a;${breaks}">${title}</h1>
${blocks.join('\n')}
</td></tr>
<tr><td class="pad" style="padding:16px 32px 0;">
${footer.map(footerLine).join('\n')}
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`;
}

export function paragraph(content: string): string {
  return `<p class="ink" style="margin:0 0 16px;font-size:16px;line-height:26px;color:#1f1d1a;${breaks}">${content}</p>`;
}

export function footerLink(url: string, label: string): string {
  // SES would lead it through its own host, to count the click.
  return `<a ses:no-track class="soft" href="${url}" style="color:#5f5b55;text-decoration:underline;">${label}</a>`;
}

/** The lines of `order`, and what was paid for them all. */
export function orderTable(words: {
  readonly order: string;
  readonly paid: string;
  readonly paidNote: string;
}): string {
  const cell = `padding:12px 0;border-top:1px solid #e4e1db;font-size:15px;line-height:22px;vertical-align:top;`;
  const right = 'padding-left:16px;text-align:right;';
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;">
<tr><td class="soft" colspan="2" style="padding:0 0 12px;font-size:14px;line-height:22px;color:#5f5b55;${breaks}">${words.order} {{ order.id }}</td></tr>
{%- for item in order.items %}
<tr><td class="ink line" width="64%" style="${cell}color:#1f1d1a;${breaks}">{{ item.title }}</td><td class="soft line" style="${cell}${right}color:#5f5b55;">${whole('{{ item.price }}')} ${whole('&times; {{ item.quantity }}')}</td></tr>
{%- endfor %}
<tr><td class="ink line" style="${cell}color:#1f1d1a;">${words.paid}<br><span class="soft" style="font-size:13px;color:#5f5b55;">${words.paidNote}</span></td><td class="ink line" style="${cell}${right}font-size:18px;font-weight:600;color:#1f1d1a;">${whole('{{ order.total }}')}</td></tr>
</table>`;
}

/** Wraps before or after, never inside. */
function whole(content: string): string {
  return `<span style="white-space:nowrap;">${content}</span>`;
}

function footerLine(content: string): string {
  return `<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:20px;color:#5f5b55;${breaks}">${content}</p>`;
}
