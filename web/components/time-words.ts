// Times in words.

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" })
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" })

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
]

/** "2 minutes ago", "in 3 hours"; beyond a month the day. */
export function timeAgo(time: number, now: number): string {
  let left = (time - now) / 1000
  if (Math.abs(left) < 5) return "just now"
  for (const [unit, size] of units) {
    if (Math.abs(left) < size) return relative.format(Math.round(left), unit)
    left /= size
  }
  return day.format(time)
}
