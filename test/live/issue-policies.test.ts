// What an event may make and delete: the policies of a resync, by the way of an event.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { issueBody, type LiveWorld, useLiveEvents } from "../support/live.ts"
import { filledWorld, issueWhere, mappingOf, resources, type SmallWorld } from "../support/small-world.ts"

async function afterEvent(live: LiveWorld, action: string, id: string, more: JsonObject = {}): Promise<void> {
  expect((await live.deliver("issue", issueBody(action, id, more))).status).toBe(200)
  await live.settled()
}

function mappedWith(selector: JsonObject): JsonObject {
  return mappingOf([
    ...Object.values(resources).filter(({ kind }) => kind !== "issue" && kind !== "issue-tag"),
    issueWhere(selector),
    { ...resources.issueEnvironment, selector: { query: "true", ...selector } },
  ])
}

const namesOf = (world: SmallWorld) =>
  Promise.all(["issue", "issueEnvironment"].map((one) => world.names(one)))

describe("taking an issue out of the archive", () => {
  it.each([true, false])(
    "comes as `ignored` with the status unresolved, and deletes nothing: includeArchived %s",
    async (includeArchived) => {
      const world = await filledWorld({ mapping: mappedWith({ includeArchived }) })
      const live = await useLiveEvents(world)
      const id = world.idOf("web one")
      const before = await namesOf(world)
      world.organization.archive(id)
      await afterEvent(live, "ignored", id, { status: "ignored" })
      if (includeArchived) expect((await world.entities("issue"))[id]?.properties.status).toBe("ignored")
      else expect(await world.names("issue")).not.toContain(id)

      world.organization.unresolve(id)
      await afterEvent(live, "ignored", id, { status: "unresolved" })
      expect((await world.entities("issue"))[id]?.properties.status).toBe("unresolved")
      expect(await namesOf(world)).toEqual(before)
    },
  )
})

describe("an issue that may not pass any more", () => {
  it("is deleted by the event of its archiving where archived ones are not wanted, with its environments", async () => {
    const world = await filledWorld({ mapping: mappedWith({ includeArchived: false }) })
    const live = await useLiveEvents(world)
    const id = world.idOf("api two")
    world.organization.archive(id)
    await afterEvent(live, "archived", id)
    const [issues, environments] = await namesOf(world)
    expect(issues).not.toContain(id)
    expect(issues).toHaveLength(4)
    expect(environments?.filter((name) => name.startsWith(id))).toEqual([])
  })

  it("is deleted where the selector's query lets it pass no longer, and comes back when it does", async () => {
    const world = await filledWorld({
      mapping: mappedWith({ query: '.assignedTo.email != "bob@acme.example"' }),
    })
    const live = await useLiveEvents(world)
    const id = world.idOf("web one")
    const before = await namesOf(world)
    world.organization.assign(id, { user: "bob@acme.example" })
    await afterEvent(live, "assigned", id)
    expect(await world.names("issue")).not.toContain(id)
    expect(await world.names("issue")).toHaveLength(4)
    world.organization.assign(id, { user: "ann@acme.example" })
    await afterEvent(live, "unresolved", id)
    expect(await namesOf(world)).toEqual(before)
  })
})

describe("an issue outside of issueQuery", () => {
  it("that was never seen is not made by an event, one that is in the catalog stays with its new status", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const { id } = world.organization.addIssue("api", { title: "new", environment: "production" })
    world.organization.resolve(id)
    await afterEvent(live, "resolved", id)
    expect(await world.names("issue")).not.toContain(id)
    const known = world.idOf("api one")
    world.organization.resolve(known)
    await afterEvent(live, "resolved", known)
    expect((await world.entities("issue"))[known]?.properties.status).toBe("resolved")
    world.organization.unresolve(id)
    await afterEvent(live, "unresolved", id)
    expect(await world.names("issue")).toContain(id)
  })
})
