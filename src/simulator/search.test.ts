import { beforeAll, describe, expect, it } from "vitest"
import { steppedClock } from "../../test/support/simulator.ts"
import { ApiError } from "./answers.ts"
import { createOrganization, type Organization } from "./organization.ts"
import { parseIssueQuery } from "./search.ts"

let organization: Organization

beforeAll(() => {
  const clock = steppedClock("2026-11-20T12:00:00Z")
  organization = createOrganization({ slug: "acme", clock })
  organization.addProject({ slug: "api" })
  organization.addProject({ slug: "web" })
  organization.addMember({ email: "ana@acme.example" })
  organization.addTeam({ slug: "core" })
  const add = (project: string, title: string, hoursAgo: number, more: object = {}) =>
    organization.addIssue(project, { title, at: clock.now() - hoursAgo * 3_600_000, ...more })
  const old = add("api", "old timeout", 200, {
    environment: "staging",
    tags: { "customer tier": "gold plus" },
  })
  const fresh = add("api", "Fresh (one) error", 2, { level: "fatal", tags: { tier: "gold" } })
  const solved = add("web", "solved crash", 30, { environment: "production", count: 40 })
  const archived = add("web", "archived noise", 50)
  organization.resolve(solved.id)
  organization.archive(archived.id)
  organization.assign(old.id, { user: "ana@acme.example" })
  organization.assign(fresh.id, { team: "core" })
})

function titles(query: string, legacy = false): string[] {
  const test = parseIssueQuery(query, organization, legacy)
  return [...organization.issues.values()]
    .filter(test)
    .map(({ title }) => title.split(" ")[0]?.toLowerCase() ?? "")
}

describe("a query", () => {
  it.each<[query: string, found: string[]]>([
    ["", ["old", "fresh", "solved", "archived"]],
    ["is:unresolved", ["old", "fresh"]],
    ["is:resolved", ["solved"]],
    ["is:archived", ["archived"]],
    ["is:ignored", ["archived"]],
    ["is:archived_until_escalating", ["archived"]],
    ["is:assigned", ["old", "fresh"]],
    ["is:unassigned", ["solved", "archived"]],
    ["!is:resolved is:unassigned", ["archived"]],
    ["level:fatal", ["fresh"]],
    ["level:[fatal, error] is:unresolved", ["old", "fresh"]],
    ["!level:error", ["fresh"]],
    ["firstSeen:-24h", ["fresh"]],
    ["firstSeen:+24h", ["old", "solved", "archived"]],
    ["lastSeen:>=2026-11-20T00:00:00", ["fresh"]],
    ["lastSeen:<2026-11-19T00:00:00Z", ["old", "archived"]],
    ["lastSeen:2026-11-19", ["solved"]],
    ["timesSeen:>10", ["solved"]],
    ["timesSeen:1 level:fatal", ["fresh"]],
    ["assigned:ana@acme.example", ["old"]],
    ["assigned:#core", ["fresh"]],
    ["assigned:none", ["solved", "archived"]],
    ["assigned:me", []],
    ["environment:staging", ["old"]],
    ['tier:"gold"', ["fresh"]],
    ['tags[customer tier]:"gold plus"', ["old"]],
    ["tier:g*", ["fresh"]],
    ["has:tier", ["fresh"]],
    ["!has:environment", ["fresh", "archived"]],
    ["project:web", ["solved", "archived"]],
    ["timeout", ["old"]],
    ['"Fresh (one)"', ["fresh"]],
    ["fresh is:unresolved", ["fresh"]],
  ])("%s", (query, found) => {
    expect(titles(query)).toEqual(found)
  })

  it.each([
    "is:sleeping",
    "level:loud",
    "firstSeen:yesterday",
    "timesSeen:>many",
    "tier:",
    "is:resolved OR is:archived",
    "(is:resolved)",
    'title "open',
  ])("%s is refused", (query) => {
    expect(() => titles(query)).toThrow(ApiError)
  })

  it("a server of the 9 series knows ignored and not archived", () => {
    expect(titles("is:ignored", true)).toEqual(["archived"])
    expect(() => titles("is:archived", true)).toThrow("Invalid status value of 'archived'")
  })
})
