import { SetupError } from './problem.ts';

/** Tells whether a schedule is due in the minute that begins at this instant. */
export type DueInMinute = (minute: Date) => boolean;

const minuteMs = 60_000;
const unitMinutes: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * Reads `rate(...)`, `cron(...)` and `at(...)` as EventBridge writes them. A rate counts from `since`.
 */
export function readSchedule(expression: string, timezone: string, since: Date): DueInMinute {
  const match = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim());
  const [, kind, argument = ''] = match ?? [];
  switch (kind) {
    case 'rate':
      return rate(argument, since, expression);
    case 'cron':
      return cron(argument, timezone, expression);
    case 'at':
      return at(argument, timezone);
    default:
      throw wrong(expression, 'is neither rate(), cron() nor at()');
  }
}

const wrong = (expression: string, why: string) =>
  new SetupError(`The schedule ${expression} ${why}.`, 'Correct it in the CDK app.');

function rate(argument: string, since: Date, expression: string): DueInMinute {
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
  const every = Number(count) * (unitMinutes[unit] ?? Number.NaN);
  if (!(every > 0)) throw wrong(expression, 'has no rate that is understood');
  const first = Math.floor(since.getTime() / minuteMs);
  return (minute) => {
    const passed = Math.floor(minute.getTime() / minuteMs) - first;
    return passed > 0 && passed % every === 0;
  };
}

function at(argument: string, timezone: string): DueInMinute {
  return (minute) => wallClock(minute, timezone).text === argument.slice(0, 'yyyy-mm-ddThh:mm'.length);
}

interface WallClock {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
  /** Sunday is 1, as in cron. */
  readonly weekday: number;
  readonly lastDay: number;
  readonly text: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timezone, format);
  return format;
}

/** What a clock on the wall shows there. */
function wallClock(instant: Date, timezone: string): WallClock {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const year = part('year');
  const month = part('month');
  const day = part('day');
  return {
    minute: part('minute'),
    hour: part('hour'),
    day,
    month,
    year,
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1,
    lastDay: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    text: `${year}-${parts.get('month')}-${parts.get('day')}T${parts.get('hour')}:${parts.get('minute')}`,
  };
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function cron(argument: string, timezone: string, expression: string): DueInMinute {
  const fields = argument.trim().split(/\s+/);
  if (fields.length !== 6) throw wrong(expression, 'needs six fields');
  const [minutes = '', hours = '', days = '', months = '', weekdays = '', years = ''] = fields;
  const read = (field: string, low: number, high: number, names: readonly string[] = []) =>
    numbers(field, low, high, names, expression);
  const inMinutes = read(minutes, 0, 59);
  const inHours = read(hours, 0, 23);
  const inMonths = read(months, 1, 12, monthNames);
  const inYears = read(years, 1970, 2199);
  const onDay = dayOfMonth(days, (field) => read(field, 1, 31));
  const onWeekday = dayOfWeek(weekdays, (field) => read(field, 1, 7, dayNames));
  return (instant) => {
    const now = wallClock(instant, timezone);
    return (
      inMinutes.has(now.minute) &&
      inHours.has(now.hour) &&
      inMonths.has(now.month) &&
      inYears.has(now.year) &&
      onDay(now) &&
      onWeekday(now)
    );
  };
}

type OnDay = (now: WallClock) => boolean;

function dayOfMonth(field: string, read: (field: string) => ReadonlySet<number>): OnDay {
  if (field === 'L') return (now) => now.day === now.lastDay;
  const days = read(field);
  return (now) => days.has(now.day);
}

/** `6L` is the last Friday, `2#1` the first Monday. */
function dayOfWeek(field: string, read: (field: string) => ReadonlySet<number>): OnDay {
  const [, day, mark, nth] = /^(\w+?)(L|#)(\d?)$/.exec(field) ?? [];
  if (day === undefined) {
    const weekdays = read(field);
    return (now) => weekdays.has(now.weekday);
  }
  const weekdays = read(day);
  if (mark === 'L') return (now) => weekdays.has(now.weekday) && now.day > now.lastDay - 7;
  return (now) => weekdays.has(now.weekday) && Math.ceil(now.day / 7) === Number(nth);
}

function numbers(
  field: string,
  low: number,
  high: number,
  names: readonly string[],
  expression: string,
): ReadonlySet<number> {
  const value = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    const number = named < 0 ? Number(text) : named + low;
    if (!Number.isInteger(number) || number < low || number > high) throw wrong(expression, `has the field ${field}`);
    return number;
  };
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [from, to] = bounds(range, step !== undefined, low, high, value);
    for (let number = from; number <= to; number += step === undefined ? 1 : Math.max(1, Number(step)))
      found.add(number);
  }
  return found;
}

function bounds(
  range: string,
  stepped: boolean,
  low: number,
  high: number,
  value: (text: string) => number,
): [number, number] {
  if (range === '*' || range === '?') return [low, high];
  const [from = '', to] = range.split('-');
  if (to !== undefined) return [value(from), value(to)];
  return [value(from), stepped ? high : value(from)];
}
