import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { assetsIn } from '../../../functions/crm-api/assets.ts';
import { openHandlers } from '../../../functions/crm-api/routes/open.ts';
import type { ApiRequest } from '../../../shared/runtime/api-request.ts';
import type { Actor } from '../../../shared/usecases/ports.ts';

const handlers = openHandlers(assetsIn(new URL('../../../functions/crm-api/', import.meta.url)));
const actor: Actor = { keyId: '', name: '', role: 'analyst', requestId: '' };
const nothing = { params: undefined, query: undefined, body: undefined, actor };
const file = (name: string): ApiRequest<'docsFile'> => ({ ...nothing, params: { file: name } });

describe('the page of the API', () => {
  it('runs no inline script and takes nothing from elsewhere', async () => {
    const page = await handlers.docs(nothing);
    const html = String(page.body);
    expect(page.contentType).toContain('text/html');
    expect(page.headers?.['content-security-policy']).toContain("script-src 'self';");
    expect(html).toContain('<title>Huitou API</title>');
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toMatch(/ src="\/docs\//);
    expect(html).not.toMatch(/ style=|<style|https?:|\/\//);
    expect(String((await handlers.docsFile(file('page.js'))).body)).not.toContain('http');
  });

  it.each(['../env.ts', '..%2Fenv.ts', 'none.css', 'index', '.hidden.css', 'a/b.css', 'page.js\0', '/etc/passwd'])(
    'serves no %j',
    async (name) => {
      await expect(handlers.docsFile(file(name))).rejects.toMatchObject({ status: 404 });
    },
  );

  it('asks for no file that the bundle does not bring', async () => {
    const html = await readFile(new URL('../../../functions/crm-api/docs/index.html', import.meta.url), 'utf8');
    const bundled = await readFile(new URL('../../../infra/capabilities/crm-api.ts', import.meta.url), 'utf8');
    const asked = [...html.matchAll(/"\/(docs\/[^"]+)"/g)].map(([, name]) => name);
    expect(asked).toContain('docs/page.js');
    for (const name of asked) expect(bundled).toContain(`'${name}'`);
  });
});
