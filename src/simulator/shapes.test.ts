// The bodies have the members of the API's, as the fixtures show them.
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { ask, steppedClock, useSimulator } from "../../test/support/simulator.ts"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import { generateOrganization } from "./generate.ts"

const fixtures = new URL("../../test/fixtures/sentry/", import.meta.url)

function fixture(name: string): JsonValue {
  return JSON.parse(readFileSync(new URL(name, fixtures), "utf8"))
}

function rowsOf(body: JsonValue | undefined): JsonObject[] {
  if (isJsonObject(body)) return [body]
  return Array.isArray(body) ? body.filter(isJsonObject) : []
}

/** Names of all members of all rows, and of those of the objects named in `inner`. */
function membersOf(body: JsonValue | undefined, inner: readonly string[]): string[] {
  const names = new Set<string>()
  for (const row of rowsOf(body)) {
    for (const [name, value] of Object.entries(row)) {
      names.add(name)
      if (!inner.includes(name)) continue
      for (const nested of rowsOf(value)) for (const key of Object.keys(nested)) names.add(`${name}.${key}`)
    }
  }
  return [...names].sort()
}

function start() {
  const clock = steppedClock("2026-11-20T10:15:00Z")
  const organization = generateOrganization({ projects: 4, issuesPerProject: 30, members: 7, seed: 3, clock })
  return useSimulator({ organization })
}

describe("the shapes of bodies", () => {
  it.each<[fixtureName: string, path: string, inner: string[]]>([
    ["organizations.list", "organizations/", ["links", "avatar", "status"]],
    ["organization.detail", "organizations/{org}/?detailed=0", ["links", "quota"]],
    ["projects.list", "projects/", ["organization", "avatar"]],
    ["organization-projects.list", "organizations/{org}/projects/", ["teams", "latestRelease"]],
    ["project.detail", "projects/{org}/{project}/", ["organization", "options"]],
    ["members.list", "organizations/{org}/members/", ["user", "flags"]],
    ["member.detail", "organizations/{org}/members/10909027/", ["user", "flags", "teamRoles"]],
    ["teams.list", "organizations/{org}/teams/", ["projects", "flags", "externalTeams"]],
    ["teams.list.not-detailed", "organizations/{org}/teams/?detailed=0", ["flags"]],
    ["team-members.payments", "teams/{org}/platform/members/", ["user"]],
    [
      "organization-issues.page1",
      "organizations/{org}/issues/?project=-1&query=",
      ["project", "stats", "lifetime", "assignedTo", "annotations"],
    ],
    [
      "organization-issues.lean",
      "organizations/{org}/issues/?project=-1&query=&groupStatsPeriod=&collapse=lifetime&collapse=filtered",
      ["project"],
    ],
    [
      "organization-issues.environment-production.base-collapsed",
      "organizations/{org}/issues/?project=-1&query=&groupStatsPeriod=&collapse=base&collapse=filtered&environment=production",
      ["lifetime"],
    ],
    ["project-issues.python-fastapi", "projects/{org}/{project}/issues/?query=", ["project", "stats"]],
    ["issue.detail", "organizations/{org}/issues/{issue}/", ["stats", "tags"]],
    ["issue-by-short-id", "organizations/{org}/shortids/{short}/", []],
    ["issue-tag-values.environment", "organizations/{org}/issues/{issue}/tags/environment/values/", []],
    ["issue-tag.environment", "organizations/{org}/issues/{issue}/tags/environment/", ["topValues"]],
    ["issue-tags", "organizations/{org}/issues/{issue}/tags/?key=environment&key=release", ["topValues"]],
    ["project-tag-values.environment", "projects/{org}/{project}/tags/environment/values/", []],
    ["project-tags", "projects/{org}/{project}/tags/", []],
    ["project-environments", "projects/{org}/{project}/environments/", []],
    ["organization-environments", "organizations/{org}/environments/", []],
    [
      "events.issue-environment",
      "organizations/{org}/events/?dataset=errors&project=-1&field=issue.id&field=issue&field=environment&field=project&field=count()&field=first_seen()&field=last_seen()",
      ["data", "meta"],
    ],
    ["issues-stats", "organizations/{org}/issues-stats/?groups={issue}", ["lifetime", "stats"]],
  ])("%s is what %s answers", async (name, path, inner) => {
    const simulator = await start()
    const { organization } = simulator
    const project = [...organization.projects.values()][0]
    const issue = organization
      .issuesOf(project?.id ?? "")
      .find(({ issueCategory }) => issueCategory === "error")

    const asked = path
      .replaceAll("{org}", simulator.slug)
      .replaceAll("{project}", project?.slug ?? "")
      .replaceAll("{issue}", issue?.id ?? "")
      .replaceAll("{short}", issue?.shortId ?? "")
    const { body, status } = await ask(simulator, asked)

    expect(status).toBe(200)
    expect(membersOf(body, inner)).toEqual(membersOf(fixture(`api/${name}.json`), inner))
  })

  it("an issue of a server of the 9 series has the members of its time", async () => {
    const clock = steppedClock("2026-11-20T10:15:00Z")
    const organization = generateOrganization({ projects: 1, issuesPerProject: 5, clock })
    const simulator = await useSimulator({ organization, legacy: true })

    const { body } = await ask(simulator, `projects/${simulator.slug}/checkout-api/issues/?query=`)
    const members = await ask(simulator, `organizations/${simulator.slug}/members/`)

    expect(membersOf(body, ["project"]).filter((name) => name !== "stats")).toEqual(
      membersOf(fixture("legacy/issue.v9.json"), ["project"]),
    )
    expect(membersOf(members.body, ["user", "flags"])).toEqual(
      membersOf(fixture("legacy/members.list.v9.json"), ["user", "flags"]),
    )
  })

  it("the value of the user tag has the shape of a person", async () => {
    const simulator = await start()
    const [issue] = simulator.organization.issues.values()
    simulator.organization.addEvent(issue?.id ?? "", { tags: { user: "id:42" } })

    const { body } = await ask(simulator, `issues/${issue?.id}/tags/user/values/`)

    expect(membersOf(body, [])).toEqual(membersOf(fixture("api/issue-tag-values.user.json"), []))
  })
})

