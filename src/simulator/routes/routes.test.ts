// Parameters and refusals of single routes.
import { describe, expect, it } from "vitest"
import { ask, steppedClock, useSimulator } from "../../../test/support/simulator.ts"
import type { JsonObject } from "../../common/json.ts"
import { createOrganization } from "../organization.ts"

async function start() {
  const clock = steppedClock("2026-11-20T10:15:00Z")
  const organization = createOrganization({ slug: "acme", clock })
  organization.addProject({
    slug: "api",
    environments: [{ name: "production" }, { name: "lab", hidden: true }],
  })
  organization.addProject({ slug: "web", name: "Storefront" })
  organization.addMember({ email: "ana@acme.example", name: "Ana" })
  organization.addMember({ email: "new@acme.example", invited: true })
  organization.addTeam({ slug: "core", projects: ["api"], members: ["ana@acme.example", "new@acme.example"] })
  organization.addTeam({ slug: "empty" })
  const simulator = await useSimulator({ organization, tokens: { narrow: { deniedProjects: ["api"] } } })
  const rows = async (path: string, token = simulator.token) =>
    (await ask(simulator, path, { token })).body as JsonObject[] // every path here is a list
  return { simulator, organization, clock, rows }
}

describe("projects", () => {
  it.each([
    ["slug:web", ["web"]],
    ["team:core", ["api"]],
    ["store", ["web"]],
    ["slug:nowhere", []],
  ])("the organization's are found by %s", async (query, slugs) => {
    const { rows } = await start()
    const found = await rows(`organizations/acme/projects/?query=${encodeURIComponent(query)}`)
    expect(found.map(({ slug }) => slug)).toEqual(slugs)
  })

  it("a denied one is not among the token's own, and listed without access in the organization's", async () => {
    const { rows } = await start()
    expect((await rows("projects/", "narrow")).map(({ slug }) => slug)).toEqual(["web"])
    expect((await rows("organizations/acme/projects/", "narrow")).map(({ hasAccess }) => hasAccess)).toEqual([
      false,
      true,
    ])
  })

  it("show their visible environments, and leave out deploys when asked to", async () => {
    const { rows } = await start()
    const [project] = await rows("organizations/acme/projects/?collapse=latestDeploys")
    expect(project).toMatchObject({ environments: ["production"], team: { slug: "core" } })
    expect(project).not.toHaveProperty("latestDeploys")
  })
})

describe("people", () => {
  it.each([
    ["email:ana@acme.example", 1],
    ["isInvited:true", 1],
    ["isInvited:false", 1],
    ["acme.example", 2],
  ])("members are found by %s", async (query, size) => {
    const { rows } = await start()
    expect(await rows(`organizations/acme/members/?query=${encodeURIComponent(query)}`)).toHaveLength(size)
  })

  it("a team counts approved members, and lists invited ones too", async () => {
    const { rows } = await start()
    const [core, empty] = await rows("organizations/acme/teams/")
    expect(core).toMatchObject({ slug: "core", memberCount: 1, projects: [{ slug: "api" }] })
    expect(empty).toMatchObject({ slug: "empty", memberCount: 0, projects: [] })
    const members = await rows("teams/acme/core/members/")
    expect(members.map(({ user, teamSlug }) => [user !== null, teamSlug])).toEqual([
      [true, "core"],
      [false, "core"],
    ])
    expect(await rows("teams/acme/empty/members/")).toEqual([])
  })
})

describe("tags", () => {
  it("of an issue of a denied project are 403, in all forms", async () => {
    const { simulator, organization } = await start()
    const { id } = organization.addIssue("api", { title: "Boom", environment: "production" })
    for (const form of ["issues/", "organizations/acme/issues/"]) {
      for (const rest of ["", "tags/", "tags/environment/", "tags/environment/values/"]) {
        expect((await ask(simulator, `${form}${id}/${rest}`, { token: "narrow" })).status).toBe(403)
        expect((await ask(simulator, `${form}${id}/${rest}`)).status).toBe(200)
      }
    }
  })

  it("values come newest first seen first, or as the sort says", async () => {
    const { organization, clock, rows } = await start()
    const { id } = organization.addIssue("api", {
      title: "Boom",
      environment: "first",
      at: clock.now() - 9_000,
    })
    organization.addEvent(id, { environment: "second", at: clock.now() - 6_000 })
    organization.addEvent(id, { environment: "first", at: clock.now() - 3_000 })
    const order = async (query: string) =>
      (await rows(`issues/${id}/tags/environment/values/${query}`)).map(({ value }) => value)

    expect(await order("")).toEqual(["second", "first"])
    expect(await order("?sort=date")).toEqual(["first", "second"])
    expect(await order("?sort=count")).toEqual(["first", "second"])
    expect(await order("?environment=second")).toEqual(["second"])
  })

  it("of a project sum up its error events, hidden environments included, and forget what is too old", async () => {
    const { simulator, organization, clock, rows } = await start()
    organization.addIssue("api", { title: "One", environment: "lab" })
    organization.addIssue("api", { title: "Two", environment: "lab" })
    organization.addIssue("api", { title: "Slow", environment: "production", issueCategory: "db_query" })
    const path = "projects/acme/api/tags/environment/values/"

    expect(await rows(path)).toMatchObject([{ value: "lab", count: 2 }])
    expect((await ask(simulator, "projects/acme/api/tags/nothing/values/")).status).toBe(404)
    clock.set("2027-03-20T10:15:00Z")
    expect((await ask(simulator, path)).status).toBe(404)
  })
})
