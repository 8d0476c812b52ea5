import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mjml from 'mjml';
import { projectRoot } from '../bundling/bundle-functions.ts';

/**
 * The layout of mails, made by MJML when the product is built and never in a function: one column of at most 600 px that
 * shrinks to a phone's width, for old clients and dark ones too, with no picture of its own and nothing to load. Its parts
 * are cut out of one document at the comments between them; `[[name]]` is filled in when a template is put together,
 * Liquid when a mail is. Written to the module below by `npm run mail-frames`.
 */
const target = 'shared/domain/messages/mail-frames.ts';

const fonts =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC',Arial,sans-serif";

/** Attributes are the light look, which every client shows; these turn it dark where a client can. */
const darkStyles = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body,td,div{font-family:${fonts}}
a{overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){
body,.page,[role=article]{background:#121212!important;background-color:#121212!important}
.card>table,.card>table>tbody>tr>td{background:#1e1e1e!important;background-color:#1e1e1e!important;border-color:#333!important}
.ink div,.ink td,.ink a{color:#f1f1f1!important}
.soft div,.soft a,.ink .soft{color:#b0b0b0!important}
.line{border-color:#3a3a3a!important}
}
@media (max-width:480px){.gap>table>tbody>tr>td{padding-left:20px!important;padding-right:20px!important}}`.trim();

const cell = 'padding:12px 0;border-top:1px solid #e4e1db;font-size:15px;line-height:22px;vertical-align:top;';
const right = 'padding-left:16px;text-align:right;';
const breaks = 'overflow-wrap:anywhere;word-break:break-word;';
const whole = (content: string) => `<span style="white-space:nowrap;">${content}</span>`;

/** Each block is a row of the card's column. */
const blocks = {
  text: '<mj-text css-class="ink" padding-bottom="16px">[[content]]</mj-text>',
  heading: '<mj-text css-class="ink" font-size="18px" font-weight="600" padding-bottom="8px">[[content]]</mj-text>',
  button: '<mj-button href="[[url]]" padding-bottom="20px">[[label]]</mj-button>',
  image: '<mj-image src="[[src]]" alt="[[alt]]" padding-bottom="16px" fluid-on-mobile="true"></mj-image>',
  linkedImage:
    '<mj-image src="[[src]]" alt="[[alt]]" href="[[url]]" padding-bottom="16px" fluid-on-mobile="true"></mj-image>',
  order: `<mj-table css-class="ink" padding-bottom="16px">
<tr><td class="soft" colspan="2" style="padding:0 0 12px;font-size:14px;line-height:22px;color:#5f5b55;${breaks}">[[order]] {{ order.id }}</td></tr>
{%- for item in order.items %}
<tr><td class="line" width="64%" style="${cell}${breaks}">{{ item.title }}</td><td class="soft line" style="${cell}${right}color:#5f5b55;">${whole('{{ item.price }}')} ${whole('&times; {{ item.quantity }}')}</td></tr>
{%- endfor %}
<tr><td class="line" style="${cell}">[[total]]<br><span class="soft" style="font-size:13px;color:#5f5b55;">[[note]]</span></td><td class="line" style="${cell}${right}font-size:18px;font-weight:600;">${whole('{{ order.total }}')}</td></tr>
</mj-table>`,
  products: `<mj-table css-class="ink" padding-bottom="16px">
{%- for product in products %}
<tr><td class="line" width="72" style="${cell}padding-right:16px;">{% if product.image %}<img src="{{ product.image }}" alt="" width="72" height="72" style="display:block;border-radius:8px;width:72px;height:72px;object-fit:cover;">{% endif %}</td><td class="line" style="${cell}${breaks}">{% if product.url %}<a href="{{ product.url }}" style="color:#1f1d1a;font-weight:600;">{{ product.title }}</a>{% else %}<b>{{ product.title }}</b>{% endif %}{% if product.price %}<br><span class="soft" style="color:#5f5b55;">{{ product.price }}</span>{% endif %}</td></tr>
{%- endfor %}
</mj-table>`,
  coupon: `<mj-table css-class="ink" padding-bottom="20px">
<tr><td class="line" align="center" style="padding:16px;border:2px dashed #c9a58d;border-radius:12px;text-align:center;">
<span style="font-size:20px;line-height:28px;font-weight:600;">{{ coupon.value }}</span>{% if coupon.minimum %}<br><span class="soft" style="font-size:14px;line-height:22px;color:#5f5b55;">[[from]] {{ coupon.minimum }}</span>{% endif %}<br>
<span style="font-family:Menlo,Consolas,monospace;font-size:22px;line-height:36px;letter-spacing:2px;">{{ coupon.code }}</span>{% if coupon.expires %}<br>
<span class="soft" style="font-size:13px;line-height:20px;color:#5f5b55;">[[until]] {{ coupon.expires }}</span>{% endif %}
</td></tr>
</mj-table>`,
  footer:
    '<mj-text css-class="soft" font-size="13px" line-height="20px" color="#5f5b55" padding-bottom="8px">[[content]]</mj-text>',
};

const marked = (name: keyof typeof blocks) =>
  `<mj-raw><!--@${name}--></mj-raw>${blocks[name]}<mj-raw><!--/@--></mj-raw>`;
const inCard = (Object.keys(blocks) as (keyof typeof blocks)[]).filter((name) => name !== 'footer');

const document = `
<mjml lang="[[locale]]" dir="ltr">
<mj-head>
<mj-title>[[title]]</mj-title>
<mj-preview>[[preheader]]</mj-preview>
<mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"><meta name="x-apple-disable-message-reformatting"></mj-raw>
<mj-attributes>
<mj-all font-family="${fonts}"></mj-all>
<mj-text padding="0" font-size="16px" line-height="26px" color="#1f1d1a"></mj-text>
<mj-table padding="0" font-size="15px" line-height="22px" color="#1f1d1a"></mj-table>
<mj-button padding="0" background-color="#a8471f" color="#ffffff" font-size="16px" font-weight="600" border-radius="8px" inner-padding="14px 28px" align="left"></mj-button>
<mj-image padding="0"></mj-image>
</mj-attributes>
<mj-style>${darkStyles}</mj-style>
</mj-head>
<mj-body background-color="#f3f2ef" css-class="page" width="600px">
<mj-section css-class="gap" padding="24px 32px 12px"><mj-column><mj-text css-class="soft" font-size="14px" line-height="22px" color="#5f5b55">{{ shop.name }}</mj-text></mj-column></mj-section>
<mj-section css-class="card gap" background-color="#ffffff" border="1px solid #e4e1db" border-radius="12px" padding="32px 32px 16px"><mj-column>
<mj-text css-class="ink" font-size="22px" line-height="30px" font-weight="600" padding-bottom="16px">[[title]]</mj-text>
${inCard.map(marked).join('\n')}
</mj-column></mj-section>
<mj-section css-class="gap" padding="16px 32px 24px"><mj-column>
${marked('footer')}
</mj-column></mj-section>
</mj-body>
</mjml>`;

/** The module, as it is to be checked in. @throws when MJML finds anything wrong with the document */
export async function mailFramesModule(): Promise<string> {
  const { html, errors } = await mjml(document, { validationLevel: 'strict', keepComments: true, fonts: {} });
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const frames = framesIn(slim(html));
  const members = Object.entries(frames).map(([name, text]) => `  ${name}: ${JSON.stringify(text)},`);
  return [
    '// Written by `npm run mail-frames` from the MJML in infra/writers/write-mail-frames.ts: change that, not this.',
    '// biome-ignore-all format: each part is one line',
    'export const mailFrames = {',
    ...members,
    '} as const;',
    '',
  ].join('\n');
}

/** Without the white space of its source, and with fonts said once, by the style sheet and by what is around it all. */
function slim(html: string): string {
  return html
    .replace(/\s*\n\s*/g, '\n')
    .replace(/\n(?=[\w-]+=")/g, ' ')
    .replace(/"\n(?=\/?>)/g, '"')
    .replaceAll(`font-family:${fonts};`, '')
    .replace('role="article"', `role="article" data-fonts`)
    .replace(/data-fonts([^>]*style=")/, `$1font-family:${fonts};`)
    .replace(/>\n+</g, '><');
}

/** The page with a place for its blocks and one for its footer, and the blocks one by one. */
function framesIn(html: string): Record<string, string> {
  const parts: Record<string, string> = {};
  const page = html.replace(/<!--@(\w+)-->([\s\S]*?)<!--\/@-->\s*/g, (_whole, name: string, part: string) => {
    parts[name] = part.trim();
    return name === 'footer' ? '[[footer]]' : name === inCard[0] ? '[[blocks]]' : '';
  });
  return { page: page.trim(), ...parts };
}

if (import.meta.main) writeFileSync(join(projectRoot, target), await mailFramesModule());
