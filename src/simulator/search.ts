// The search language of issues: a query becomes a test of one issue.
import { badRequest } from "./answers.ts"
import type { Issue } from "./model.ts"
import type { Organization } from "./organization.ts"
import { type Comparison, dateTest, numberTest } from "./search-values.ts"

export type IssueTest = (issue: Issue) => boolean

interface Term {
  negated: boolean
  /** Undefined for free text. */
  key: string | undefined
  values: string[]
}

/** Throws 400 in the API's words where the query is not understood. `legacy`: a server of the 9 series. */
export function parseIssueQuery(query: string, organization: Organization, legacy = false): IssueTest {
  const tests = termsOf(query).map((term) => {
    const test = testOf(term, organization, legacy)
    return term.negated ? (issue: Issue) => !test(issue) : test
  })
  return (issue) => tests.every((test) => test(issue))
}

function testOf({ key, values }: Term, organization: Organization, legacy: boolean): IssueTest {
  const [value = ""] = values
  if (key === undefined) return (issue) => issue.title.toLowerCase().includes(value.toLowerCase())
  const oneOf = (read: (issue: Issue) => string) => (issue: Issue) =>
    values.some((wanted) => matches(read(issue), wanted))
  switch (key) {
    case "is":
      return statusTest(value, legacy)
    case "level":
      for (const level of values)
        if (!levels.includes(level)) throw unparsable(`Invalid level value of '${level}'`)
      return oneOf((issue) => issue.level)
    case "firstSeen":
    case "age":
      return onNumber(dateTest(value, key, organization.clock.now()), (issue) => issue.firstSeen)
    case "lastSeen":
      return onNumber(dateTest(value, key, organization.clock.now()), (issue) => issue.lastSeen)
    case "timesSeen":
      return onNumber(numberTest(value, key), (issue) => issue.count)
    case "assigned":
    case "assigned_to":
      return (issue) => values.some((wanted) => isAssigned(organization, issue, wanted))
    case "issue":
      return oneOf((issue) => issue.shortId)
    case "issue.id":
      return oneOf((issue) => issue.id)
    case "issue.type":
      return oneOf((issue) => issue.issueType)
    case "issue.category":
      return oneOf((issue) => issue.issueCategory)
    case "issue.priority":
      return oneOf((issue) => issue.priority ?? "")
    case "project":
    case "project.name":
      return oneOf((issue) => organization.projects.get(issue.projectId)?.slug ?? "")
    case "project.id":
      return oneOf((issue) => issue.projectId)
    case "title":
      return oneOf((issue) => issue.title)
    case "has":
      return (issue) => (issue.tags.get(value)?.length ?? 0) > 0
    default:
      return tagTest(/^tags\[(.+)\]$/.exec(key)?.[1] ?? key, values)
  }
}

const levels = ["sample", "debug", "info", "warning", "error", "fatal"]

const substatuses = [
  "new",
  "ongoing",
  "escalating",
  "regressed",
  "archived_until_escalating",
  "archived_until_condition_met",
  "archived_forever",
]

function statusTest(value: string, legacy: boolean): IssueTest {
  if (value === "unresolved" || value === "resolved") return (issue) => issue.status === value
  if (value === "ignored") return (issue) => issue.status === "ignored"
  if (value === "assigned") return (issue) => issue.assignedTo !== null
  if (value === "unassigned") return (issue) => issue.assignedTo === null
  if (value === "archived" && !legacy) return (issue) => issue.status === "ignored"
  if (substatuses.includes(value) && !legacy) return (issue) => issue.substatus === value
  throw unparsable(`Invalid status value of '${value}'`)
}

function tagTest(key: string, values: string[]): IssueTest {
  return (issue) =>
    (issue.tags.get(key) ?? []).some((tag) => values.some((wanted) => matches(tag.value, wanted)))
}

function onNumber(comparison: Comparison, read: (issue: Issue) => number): IssueTest {
  return (issue) => comparison(read(issue))
}

function isAssigned(organization: Organization, issue: Issue, wanted: string): boolean {
  const to = issue.assignedTo
  if (wanted === "none") return to === null
  if (wanted === "me" || wanted === "my_teams" || to === null) return false // an integration is nobody's colleague
  if (to.type === "team") {
    return wanted.startsWith("#") && organization.teams.get(to.teamId)?.slug === wanted.slice(1)
  }
  const member = organization.members.get(to.memberId)
  return member !== undefined && [member.email, member.user?.username, member.user?.email].includes(wanted)
}

/** A `*` stands for any text; case does not matter. */
function matches(value: string, wanted: string): boolean {
  if (!wanted.includes("*")) return value.toLowerCase() === wanted.toLowerCase()
  const parts = wanted.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${parts.join(".*")}$`, "is").test(value)
}

function termsOf(query: string): Term[] {
  const terms: Term[] = []
  const words: string[] = []
  const pattern =
    /\s*(?:(!?)([\w.@-]+(?:\[[^\]]*\])?):(\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[^\s()"]*)(?=\s|$)|"((?:[^"\\]|\\.)*)"|([^\s()"]+))\s*/uy
  let at = 0
  while (at < query.length && query.trim() !== "") {
    pattern.lastIndex = at
    const found = pattern.exec(query)
    if (!found)
      throw unparsable(`Parse error at '${query.slice(Math.max(0, at - 5), at + 5)}' (column ${at + 1})`)
    at = pattern.lastIndex
    const [, negation, key, value, quoted, word] = found
    if (key !== undefined && value !== undefined) {
      if (value === "") throw unparsable(`Empty string after '${key}:'`)
      terms.push({ negated: negation === "!", key, values: valuesOf(value) })
    } else if (quoted !== undefined)
      terms.push({ negated: false, key: undefined, values: [withoutEscapes(quoted)] })
    else if (word === "OR" || word === "AND") {
      throw badRequest('Boolean statements containing "OR" or "AND" are not supported in this search')
    } else words.push(word ?? "")
  }
  if (words.length > 0) terms.push({ negated: false, key: undefined, values: [words.join(" ")] })
  return terms
}

function valuesOf(text: string): string[] {
  if (!text.startsWith("[")) return [unquote(text)]
  const parts = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? []
  return parts.map((part) => unquote(part.trim()))
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? withoutEscapes(text.slice(1, -1))
    : text
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\(.)/gs, "$1")
}

function unparsable(why: string) {
  return badRequest(`Error parsing search query: ${why}`)
}
