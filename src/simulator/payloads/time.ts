// Times as the API writes them.

/** `2026-11-20T10:15:00Z`, or with six digits of a second where it has a fraction. */
export function isoTime(ms: number): string {
  const text = new Date(ms).toISOString()
  return ms % 1000 === 0 ? `${text.slice(0, 19)}Z` : `${text.slice(0, 23)}000Z`
}

/** To the second, as tag values have it. */
export function isoSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** To the second, with an offset, as rows of events have it. */
export function offsetTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`
}

export function optionalTime(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms)
}
