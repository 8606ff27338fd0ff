// Rows of grouped error events: what "explore" computes from issues and their tags.
import type { JsonObject, JsonPrimitive } from "../common/json.ts"
import { badRequest } from "./answers.ts"
import type { Issue } from "./model.ts"
import type { Organization } from "./organization.ts"
import { offsetTime } from "./payloads/time.ts"

/** One part of an issue's events: those with one value of the asked tag, or all of them. */
interface Part {
  issue: Issue
  value: string | null
  count: number
  firstSeen: number
  lastSeen: number
}

interface Group {
  plain: [string, JsonPrimitive][]
  count: number
  firstSeen: number
  lastSeen: number
}

const aggregates: Record<string, { type: string; of: (group: Group) => JsonPrimitive }> = {
  "count()": { type: "integer", of: (group) => group.count },
  "first_seen()": { type: "date", of: (group) => offsetTime(group.firstSeen) },
  "last_seen()": { type: "date", of: (group) => offsetTime(group.lastSeen) },
}

const ofIssue: Record<string, (issue: Issue, organization: Organization) => JsonPrimitive> = {
  "issue.id": (issue) => Number(issue.id),
  issue: (issue) => issue.shortId,
  title: (issue) => issue.title,
  project: (issue, organization) => organization.projects.get(issue.projectId)?.slug ?? null,
  "project.name": (issue, organization) => organization.projects.get(issue.projectId)?.slug ?? null,
  "project.id": (issue) => Number(issue.projectId),
}

export interface EventsQuestion {
  issues: readonly Issue[]
  fields: readonly string[]
  /** Only events of these environments; undefined: of all. */
  environments: readonly string[] | undefined
  /** Only values of tags with an event since then, in milliseconds. */
  since: number
  /** A field, with `-` before it for descending. Default: most events first. */
  sort: string | undefined
}

export function eventRows(organization: Organization, question: EventsQuestion): JsonObject[] {
  const { fields } = question
  const tagFields = fields.filter((field) => !(field in aggregates) && !(field in ofIssue))
  const [tagField, ...more] = tagFields
  if (more.length > 0) {
    throw badRequest(`The simulated server groups by one tag at a time, not by ${tagFields.join(", ")}`)
  }
  const groups = new Map<string, Group>()
  for (const issue of question.issues) {
    for (const part of partsOf(issue, tagField, question.environments)) {
      if (part.lastSeen < question.since) continue
      const plain = fields
        .filter((field) => !(field in aggregates))
        .map((field): [string, JsonPrimitive] => [field, ofIssue[field]?.(issue, organization) ?? part.value])
      addTo(groups, plain, part)
    }
  }
  const rows = [...groups.values()].map((group) => rowOf(group, fields))
  return sortRows(rows, question.sort ?? (fields.includes("count()") ? "-count()" : undefined))
}

export function eventFieldTypes(fields: readonly string[]): JsonObject {
  const numbers = ["issue.id", "project.id"]
  return Object.fromEntries(
    fields.map((field) => [
      field,
      aggregates[field]?.type ?? (numbers.includes(field) ? "integer" : "string"),
    ]),
  )
}

/** `tags[tier]`, `tag[tier, string]`, or the bare key. */
function tagKeyOf(field: string): string {
  return /^tags?\[([^\],]+)(?:,\s*\w+)?\]$/.exec(field)?.[1] ?? field
}

function partsOf(
  issue: Issue,
  field: string | undefined,
  environments: readonly string[] | undefined,
): Part[] {
  const inEnvironments = environments
    ? (issue.tags.get("environment") ?? []).filter(({ value }) => environments.includes(value))
    : undefined
  if (inEnvironments?.length === 0) return []
  if (field === undefined || (inEnvironments && tagKeyOf(field) !== "environment")) {
    if (!inEnvironments) return [{ ...span([issue]), issue, value: null }]
    if (field !== undefined)
      throw badRequest("The simulated server cannot group by a tag within an environment")
    return [{ ...span(inEnvironments), issue, value: null }]
  }
  const values = inEnvironments ?? issue.tags.get(tagKeyOf(field)) ?? []
  const parts = values.map((tag): Part => ({ ...span([tag]), issue, value: tag.value }))
  const left = issue.count - values.reduce((total, { count }) => total + count, 0)
  // Events without the tag are a row of their own; without an environment they have one named "".
  if (left <= 0 || inEnvironments || tagKeyOf(field) === "environment") return parts
  return [...parts, { issue, value: null, count: left, firstSeen: issue.firstSeen, lastSeen: issue.lastSeen }]
}

function span(parts: readonly { count: number; firstSeen: number; lastSeen: number }[]) {
  return {
    count: parts.reduce((total, { count }) => total + count, 0),
    firstSeen: Math.min(...parts.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...parts.map(({ lastSeen }) => lastSeen)),
  }
}

function addTo(groups: Map<string, Group>, plain: [string, JsonPrimitive][], part: Part): void {
  const key = JSON.stringify(plain)
  const known = groups.get(key)
  groups.set(key, { plain, ...span(known ? [known, part] : [part]) })
}

function rowOf(group: Group, fields: readonly string[]): JsonObject {
  const plain = new Map(group.plain)
  return Object.fromEntries(
    fields.map((field) => [field, aggregates[field]?.of(group) ?? plain.get(field) ?? null]),
  )
}

function sortRows(rows: JsonObject[], sort: string | undefined): JsonObject[] {
  if (sort === undefined) return rows
  const down = sort.startsWith("-")
  const name = down ? sort.slice(1) : sort
  const field = Object.hasOwn(rows[0] ?? {}, name) || rows.length === 0 ? name : `${name}()`
  if (rows.length > 0 && !Object.hasOwn(rows[0] ?? {}, field)) {
    throw badRequest(`Cannot sort by a field that is not selected: ${name}`)
  }
  return rows.sort((left, right) => {
    const [a, b] = [left[field] ?? "", right[field] ?? ""]
    if (a === b) return 0
    return (a > b ? 1 : -1) * (down ? -1 : 1)
  })
}
