import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

describe.each(engines)("teams and users on %s", (engine) => {
  let catalog: RunningCatalog
  beforeEach(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
    for (const email of ["a@example.com", "b@example.com"])
      await send("POST", "/users/invite", { invitee: { email, roles: ["Member"] } })
  })
  afterEach(() => catalog.close())
  const send = (method: string, path: string, body?: unknown) => catalog.request(method, `/v1${path}`, body)

  it("a team names its users: as texts where it is written, as objects where it is read", async () => {
    const team = { name: "Core team", description: "All of it", users: ["a@example.com"] }
    expect(await send("POST", "/teams", team)).toMatchObject({ status: 201, body: { ok: true, team } })
    expect(await send("POST", "/teams", team)).toMatchObject({
      status: 409,
      body: { error: "identifier_taken" },
    })
    expect((await send("GET", "/teams")).body).toMatchObject({
      ok: true,
      teams: [{ ...team, users: [{ email: "a@example.com" }] }],
    })
    expect((await send("GET", "/teams?fields=name")).body).toEqual({
      ok: true,
      teams: [{ name: "Core team" }],
    })
    const path = `/teams/${encodeURIComponent("Core team")}`
    expect(at((await send("GET", path)).body, "team.users")).toEqual([{ email: "a@example.com" }])
    const patched = await send("PATCH", path, { users: ["b@example.com"] })
    expect(patched.body).toMatchObject({ team: { description: "All of it", users: ["b@example.com"] } })
    expect(at((await send("GET", "/users/a@example.com")).body, "user.teams")).toEqual([])
    const put = await send("PUT", path, { name: "Heart" })
    expect(put.body).toMatchObject({ team: { name: "Heart", description: null, users: [] } })
    expect(await send("GET", path)).toMatchObject({ status: 404, body: { error: "not_found" } })
    expect(await send("DELETE", "/teams/Heart")).toMatchObject({ status: 200 })
    expect(await send("DELETE", "/teams/Heart")).toMatchObject({ status: 404 })
  })

  it("a team with a user that is not there is not made at all", async () => {
    expect(await send("POST", "/teams", { name: "Team", users: ["c@example.com"] })).toMatchObject({
      status: 404,
      body: { error: "not_found" },
    })
    expect((await send("GET", "/teams")).body).toEqual({ ok: true, teams: [] })
    for (const name of ["a;b", "", "x", "a/b", 5])
      expect(await send("POST", "/teams", { name })).toMatchObject({ status: 422 })
  })

  it("a user is an entity of _user, with its role and its teams", async () => {
    await send("POST", "/teams", { name: "Team" })
    const path = "/users/a@example.com"
    expect(at((await send("GET", path)).body, "user")).toMatchObject({
      email: "a@example.com",
      status: "Invited",
      roles: [{ name: "Member" }],
      teams: [],
    })
    await send("PATCH", path, { roles: ["Admin"], teams: ["Team"] })
    expect(at((await send("GET", path)).body, "user")).toMatchObject({
      roles: [{ name: "Admin" }],
      teams: [{ name: "Team" }],
    })
    const entity = await send("GET", "/blueprints/_user/entities/a@example.com")
    expect(at(entity.body, "entity")).toMatchObject({ team: ["Team"], properties: { port_role: "Admin" } })
    expect(await send("POST", "/users/invite", { invitee: { email: "a@example.com" } })).toMatchObject({
      status: 409,
    })
    expect(await send("POST", "/users/invite", { invitee: { email: "nobody" } })).toMatchObject({
      status: 422,
    })
    expect(await send("DELETE", path)).toMatchObject({ status: 200 })
    expect((await send("GET", "/users?fields=email")).body).toEqual({
      ok: true,
      users: [{ email: "b@example.com" }],
    })
  })
})

