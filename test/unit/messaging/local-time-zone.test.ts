import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTimeZone, offsetAt } from '../../../shared/domain/calendar.ts';
import { localTimeZone } from '../../../shared/domain/customers/local-time-zone.ts';
import { countryZones } from '../../../shared/domain/customers/province-zones.ts';

/** A zone nobody below lives in, so that falling back to it shows. */
const shop = 'Pacific/Marquesas';
const winter = Date.UTC(2026, 0, 15);
const summer = Date.UTC(2026, 6, 15);

/** Zones have several names (Asia/Calcutta, Asia/Kolkata), which differ from runtime to runtime: clocks are compared. */
function expectClock(zone: string, expected: string): void {
  const clock = (name: string) => [winter, summer].map((at) => offsetAt(at, name) / 3_600_000);
  expect({ zone, clock: clock(zone) }).toEqual({ zone, clock: clock(expected) });
}

describe('whose zone', () => {
  const place = { country: 'CN', province: '浙江省' };

  test('the customer’s own comes first', () => {
    expect(localTimeZone({ ...place, timezone: 'Europe/Paris' }, shop)).toBe('Europe/Paris');
    expect(localTimeZone({ ...place, timezone: ' Europe/Paris ' }, shop)).toBe('Europe/Paris');
  });

  test.each(['', 'Mars/Olympus', 'UTC+8', 'morning'])('"%s" is no zone, so the region counts', (timezone) => {
    expect(localTimeZone({ ...place, timezone }, shop)).toBe('Asia/Shanghai');
  });

  test('nothing known: the shop’s, whichever asks', () => {
    expect(localTimeZone({}, shop)).toBe(shop);
    expect(localTimeZone({}, 'Asia/Tokyo')).toBe('Asia/Tokyo');
  });
});

test.each([
  ['CN', 'Asia/Shanghai'],
  ['cn', 'Asia/Shanghai'],
  ['CHN', 'Asia/Shanghai'],
  ['中国', 'Asia/Shanghai'],
  ['中國', 'Asia/Shanghai'],
  ['中国大陆', 'Asia/Shanghai'],
  ['China', 'Asia/Shanghai'],
  ['People’s Republic of China', 'Asia/Shanghai'],
  ['台湾', 'Asia/Taipei'],
  ['臺灣', 'Asia/Taipei'],
  ['香港', 'Asia/Hong_Kong'],
  ['中国香港特别行政区', 'Asia/Hong_Kong'],
  ['Hong Kong', 'Asia/Hong_Kong'],
  ['Macau', 'Asia/Macau'],
  ['日本', 'Asia/Tokyo'],
  ['JPN', 'Asia/Tokyo'],
  ['韩国', 'Asia/Seoul'],
  ['Korea', 'Asia/Seoul'],
  ['Singapore', 'Asia/Singapore'],
  ['India', 'Asia/Kolkata'],
  ['英国', 'Europe/London'],
  ['UK', 'Europe/London'],
  ['England', 'Europe/London'],
  ['Deutschland', 'Europe/Berlin'],
  ['DE', 'Europe/Berlin'],
  ['Côte d’Ivoire', 'Africa/Abidjan'],
  ['turkey', 'Europe/Istanbul'],
  ['España', 'Europe/Madrid'],
  ['新西兰', 'Pacific/Auckland'],
  ['Malaysia', 'Asia/Kuala_Lumpur'],
  ['Puerto Rico', 'America/Puerto_Rico'],
])('the country %s has the clock of %s', (country, zone) => expectClock(localTimeZone({ country }, shop), zone));

