// The one reading of a date-time text, shared by the program and by both engines.

/**
 * RFC 3339: a date, a time, and an offset. Without an offset a text names no instant. Without groups to take out, since
 * PostgreSQL is twenty times slower with them; date, hour and minute stand where they stand.
 */
export const instantPattern =
  "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])$"
const pattern = new RegExp(instantPattern)

/** Milliseconds since the epoch of `2026-03-10T08:00:00.000Z` and the like; undefined for any other text. */
export function parseInstant(text: string): number | undefined {
  if (text[4] !== "-" || !pattern.test(text)) return undefined
  const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10)].map(Number)
  // The year 0 is none in PostgreSQL.
  if (!year || !month || !day || day > daysIn(year, month)) return undefined
  return Date.parse(text.replace(" ", "T").toUpperCase())
}

function daysIn(year: number, month: number): number {
  const last = new Date(0)
  last.setUTCFullYear(year, month, 0) // the day before the first of the next month
  return last.getUTCDate()
}
