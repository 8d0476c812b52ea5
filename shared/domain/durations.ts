/** Lengths of time in milliseconds. A day of a zone with summer time can be an hour shorter or longer: see calendar.ts. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
