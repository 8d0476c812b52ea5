import { isTimeZone } from '../calendar.ts';
import { countryZones } from './province-zones.ts';

/** What is known of where a customer lives, as the shop wrote it. */
export interface StatedPlace {
  readonly timezone?: string;
  /** ISO 3166-1 code (two letters, three for many) or a name in English, Chinese or Japanese. */
  readonly country?: string;
  readonly province?: string;
  readonly city?: string;
}

/** Zones found before, by place: names arrive again and again. */
const found = new Map<string, string | undefined>();
const placesKept = 5_000;

/**
 * The zone of the customer's wall clock: the customer's own, else from the region, else the shop's (DOMAIN 2).
 * What is not understood counts as not stated; a region spread over several clocks without a province known here
 * gives the shop's.
 */
export function localTimeZone(stated: StatedPlace, shopZone: string): string {
  const { timezone = '', country = '', province = '', city = '' } = stated;
  const place = JSON.stringify([timezone, country, province, city]);
  if (!found.has(place)) {
    if (found.size >= placesKept) found.clear();
    found.set(place, ownZone(timezone.trim()) ?? regionZone(country, province, city));
  }
  return found.get(place) ?? shopZone;
}

function ownZone(timezone: string): string | undefined {
  return timezone !== '' && isTimeZone(timezone) ? timezone : undefined;
}

function regionZone(country: string, province: string, city: string): string | undefined {
  const code = countryCode(country) ?? countryOfPlace(province) ?? countryOfPlace(city);
  if (code === undefined) return undefined;
  const several = countryZones[code];
  if (!several) return onlyZone(code);
  return provinceZones(code).get(provinceKey(province, code)) ?? several.main;
}

function onlyZone(code: string): string | undefined {
  const locale = new Intl.Locale(`und-${code}`) as Intl.Locale & { getTimeZones(): string[] | undefined };
  const zones = locale.getTimeZones() ?? [];
  return zones.length === 1 ? zones[0] : undefined;
}

/** "Côte d’Ivoire" -> "COTEDIVOIRE": however it is accented, cased or punctuated. */
function keyOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, '');
  return plain.toUpperCase();
}

/** What is left of "US-CA", "Perm Krai", "Республика Татарстан" once the country and the kind of province are taken off. */
function provinceKey(province: string, code: string): string {
  const name = province.replace(new RegExp(`^\\s*${code}-`, 'i'), '').normalize('NFKC');
  const kinds =
    /(?<!\p{L})(?:state|province|oblast|krai|republic|region|autonomous|okrug|область|край|республика|округ|г\.|автономн\p{L}*)(?!\p{L})/giu;
  return keyOf(name.replace(kinds, ' ').replace(/^\s*of\s/i, ''));
}

const provinces = new Map<string, Map<string, string>>();

function provinceZones(code: string): Map<string, string> {
  let zones = provinces.get(code);
  if (!zones) {
    const listed = Object.entries(countryZones[code]?.provinces ?? {});
    zones = new Map(listed.flatMap(([zone, names]) => names.split(',').map((name) => [provinceKey(name, code), zone])));
    provinces.set(code, zones);
  }
  return zones;
}

/** Names in use beside those the runtime knows, and the usual three-letter codes; written as `keyOf` gives them. */
const otherNames: Readonly<Record<string, string>> = {
  AE: 'ARE UAE 阿联酋',
  AR: 'ARG',
  AT: 'AUT OSTERREICH',
  AU: 'AUS',
  BE: 'BEL BELGIE BELGIQUE',
  BR: 'BRA BRASIL',
  CA: 'CAN',
  CH: 'CHE SCHWEIZ SUISSE',
  CL: 'CHL',
  CN: 'CHN 中国大陆 中國大陸 中华人民共和国 PRC MAINLANDCHINA CHINAMAINLAND PEOPLESREPUBLICOFCHINA',
  CO: 'COL',
  CZ: 'CZE CZECHREPUBLIC',
  DE: 'DEU DEUTSCHLAND',
  DK: 'DNK DANMARK',
  ES: 'ESP ESPANA',
  FI: 'FIN SUOMI',
  FR: 'FRA',
  GB: 'GBR GREATBRITAIN BRITAIN ENGLAND SCOTLAND WALES NORTHERNIRELAND',
  GR: 'GRC',
  HK: 'HKG HONGKONGSAR 中国香港 中國香港 香港特别行政区 香港特別行政區',
  HU: 'HUN',
  ID: 'IDN',
  IE: 'IRL REPUBLICOFIRELAND',
  IL: 'ISR',
  IN: 'IND',
  IT: 'ITA ITALIA',
  JP: 'JPN 日本国',
  KR: 'KOR KOREA REPUBLICOFKOREA 대한민국 한국',
  LU: 'LUX',
  MO: 'MAC MACAU MACAUSAR 澳門 中国澳门 中國澳門 澳门特别行政区 澳門特別行政區',
  MX: 'MEX',
  MY: 'MYS',
  NL: 'NLD NEDERLAND HOLLAND THENETHERLANDS',
  NO: 'NOR NORGE',
  NZ: 'NZL',
  PE: 'PER',
  PH: 'PHL THEPHILIPPINES',
  PL: 'POL POLSKA',
  PT: 'PRT',
  RO: 'ROU',
  RU: 'RUS RUSSIANFEDERATION РОССИЯ',
  SA: 'SAU',
  SE: 'SWE SVERIGE',
  SG: 'SGP',
  TH: 'THA',
  TR: 'TUR TURKEY',
  TW: 'TWN 臺灣 中国台湾 中國台灣 台湾省 臺灣省 TAIWANPROVINCEOFCHINA',
  UA: 'UKR',
  US: 'USA AMERICA UNITEDSTATESOFAMERICA THEUNITEDSTATES',
  VN: 'VNM VIETNAM',
  ZA: 'ZAF',
};

function countryCode(country: string): string | undefined {
  const key = keyOf(country);
  if (/^[A-Z]{2}$/.test(key)) return new Intl.Locale(`und-${key}`).region;
  return key === '' ? undefined : countryNames().get(key);
}

let names: Map<string, string> | undefined;

/** Every country's names by key, made when the first name is met: most shops write codes. */
function countryNames(): Map<string, string> {
  if (names) return names;
  names = new Map<string, string>();
  for (const language of ['en', 'zh-Hans', 'zh-Hant', 'ja']) {
    for (const style of ['long', 'short'] as const) addNames(names, language, style);
  }
  for (const [code, others] of Object.entries(otherNames)) {
    for (const name of others.split(' ')) names.set(keyOf(name), code);
  }
  return names;
}

function addNames(names: Map<string, string>, language: string, style: 'long' | 'short'): void {
  const known = new Intl.DisplayNames([language], { type: 'region', style, fallback: 'none' });
  for (const code of regionCodes()) {
    const name = known.of(code);
    if (name !== undefined) names.set(keyOf(name), code);
  }
}

/** AA to ZZ, but for what is merely another code for a country: SU, DD, YU, ... */
function regionCodes(): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return codes.filter((code) => new Intl.Locale(`und-${code}`).region === code);
}

const chineseProvince =
  /^(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆)/;

/** Addresses within China name no country; Hong Kong, Macao, Taiwan and Singapore stand in any field. */
function countryOfPlace(place: string): string | undefined {
  const key = keyOf(place);
  if (chineseProvince.test(key)) return 'CN';
  // Not by their codes: MO is Missouri, too.
  const code = /^[A-Z]{0,3}$/.test(key) ? undefined : countryNames().get(key);
  return code === 'HK' || code === 'MO' || code === 'TW' || code === 'SG' ? code : undefined;
}
