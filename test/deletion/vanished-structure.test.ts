// Projects, teams and people that are gone, and projects that are only hidden.
import { describe, expect, it } from "vitest"
import {
  createSmallWorld,
  everything,
  mappingOf,
  resources,
  type SmallWorldOptions,
  wanting,
} from "../support/small-world.ts"

describe.each([{ remembers: true }, { remembers: false }])("a project ($remembers)", ({ remembers }) => {
  it("takes along all that was made of it when it was deleted", async () => {
    const world = await loaded({ remembers })
    world.organization.removeProject("web")
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(record.refusedDeletes).toEqual([])
    expect(await world.names("project")).toEqual(["api", "worker"])
    expect(await world.names("environment")).toEqual(["api-production", "api-staging", "worker-production"])
    expect(await world.names("issue")).toHaveLength(3)
    expect(await world.names("issueEnvironment")).toHaveLength(4)
  })

  it("keeps all its entities when the token may not see it any more, and each is named", async () => {
    const world = await loaded({ remembers })
    const before = await everything(world)
    hideProject(world, "web")
    const record = await world.run()
    expect(await everything(world)).toEqual(before)
    const named = record.refusedDeletes.map(({ identifier }) => identifier).sort()
    const issues = [world.idOf("web one"), world.idOf("web two")]
    expect(named).toEqual(
      [
        ...issues,
        `${issues[0]}-production`,
        `${issues[1]}-staging`,
        "web",
        "web-production",
        "web-staging",
      ].sort(),
    )
    for (const { reason } of record.refusedDeletes) expect(reason).toContain("403")

    world.simulator.faults.clear()
    world.simulator.tokens.grant(world.simulator.token)
    const after = await world.run()
    expect(wanting(after)).toEqual([])
    expect(after.refusedDeletes).toEqual([])
    expect(await everything(world)).toEqual(before)
  })

  it("keeps its entities when the list of projects could not be read", async () => {
    const world = await loaded({ remembers })
    const before = await everything(world)
    world.simulator.faults.add({ path: "/organizations/acme/projects/", action: "html" })
    const record = await world.run()
    expect(new Set(record.openSources.map(({ kind }) => kind))).toEqual(
      new Set(["project", "project-tag", "issue", "issue-tag"]),
    )
    expect(await everything(world)).toEqual(before)
    world.simulator.faults.clear()
    world.organization.removeProject("web")
    expect(wanting(await world.run())).toEqual([])
    expect(await world.names("project")).toEqual(["api", "worker"])
  })

  it("gets a new entity when it was renamed, and the old one goes", async () => {
    const world = await loaded({ remembers, mapping: mappingOf([resources.project, resources.environment]) })
    world.organization.renameProject("web", { slug: "shop" })
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(await world.names("project")).toEqual(["api", "shop", "worker"])
    expect(await world.names("environment")).not.toContain("web-staging")
    expect(await world.names("environment")).toContain("shop-staging")
  })
})

describe.each([{ remembers: true }, { remembers: false }])("people ($remembers)", ({ remembers }) => {
  const mapping = mappingOf([resources.user, resources.team])

  it("go when they were removed from the organization", async () => {
    const world = await loaded({ remembers, mapping })
    world.organization.removeMember("bob@acme.example")
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(await world.names("user")).toEqual(["ann@acme.example"])
    expect((await world.entities("team")).frontend?.relations.members).toEqual([])
  })

  it("go as a team when the team was removed", async () => {
    const world = await loaded({ remembers, mapping })
    world.organization.removeTeam("frontend")
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(await world.names("team")).toEqual(["backend"])
    expect(await world.names("user")).toHaveLength(2)
  })

  it("stay when a later page of their list could not be read", async () => {
    const world = await createSmallWorld({ remembers, mapping })
    for (let index = 0; index < 120; index++) {
      world.organization.addMember({ email: `one${index}@acme.example` })
    }
    await world.run()
    expect(await world.names("user")).toHaveLength(122)
    world.organization.removeMember("bob@acme.example")
    world.simulator.faults.add({ path: /\/members\/.*cursor=/, action: { status: 500 } })
    const record = await world.run()
    expect(record.openSources).toMatchObject([{ kind: "user", part: "", outcome: { state: "partial" } }])
    expect(await world.names("user")).toHaveLength(122)
    world.simulator.faults.clear()
    await world.run()
    expect(await world.names("user")).toHaveLength(121)
  })
})

async function loaded(options: SmallWorldOptions) {
  const world = await createSmallWorld(options)
  expect(wanting(await world.run())).toEqual([])
  return world
}

/** Only lists of the token's own projects are left, and this one is not among them. */
function hideProject({ simulator }: Awaited<ReturnType<typeof loaded>>, slug: string): void {
  simulator.tokens.grant(simulator.token, { deniedProjects: [slug] })
  simulator.faults.add({ path: "/organizations/acme/projects/", action: { status: 403, body: {} } })
}
