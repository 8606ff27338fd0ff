// What the doctor says of Sentry: the token and its scopes, the organization, the address.
import { describe, expect, it } from "vitest"
import { dropIn, examine } from "../support/clinic.ts"
import { createSmallWorld } from "../support/small-world.ts"

const allScopes = ["org:read", "project:read", "team:read", "member:read", "event:read"] as const

describe("a token that may read everything", () => {
  it("is found well, by the organization's list and by the projects' lists", async () => {
    for (const legacy of [false, true]) {
      const world = await createSmallWorld({ simulator: { legacy } })

      const { code, problems, of } = await examine(world, dropIn(world))

      expect(problems).toEqual([])
      expect(code).toBe(0)
      expect(of("Sentry").length).toBeGreaterThan(6)
    }
  })
})

describe("a token without a scope", () => {
  it.each([
    { missing: "member:read", permission: "Member: Read", kinds: ["user"] },
    { missing: "event:read", permission: "Issue & Event: Read", kinds: ["issue", "issue-tag"] },
    { missing: "project:read", permission: "Project: Read", kinds: ["project-tag"] },
    { missing: "team:read", permission: "Team: Read", kinds: ["team"] },
  ])("$missing blocks $kinds, and the permission is named", async ({ missing, permission, kinds }) => {
    const world = await createSmallWorld()
    world.simulator.tokens.grant("narrow", { scopes: allScopes.filter((scope) => scope !== missing) })

    const { code, problems, page } = await examine(
      world,
      dropIn(world, { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "narrow" }),
    )

    expect(code).toBe(4)
    expect(problems.map((problem) => problem.kinds)).toEqual([kinds])
    expect(problems[0]?.fix).toContain(missing)
    expect(problems[0]?.fix).toContain(permission)
    expect(page).toContain(`1 problem: a run could not do its work for ${kinds.join(", ")}.`)
  })

  it("org:read blocks what needs the organization itself", async () => {
    const world = await createSmallWorld()
    world.simulator.tokens.grant("narrow", { scopes: allScopes.filter((scope) => scope !== "org:read") })

    const { code, problems } = await examine(
      world,
      dropIn(world, { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "narrow" }),
    )

    expect(code).toBe(4)
    expect(problems.map(({ fix }) => fix).join()).toContain("Organization: Read")
    expect(problems.flatMap((problem) => problem.kinds)).toEqual(expect.arrayContaining(["project"]))
  })
})

describe("a token that is none", () => {
  it("of an organization is refused before anything is sent, with the reason", async () => {
    const world = await createSmallWorld()
    const token = { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "sntrys_eyJpYXQiOjE3MDB9_secret" }

    const { code, problems, page } = await examine(world, dropIn(world, token))

    expect(code).toBe(2)
    expect(problems[0]?.what).toContain("can only upload releases")
    expect(problems[0]?.what).toContain("internal integration")
    expect(world.simulator.requests).toHaveLength(0)
    expect(page).not.toContain("sntrys_eyJ")
  })

  it("was revoked: told once, for all kinds", async () => {
    const world = await createSmallWorld()
    world.simulator.tokens.revoke(world.simulator.token)

    const { code, of } = await examine(world, dropIn(world))

    expect(code).toBe(4)
    expect(of("Sentry")).toHaveLength(1)
    expect(of("Sentry")[0]?.what).toContain("token refused")
    expect(of("Sentry")[0]?.kinds).toHaveLength(6)
    expect(world.simulator.requests.length).toBeLessThan(3)
  })

  it("of a user works, with the advice to take an integration's", async () => {
    const world = await createSmallWorld({ simulator: { token: "sntryu_abc" } })

    const { code, of } = await examine(world, dropIn(world))

    expect(code).toBe(0)
    expect(of("Sentry").find(({ level }) => level === "note")?.what).toContain("no more than that user")
  })
})

describe("an address or a name that is wrong", () => {
  it("names the organization that is not there", async () => {
    const world = await createSmallWorld()

    const { code, problems } = await examine(
      world,
      dropIn(world, { OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "acmee" }),
    )

    expect(code).toBe(4)
    expect(problems[0]?.what).toContain('There is no organization "acmee"')
    expect(problems[0]?.fix).toContain("slug")
  })

  it("tells of a page that stands before Sentry, and of a path that is wrong", async () => {
    const world = await createSmallWorld({ simulator: { faults: [{ path: "/api/0/", action: "html" }] } })

    const { code, problems } = await examine(world, dropIn(world))

    expect(code).toBe(4)
    expect(problems[0]?.fix).toContain("/api/0/")
  })

  it("tells of a server that does not answer", async () => {
    const world = await createSmallWorld()
    await world.simulator.close()

    const { code, problems } = await examine(world, dropIn(world))

    expect(code).toBe(4)
    expect(problems[0]?.what).toContain(`Nothing can be read from ${world.simulator.url}`)
  })
})
