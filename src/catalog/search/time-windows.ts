// Port's named spans of time. Past ones end now, future ones start now, days are calendar days in UTC.

const day = 86_400_000

const pastDays = {
  lastDay: 1, lastWeek: 7, last2Weeks: 14, lastMonth: 30, last3Months: 90, last6Months: 180, last12Months: 365,
  last2Years: 730, last3Years: 1095,
} as const // biome-ignore format: a table
const futureDays = {
  nextDay: 1, nextWeek: 7, next2Weeks: 14, nextMonth: 30, next3Months: 90, next6Months: 180, next12Months: 365,
} as const // biome-ignore format: a table
const calendarDays = { yesterday: -1, today: 0, tomorrow: 1 } as const

export type Preset = keyof typeof pastDays | keyof typeof futureDays | keyof typeof calendarDays

export function isPreset(name: string): name is Preset {
  return Object.hasOwn(pastDays, name) || Object.hasOwn(futureDays, name) || Object.hasOwn(calendarDays, name)
}

/** First and last instant of the span, both inclusive, in milliseconds since the epoch. */
export function windowOfPreset(preset: Preset, now: number): { from: number; to: number } {
  if (preset in pastDays) return { from: now - pastDays[preset as keyof typeof pastDays] * day, to: now } // just asked
  if (preset in futureDays)
    return { from: now, to: now + futureDays[preset as keyof typeof futureDays] * day } // the same
  const midnight = Math.floor(now / day) * day + calendarDays[preset as keyof typeof calendarDays] * day // all that is left
  return { from: midnight, to: midnight + day - 1 }
}
