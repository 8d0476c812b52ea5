import fc from 'fast-check';
import { type CountryCode, getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import full from 'libphonenumber-js/metadata.min';
import { expect, test } from 'vitest';
import { phoneMetadataModule, phoneMetadataWithoutFormats } from '../../../infra/bundling/phone-metadata.ts';
import { someOf } from '../../config/runs.ts';

test('numbers come out the same with the metadata that functions are bundled with', () => {
  const bundled = phoneMetadataWithoutFormats();
  const digits = fc.stringMatching(/^[0-9 ()+-]{4,16}$/);
  fc.assert(
    fc.property(digits, fc.constantFrom<CountryCode[]>(...getCountries(full)), (text, defaultCountry) => {
      const [a, b] = [full, bundled].map((metadata) => parsePhoneNumberFromString(text, { defaultCountry }, metadata));
      expect([b?.number, b?.isPossible(), b?.ext]).toEqual([a?.number, a?.isPossible(), a?.ext]);
    }),
    { numRuns: someOf(3000) },
  );
});

test('the module that travels in the bundles unpacks to these metadata', async () => {
  const module = (await import(`data:text/javascript,${encodeURIComponent(phoneMetadataModule())}`)) as {
    default: unknown;
  };
  expect(module.default).toEqual(phoneMetadataWithoutFormats());
});
