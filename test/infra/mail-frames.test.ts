import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mailFramesModule } from '../../infra/writers/write-mail-frames.ts';

it('the layout of mails is what MJML makes of its source: else run `npm run mail-frames`', async () => {
  const kept = readFileSync(new URL('../../shared/domain/messages/mail-frames.ts', import.meta.url), 'utf8');
  expect(await mailFramesModule()).toBe(kept);
});
