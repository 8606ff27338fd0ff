// Issues read again out of turn end in the catalog just as a resync would leave them.
import { describe, expect, it } from "vitest"
import {
  createSmallWorld,
  everything,
  filledWorld,
  issueWhere,
  mappingOf,
  mirrorOf,
  removeTagValue,
  resources,
  runUntilRight,
} from "../support/small-world.ts"

describe("a refresh of issues", () => {
  it("brings a new issue with its environments, and nothing else", async () => {
    const world = await filledWorld()
    const { id } = world.organization.addIssue("api", { title: "api three", environment: "staging" })
    world.organization.addIssue("api", { title: "api four", environment: "staging" })
    const { outcomes } = await world.refresh([id])
    expect(outcomes.get(id)).toEqual({ ok: true, what: "read again" })
    expect(await world.names("issue")).toContain(id)
    expect(await world.names("issueEnvironment")).toContain(`${id}-staging`)
    expect(await world.names("issue")).not.toContain(world.idOf("api four"))
  })

  it("asks for a hundred issues in one request beside the list of projects", async () => {
    const world = await createSmallWorld({ mapping: mappingOf([resources.project, resources.issue]) })
    await world.run()
    const ids = Array.from(
      { length: 100 },
      (_, index) => world.organization.addIssue("api", { title: `n ${index}` }).id,
    )
    world.simulator.resetCounts()
    await world.refresh(ids)
    const { requests } = world.simulator
    expect(requests.filter(({ query }) => query.includes("group="))).toHaveLength(1)
    expect(requests.length).toBeLessThanOrEqual(3)
    expect(await world.names("issue")).toEqual(expect.arrayContaining(ids))
  })

  it("gives a resolved issue its status and keeps it; a later resync agrees", async () => {
    const world = await filledWorld()
    const id = world.idOf("web one")
    world.organization.resolve(id)
    const { outcomes } = await world.refresh([id])
    expect(outcomes.get(id)?.ok).toBe(true)
    expect((await world.entities("issue"))[id]?.properties.status).toBe("resolved")
    expect((await world.entities("issueEnvironment"))[`${id}-production`]?.properties.status).toBe("resolved")
    await world.run()
    expect(await world.names("issue")).toContain(id)
  })

  it("does not create an issue that the list would not show", async () => {
    const world = await filledWorld()
    const { id } = world.organization.addIssue("api", { title: "over", environment: "production" })
    world.organization.resolve(id)
    await world.refresh([id])
    expect(await world.names("issue")).not.toContain(id)
  })

  it("asks Sentry whether its list has an issue, where the search is of more than a status", async () => {
    const world = await createSmallWorld({
      mapping: mappingOf([resources.project, issueWhere({ issueQuery: "is:unresolved level:fatal" })]),
    })
    const fatal = world.organization.addIssue("api", { title: "fatal", level: "fatal" }).id
    const error = world.organization.addIssue("api", { title: "error", level: "error" }).id
    const { outcomes } = await world.refresh([fatal, error])
    expect([...outcomes.values()].every(({ ok }) => ok)).toBe(true)
    expect(await world.names("issue")).toEqual([fatal])
  })

  it("deletes what Sentry says is gone, with its environments", async () => {
    const world = await filledWorld()
    const id = world.idOf("api two")
    world.organization.deleteIssue(id)
    const { record } = await world.refresh([id])
    expect(record.refusedDeletes).toEqual([])
    expect(await everything(world)).toMatchObject({
      issue: mirrorOf(world).issue,
      issueEnvironment: mirrorOf(world).issueEnvironment,
    })
  })

  it("deletes what is gone, though the run that made it ended before it heard so from Port", async () => {
    const world = await filledWorld()
    const { id } = world.organization.addIssue("api", { title: "short-lived", environment: "production" })
    const cut = new AbortController()
    world.port.intercept = ({ method, path }) => {
      if (method !== "POST" || !/issue\/entities(\/bulk)?$/.test(path)) return undefined
      cut.abort()
      return "lost-answer"
    }
    expect((await world.resync(cut.signal)).status).toBe("aborted")
    await expect.poll(() => world.names("issue")).toContain(id)
    world.port.intercept = undefined
    world.organization.deleteIssue(id)
    await world.refresh([id])
    expect(await world.names("issue")).not.toContain(id)
  })

  it("lets an environment go that the issue lost", async () => {
    const world = await filledWorld()
    const id = world.idOf("api two")
    removeTagValue(world.organization, id, "staging")
    await world.refresh([id])
    expect(await world.names("issueEnvironment")).not.toContain(`${id}-staging`)
    expect(await world.names("issueEnvironment")).toContain(`${id}-production`)
  })

  it("keeps everything where Sentry does not answer, and says so", async () => {
    const world = await filledWorld()
    const before = await everything(world)
    const id = world.idOf("api two")
    world.organization.deleteIssue(id)
    world.simulator.faults.add({ path: /group=|\/issues\/\d+\//, action: { status: 503 } })
    const { outcomes } = await world.refresh([id])
    expect(outcomes.get(id)).toMatchObject({ ok: false })
    expect(await everything(world)).toEqual(before)
    world.simulator.faults.clear()
    await runUntilRight(world)
  })

  it("with comparing sends nothing of issues that are as they were", async () => {
    const world = await filledWorld()
    const ids = [...world.organization.issues.keys()]
    world.writesSince()
    await world.refresh(ids, { compare: true })
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
  })

  it("marks its writes as those of an event, not of a resync", async () => {
    const world = await filledWorld()
    world.port.sent.length = 0
    await world.refresh([world.idOf("api one")])
    const [bulk] = world.port.sentTo("POST", /entities\/bulk/)
    expect(bulk?.query.get("ocean_info_event_type")).toBe("http_request")
    expect(bulk?.query.get("ocean_info_resync_id")).toBeNull()
  })
})