test.each([
  ['US', 'CA', 'America/Los_Angeles'],
  ['United States', 'California', 'America/Los_Angeles'],
  ['U.S.A.', 'new york', 'America/New_York'],
  ['美国', 'US-TX', 'America/Chicago'],
  ['US', 'AZ', 'America/Phoenix'],
  ['US', 'Hawaii', 'Pacific/Honolulu'],
  ['US', 'Washington', 'America/Los_Angeles'],
  ['US', 'District of Columbia', 'America/New_York'],
  // Two zones: where most of the people live.
  ['US', 'FL', 'America/New_York'],
  ['US', 'TN', 'America/Chicago'],
  ['US', 'Kentucky', 'America/New_York'],
  ['US', 'ID', 'America/Denver'],
  ['Canada', 'ON', 'America/Toronto'],
  ['CA', 'Québec', 'America/Toronto'],
  ['CA', 'Saskatchewan', 'America/Regina'],
  ['CA', 'Newfoundland and Labrador', 'America/St_Johns'],
  ['AU', 'NSW', 'Australia/Sydney'],
  ['Australia', 'Queensland', 'Australia/Brisbane'],
  ['AU', 'SA', 'Australia/Adelaide'],
  ['BR', 'São Paulo', 'America/Sao_Paulo'],
  ['Brasil', 'sao paulo', 'America/Sao_Paulo'],
  ['BR', 'AM', 'America/Manaus'],
  ['MX', 'Q Roo', 'America/Cancun'],
  ['MX', 'Estado de México', 'America/Mexico_City'],
  ['MX', 'BC', 'America/Tijuana'],
  ['RU', 'MOW', 'Europe/Moscow'],
  ['Россия', 'г. Москва', 'Europe/Moscow'],
  ['RU', 'Республика Татарстан', 'Europe/Moscow'],
  ['RU', 'Свердловская область', 'Asia/Yekaterinburg'],
  ['RU', 'Primorsky Krai', 'Asia/Vladivostok'],
  ['RU', 'Sakha Republic', 'Asia/Yakutsk'],
  ['ID', 'Bali', 'Asia/Makassar'],
  ['ID', 'Jawa Barat', 'Asia/Jakarta'],
  ['ES', 'Las Palmas', 'Atlantic/Canary'],
  ['PT', 'Açores', 'Atlantic/Azores'],
  ['CN', '新疆维吾尔自治区', 'Asia/Shanghai'],
])('%s, %s has the clock of %s', (country, province, zone) =>
  expectClock(localTimeZone({ country, province }, shop), zone),
);

test.each([
  { country: 'US' },
  { country: 'US', province: 'somewhere' },
  { country: 'CA', province: '' },
  { country: 'RU', province: 'Atlantis' },
  { country: 'Neverland' },
  { country: 'XX' },
  { country: 'EU' },
  { country: '🇨🇳' },
  { country: 'CD' },
  { country: 'constructor' },
  { province: 'Georgia' },
  { province: 'MO' },
  { city: 'Springfield' },
])('%o tells no zone: the shop’s', (stated) => expect(localTimeZone(stated, shop)).toBe(shop));

test.each([
  [{ province: '浙江省', city: '杭州市' }, 'Asia/Shanghai'],
  [{ province: '内蒙古自治区' }, 'Asia/Shanghai'],
  [{ city: '上海市' }, 'Asia/Shanghai'],
  [{ province: '香港' }, 'Asia/Hong_Kong'],
  [{ city: 'Hong Kong' }, 'Asia/Hong_Kong'],
  [{ province: '台湾省' }, 'Asia/Taipei'],
  [{ country: '', city: 'Singapore' }, 'Asia/Singapore'],
])('%o, without a country, has the clock of %s', (stated, zone) => expectClock(localTimeZone(stated, shop), zone));

describe('the table', () => {
  const entries = Object.entries(countryZones);

  test('names zones the runtime knows', () => {
    const zones = entries.flatMap(([, { main, provinces = {} }]) => [...Object.keys(provinces), main ?? 'UTC']);
    expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
  });

  test('says one thing of each province', () => {
    const listed = entries.flatMap(([country, { provinces = {} }]) =>
      Object.values(provinces).flatMap((names) => names.split(',').map((name) => `${country} ${name.toLowerCase()}`)),
    );
    expect(listed.filter((name, index) => listed.indexOf(name) !== index)).toEqual([]);
  });

  test('is found again by every name in it', () => {
    for (const [country, { provinces = {} }] of entries) {
      for (const [zone, names] of Object.entries(provinces)) {
        for (const province of names.split(',')) {
          expect([province, localTimeZone({ country, province }, shop)]).toEqual([province, zone]);
        }
      }
    }
  });

  test('covers the provinces of the six countries with the most zones', () => {
    const codes = (country: string, code: RegExp) =>
      Object.values(countryZones[country]?.provinces ?? {})
        .flatMap((names) => names.split(','))
        .filter((name) => code.test(name)).length;
    // 50 states, the district and five territories; the others as ISO 3166-2 counts them.
    expect(['US', 'CA', 'BR', 'MX'].map((country) => codes(country, /^[A-Z]{2}$/))).toEqual([56, 13, 27, 32]);
    expect(['AU', 'RU'].map((country) => codes(country, /^[A-Z]{2,3}$/))).toEqual([8, 83]);
  });
});

test('whatever is stated, the answer is a zone', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('US', 'RU', '中国', 'toString'));
  fc.assert(
    fc.property(text, text, text, text, (timezone, country, province, city) => {
      expect(isTimeZone(localTimeZone({ timezone, country, province, city }, shop))).toBe(true);
    }),
  );
});
