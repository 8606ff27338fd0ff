// The span of time a question is about.
import { badRequest } from "./answers.ts"
import type { Call } from "./endpoint.ts"
import type { Window } from "./issue-list.ts"
import type { OrganizationData } from "./organization.ts"
import { parsePeriod, parseTime } from "./search-values.ts"

/** `start` and `end`, or `statsPeriod`, or the last 90 days; never longer than the retention. */
export function askedWindow(call: Call): Window {
  const { query, organization } = call
  const kept = retentionWindow(organization)
  const [start, end, period] = [query.get("start"), query.get("end"), query.get("statsPeriod")]
  if (start !== null || end !== null) {
    if (start === null || end === null) throw badRequest("start and end are both required")
    const window = { start: moment(start, "start"), end: moment(end, "end") }
    if (window.start > window.end) throw badRequest("start must be before end")
    return { start: Math.max(kept.start, window.start), end: window.end }
  }
  if (period === null || period === "") return kept
  const span = parsePeriod(period)
  if (span === undefined) throw badRequest(`Invalid statsPeriod: '${period}'`)
  return { start: Math.max(kept.start, minute(organization.clock.now() - span)), end: kept.end }
}

/**
 * All that is kept. Its edge moves by the minute, so that the pages of one list come from one computed list;
 * it has no end, so that what just happened is in it.
 */
export function retentionWindow(organization: OrganizationData): Window {
  return {
    start: minute(organization.clock.now() - organization.retentionMs),
    end: Number.MAX_SAFE_INTEGER,
  }
}

/** Whether events of this time are still kept. */
export function isKept(organization: OrganizationData, lastSeen: number): boolean {
  return organization.ageless || lastSeen >= retentionWindow(organization).start
}

function moment(text: string, name: string): number {
  const value = parseTime(text)
  if (value === undefined) throw badRequest(`${name}: '${text}' is not a valid time`)
  return value
}

function minute(ms: number): number {
  return Math.floor(ms / 60_000) * 60_000
}
