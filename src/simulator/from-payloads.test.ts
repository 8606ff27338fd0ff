// What documents show as payloads is served as it is, from the routes it came from.
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { ask, useSimulator } from "../../test/support/simulator.ts"
import type { JsonObject } from "../common/json.ts"
import { organizationFromPayloads, type Payloads } from "./from-payloads.ts"

function seed(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../../test/fixtures/seed/${name}.json`, import.meta.url), "utf8"))
}

async function serve(payloads: Payloads) {
  const simulator = await useSimulator({ organization: organizationFromPayloads(payloads) })
  const get = async (path: string) => (await ask(simulator, path.replaceAll("{org}", simulator.slug))).body
  return { simulator, get }
}

describe("an organization from payloads", () => {
  it.each(["newer/payload.project", "older/payload.project"])("serves %s", async (name) => {
    const project = seed(name)
    const { get, simulator } = await serve({ projects: [project] })
    const { organization, status: _status, ...row } = project

    expect(simulator.slug).toBe("test-org")
    expect(await get("projects/?per_page=100")).toEqual([project])
    expect(await get("organizations/{org}/")).toEqual(organization)
    expect(await get("organizations/{org}/projects/")).toMatchObject([row])
    const [listed] = (await get("organizations/{org}/projects/")) as JsonObject[] // as just seen
    expect(listed).not.toHaveProperty("organization")
    expect(listed).not.toHaveProperty("status")
    expect(await get("projects/{org}/python-fastapi/")).toMatchObject(project)
  })

  it.each(["newer/payload.issue", "older/payload.issue", "newer/derived.payload.issue-team-assigned"])(
    "serves %s from every list",
    async (name) => {
      const issue = seed(name)
      const { get } = await serve({ projects: [seed("newer/payload.project")], issues: [issue] })
      const window = "start=2026-08-22T10:15:00&end=2026-11-20T10:15:00"

      expect(await get("projects/{org}/python-fastapi/issues/?per_page=100")).toEqual([issue])
      expect(await get(`organizations/{org}/issues/?project=-1&query=&sort=new&${window}`)).toEqual([issue])
      expect(await get("organizations/{org}/issues/?project=-1&group=4605173695&group=1")).toEqual([issue])
      expect(await get("organizations/{org}/issues/4605173695/")).toMatchObject(issue)
      expect(await get("organizations/{org}/issues/4605173695/tags/environment/values/")).toEqual({
        detail: "The requested resource does not exist",
      })
    },
  )

  it("serves the tags of an issue, and the issue without them", async () => {
    const { __tags: tags, ...issue } = seed("newer/derived.payload.issue-tag")
    const { get } = await serve({ issueTags: [{ ...issue, __tags: tags ?? [] }], issues: [issue] })

    expect(await get("projects/{org}/python-fastapi/issues/")).toEqual([issue])
    for (const form of ["organizations/{org}/issues", "issues"]) {
      expect(await get(`${form}/4605173695/tags/environment/values/`)).toEqual(tags)
    }
    expect(await get("organizations/{org}/environments/")).toMatchObject([
      { name: "production" },
      { name: "staging" },
    ])
    expect(
      await get(
        "organizations/{org}/issues/?project=-1&query=&environment=staging&collapse=base&collapse=filtered",
      ),
    ).toMatchObject([{ id: "4605173695", count: "2", firstSeen: "2023-11-06T08:30:11Z" }])
  })

  it("serves the tag of a project as the list of its values", async () => {
    const payload = seed("newer/payload.project-environment")
    const { __tags: tag, ...project } = payload
    const { get, simulator } = await serve({ projectTags: [payload] })

    expect(simulator.slug).toBe("pages-org")
    expect(await get("projects/")).toEqual([project])
    expect(await get("projects/{org}/python-fastapi/tags/environment/values/")).toEqual([tag])
    expect((await get("projects/{org}/python-fastapi/tags/release/values/")) as JsonObject).toHaveProperty(
      "detail",
    )
  })

  it.each(["newer/payload.team", "newer/derived.payload.team-without-members"])("serves %s", async (name) => {
    const { __members: members = [], ...team } = seed(name)
    const { get } = await serve({ teams: [{ ...team, __members: members }] })

    expect(await get("organizations/{org}/teams/?per_page=100")).toEqual([team])
    expect(await get(`teams/{org}/${String(team.slug)}/members/`)).toEqual(members)
  })

  it("serves users as members, the invited one too", async () => {
    const users = [seed("newer/payload.user"), seed("newer/derived.payload.user-invited")]
    const { get } = await serve({ users })
    expect(await get("organizations/{org}/members/")).toEqual(users)
  })

  it("changes are written into the payload, and nothing else of it", async () => {
    const issue = seed("newer/payload.issue")
    const { get, simulator } = await serve({ projects: [seed("newer/payload.project")], issues: [issue] })

    simulator.organization.resolve("4605173695")
    const resolved = await get("organizations/{org}/issues/?project=-1&query=is:resolved")
    simulator.organization.unresolve("4605173695", "regressed")
    simulator.organization.unassign("4605173695")

    expect(resolved).toEqual([{ ...issue, status: "resolved", substatus: null }])
    expect(await get("organizations/{org}/issues/?project=-1")).toEqual([
      { ...issue, substatus: "regressed", assignedTo: null },
    ])
    expect(issue.status).toBe("unresolved")
  })

  it("refuses two payloads of one id, and projects of two organizations", () => {
    const issue = seed("newer/payload.issue")
    expect(() => organizationFromPayloads({ issues: [issue, { ...issue, title: "Another" }] })).toThrow(
      "two different payloads have the id 4605173695",
    )
    const projects = [seed("newer/payload.project"), seed("newer/payload.project-environment")]
    expect(() => organizationFromPayloads({ projects })).toThrow("projects of two organizations")
    expect(() => organizationFromPayloads({ users: [{ email: "a@b.example" }] })).toThrow(
      "a member has no id",
    )
  })
})