describe("the shapes of failures", () => {
  it.each<[name: string, path: string, token: string | null]>([
    ["401.missing", "projects/", null],
    ["401.invalid-token", "projects/", "nobody's"],
    ["401.invalid-org-token", "projects/", "sntrys_eyJ"],
    ["403.permission", "organizations/{org}/members/", "narrow"],
    ["404.resource", "projects/{org}/nowhere/", "simulated-sentry-token"],
    ["400.per-page", "organizations/{org}/members/?per_page=101", "simulated-sentry-token"],
    ["400.cursor", "organizations/{org}/members/?cursor=nonsense", "simulated-sentry-token"],
    ["400.search", "organizations/{org}/issues/?query=is:sleeping", "simulated-sentry-token"],
    ["400.multi-project", "organizations/{org}/issues/?project=-1&query=", "simulated-sentry-token"],
  ])("%s", async (name, path, token) => {
    const clock = steppedClock("2026-11-20T10:15:00Z")
    const organization = generateOrganization({ projects: 2, issuesPerProject: 2, clock })
    if (name === "400.multi-project") organization.features = []
    const simulator = await useSimulator({ organization, tokens: { narrow: { scopes: ["org:read"] } } })

    const answer = await ask(simulator, path.replace("{org}", simulator.slug), { token })

    const expected = fixture(`errors/${name}.json`)
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: isJsonObject(expected) ? expected.status : undefined,
      body: isJsonObject(expected) ? expected.body : undefined,
    })
  })

  it("an unknown route has an empty body", async () => {
    const simulator = await start()
    for (const path of ["nowhere/", "projects"]) {
      expect(await ask(simulator, path)).toMatchObject({ status: 404, text: "" })
    }
  })
})
