import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { composeMime } from '../../../shared/adapters/mail/compose-mime.ts';
import { someOf } from '../../config/runs.ts';

/** Parts of text that make an encoder think: long lines, blanks at their ends, letters of one to four bytes. */
const pieces = 'a| |=|.|-|\n|\r\n|\t|你好|é|😀|From '.split('|').concat('x'.repeat(70), 'word '.repeat(30));
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));

test('the message is the one that the composer streams', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.option(text, { nil: undefined }), async (plain, html) => {
      const from = { name: '', address: 'a@b.example' };
      const to = { name: '', address: 'c@d.example' };
      const mail = { subject: 'x', text: plain, ...(html !== undefined && { html }) };
      const streamed = await new MailComposer({ ...mail, from, to, newline: 'windows' }).compile().build();
      const written = await composeMime({ ...mail, from, to });
      const [one, other] = await Promise.all([streamed, written].map((raw) => new PostalMime().parse(raw)));
      expect([other?.text, other?.html, other?.attachments]).toEqual([one?.text, one?.html, one?.attachments]);
      for (const line of written.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
      expect(written.toString('latin1')).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
    }),
    { numRuns: someOf(300) },
  );
});