describe.each(engines)("the organization, its secrets and its runs on %s", (engine) => {
  let catalog: RunningCatalog
  beforeEach(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
  })
  afterEach(() => catalog.close())
  const send = (method: string, path: string, body?: unknown) => catalog.request(method, `/v1${path}`, body)

  it("has a name that can change, and an id and flags that cannot", async () => {
    const { id } = at((await send("GET", "/organization")).body, "organization") as { id: string }
    const change = { name: "Ours", settings: { hidden: true }, id: "x", featureFlags: ["y"] }
    expect((await send("PATCH", "/organization", change)).body).toEqual({ ok: true })
    expect(at((await send("GET", "/organization")).body, "organization")).toEqual({
      id,
      name: "Ours",
      settings: { hidden: true },
      featureFlags: [],
    })
    expect(await send("PUT", "/organization", { name: "" })).toMatchObject({ status: 422 })
  })

  it("answers a secret's name and description, and keeps its value nowhere", async () => {
    const secret = { secretName: "TOKEN-1", secretValue: "v4lue-of-it", description: "For it" }
    const created = await send("POST", "/organization/secrets", secret)
    expect(created).toMatchObject({
      status: 201,
      body: { secret: { secretName: "TOKEN-1", description: "For it" } },
    })
    expect(await send("POST", "/organization/secrets", secret)).toMatchObject({ status: 409 })
    expect(await send("POST", "/organization/secrets", { ...secret, secretName: "a b" })).toMatchObject({
      status: 422,
    })
    await send("PATCH", "/organization/secrets/TOKEN-1", { secretValue: "v4lue-of-it" })
    const answers = [
      created,
      await send("GET", "/organization/secrets"),
      await send("GET", "/organization/secrets/TOKEN-1"),
      await send("GET", "/audit-log"),
    ]
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain("v4lue-of-it")
    expect(at(answers[1]?.body, "secrets")).toHaveLength(1)
    expect(await send("DELETE", "/organization/secrets/TOKEN-1")).toMatchObject({ status: 200 })
    expect(await send("GET", "/organization/secrets/TOKEN-1")).toMatchObject({ status: 404 })
  })

  it("keeps what became of a run, whose end is its end", async () => {
    await send("POST", "/actions", { identifier: "deploy", title: "Deploy" })
    expect(await send("POST", "/actions/none/runs", {})).toMatchObject({ status: 404 })
    const started = await send("POST", "/actions/deploy/runs", { properties: { env: "x" } })
    expect(started).toMatchObject({
      status: 202,
      body: { run: { status: "IN_PROGRESS", properties: { env: "x" } } },
    })
    const path = `/actions/runs/${String(at(started.body, "run.id"))}`
    expect(await send("POST", `${path}/logs`, { message: "half way" })).toMatchObject({
      body: { runLog: { message: "half way" } },
    })
    const end = { status: "SUCCESS", externalRunId: "ext-1", link: "https://ci.example/1" }
    expect(await send("PATCH", path, end)).toMatchObject({ status: 200, body: { run: end } })
    expect(await send("PATCH", path, { status: "FAILURE" })).toMatchObject({ status: 422 })
    expect(await send("PATCH", path, { summary: "fine" })).toMatchObject({ status: 200 })
    expect((await send("GET", `${path}?version=v2`)).body).toMatchObject({ run: { ...end, summary: "fine" } })
    expect(at((await send("GET", "/actions/runs?external_run_id=ext-1")).body, "runs")).toHaveLength(1)
    expect(at((await send("GET", "/actions/runs?external_run_id=other")).body, "runs")).toEqual([])
    expect((await send("GET", "/auth/permissions?action_version=v2")).body).toEqual({
      ok: true,
      permissions: ["execute:actions:deploy"],
    })
    expect((await send("POST", "/actions/runs/claim-pending", {})).body).toEqual({ ok: true, runs: [] })
    expect((await send("POST", "/workflows/runs/claim-pending", {})).body).toEqual({ ok: true, nodeRuns: [] })
    expect(await send("GET", "/actions/runs/none")).toMatchObject({ status: 404 })
  })
})
