import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { LunarDay, LunarMonth, LunarYear } from 'tyme4ts';

/** Years of birthdays and festivals to come, and those before for the sake of comparison. */
const [firstYear, lastYear] = [1900, 2100];
const file = new URL('../../shared/domain/calendar-days/lunar-years.ts', import.meta.url);

/** A year of the Chinese calendar as one number: see the comment that goes into the file. */
function packedYear(year: number): number {
  const leap = LunarYear.fromYear(year).getLeapMonth();
  let packed = leap;
  for (let month = 1; month <= 12; month++) if (isLong(year, month)) packed |= 1 << (16 - month);
  return leap > 0 && isLong(year, -leap) ? packed | (1 << 16) : packed;
}

function isLong(year: number, month: number): boolean {
  return LunarMonth.fromYm(year, month).getDayCount() === 30;
}

function newYearsDay(year: number): string {
  const day = LunarDay.fromYmd(year, 1, 1).getSolarDay();
  const digits = (part: number) => String(part).padStart(2, '0');
  return `${day.getYear()}-${digits(day.getMonth())}-${digits(day.getDay())}`;
}

function rows(): string {
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => packedYear(firstYear + index));
  const words = years.map((year) => `0x${year.toString(16).padStart(5, '0')},`);
  const lines: string[] = [];
  for (let start = 0; start < words.length; start += 10) lines.push(`  ${words.slice(start, start + 10).join(' ')}`);
  return lines.join('\n');
}

/** The file as it stands in the project; a test compares the two. */
export function lunarYearsFile(): string {
  return `// Written by \`node infra/writers/write-lunar-years.ts\` with tyme4ts; nobody edits it.

/** First year of \`lunarYears\`, and the day its first month begins. */
export const firstLunarYear = ${firstYear};
export const firstNewYearsDay = '${newYearsDay(firstYear)}';

/**
 * The years of the Chinese calendar, one number each. Bits 0 to 3: the month after which a leap month comes, 0 without one;
 * bit 16 - n: month n has 30 days, else 29; bit 16: the leap month has 30.
 */
// biome-ignore format: ten a line
export const lunarYears: readonly number[] = [
${rows()}
];
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(file, lunarYearsFile());
