import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';

/** Files that travel with the code: the API's description and the page that shows it. */
export type Assets = (name: string) => Promise<Buffer | undefined>;

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
};

/** The page works from this origin alone: no inline script, nothing from elsewhere. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function openHandlers(assets: Assets): RouteHandlers<'health' | 'openapi' | 'docs' | 'docsFile'> {
  return {
    health: async () => json({ status: 'ok' }),
    async openapi() {
      const document = await assets('openapi.json');
      if (!document) throw notFound('The description was not bundled.');
      const headers = { 'cache-control': 'public, max-age=60' };
      return { status: 200, contentType: 'application/json', headers, body: document.toString('utf8') };
    },
    docs: () => docsFile(assets, 'index.html'),
    docsFile: ({ params }) => docsFile(assets, params.file),
  };
}

async function docsFile(assets: Assets, name: string): Promise<HttpAnswer> {
  const contentType = contentTypes[name.split('.').at(-1) ?? ''];
  const content = contentType !== undefined && /^[\w-]+(\.[\w-]+)*$/.test(name) && (await assets(`docs/${name}`));
  if (!content) throw notFound('There is no such file.');
  const isPage = name.endsWith('.html');
  return {
    status: 200,
    contentType,
    headers: {
      'cache-control': isPage ? 'no-cache' : 'public, max-age=3600',
      'content-security-policy': pagePolicy,
    },
    body: contentType.startsWith('text/') ? content.toString('utf8') : content,
  };
}
