import { type Day, parseDay } from '../calendar.ts';

/** `02-28`, in a year; 29 February is the 28th in a year without one (DOMAIN 8). */
export function dayOfYear(monthDay: string, year: number): Day | undefined {
  const text = `${String(year).padStart(4, '0')}-${monthDay}`;
  return parseDay(text) ?? (monthDay === '02-29' ? parseDay(text.replace(/29$/, '28')) : undefined);
}
