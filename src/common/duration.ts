// "15m" and the like, to milliseconds and back.

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Milliseconds of `"30d"`, `"1h30m"`, `"250ms"` or `"0"`; undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim().toLowerCase()
  if (compact === "0") return 0
  if (!/^(\d+(ms|[smhdw]))+$/.test(compact)) return undefined
  let total = 0
  for (const [, amount, unit] of compact.matchAll(/(\d+)(ms|[smhdw])/g)) {
    total += Number(amount) * unitMs[unit as keyof typeof unitMs] // the pattern admits only these units
  }
  return total
}

/** A span for people: `240 ms`, `3.2 s`, `4 m 10 s`, `2 h 5 m`, `30 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} m ${Math.floor((ms % 60_000) / 1_000)} s`
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} m`
  const hours = Math.floor((ms % 86_400_000) / 3_600_000)
  return `${Math.floor(ms / 86_400_000)} d${hours > 0 ? ` ${hours} h` : ""}`
}
