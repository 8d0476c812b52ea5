import { expect, test } from 'vitest';
import { consentOf, emptyAddressRow } from '../../../shared/domain/contact-policy/standing.ts';
import { consentField } from '../../../shared/domain/customers/statements.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { changeCustomer } from '../../../shared/usecases/customers/change-customer.ts';
import { deliver, intakeInMemory, now } from '../../support/intake-in-memory.ts';

const ann = 'ann@example.com';
const rows = (unsubscribed: number) => ({
  contact: { denied: {} },
  address: { ...emptyAddressRow('k'), said: { unsubscribed } },
});

/** A customer of whom the shop said this at this time, and what a person then writes down an hour from now. */
async function writtenDown(data: object, timestamp: string, isGranted: boolean) {
  const { handler, store, deps } = intakeInMemory();
  const customer = { email: ann, id: 'u1' };
  await deliver(handler, JSON.stringify({ type: 'customer.updated', timestamp, data: customer }));
  await deliver(handler, JSON.stringify({ type: 'customer.updated', timestamp, data: { id: 'u1', ...data } }));
  const statements = { [consentField('email', ann)]: isGranted };
  const later = { ...deps, clock: { now: () => now + 3_600_000 } };
  const decide = () => ({ statements, outcome: undefined });
  return (await changeCustomer(store.livingFiles()[0]?.id ?? '', decide, defaultSettings, later)).file;
}

test('the same consent once more counts from its own time: by a link they may have said otherwise since', async () => {
  const file = await writtenDown({ email: ann, consent: { email: true } }, '2026-11-01T00:00:00Z', true);
  expect(consentOf(file, 'email', ann, rows(now)).state).toBe('granted');
  expect(consentOf(file, 'email', ann, rows(now + 3_600_000)).state).toBe('denied');
});

test('a word by hand comes after one without an address, though the shop’s clock is ahead', async () => {
  const file = await writtenDown({ consent: { email: true } }, '2027-01-01T00:00:00Z', false);
  expect(consentOf(file, 'email', ann, rows(now)).state).toBe('denied');
});
