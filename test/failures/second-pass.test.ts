// Entities that Port does not take at first, since what they relate to is not there yet: with createMissingRelatedEntities
// false they come in the second pass, in the order in which they need each other; those that need each other are told.
import { describe, expect, it } from "vitest"
import {
  blueprint,
  createSmallWorld,
  mappingOf,
  resource,
  resources,
  runUntilRight,
  wanting,
} from "../support/small-world.ts"

const memories = [{ remembers: true }, { remembers: false }]
const strict = { createMissingRelatedEntities: false }

describe.each(memories)("without bare targets ($remembers)", ({ remembers }) => {
  it("all kinds arrive in one run, though those that relate come first in the mapping", async () => {
    const { issueEnvironment, issue, environment, project, team, user } = resources
    const backwards = mappingOf([issueEnvironment, issue, environment, team, project, user], strict)
    const world = await createSmallWorld({ remembers, mapping: backwards })
    await runUntilRight(world)
    expect(world.writesSince().deleted).toBe(0)
    await runUntilRight(world)
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
  })

  it("an entity whose target never comes is refused by name with Port's reason, and the others come", async () => {
    const lost = resource("issue", {
      identifier: ".id",
      title: ".title",
      blueprint: '"issue"',
      properties: { status: ".status" },
      relations: { project: 'if .title == "web one" then "nowhere" else .project.slug end' },
    })
    const world = await createSmallWorld({ remembers, mapping: mappingOf([lost, resources.project], strict) })
    const record = await world.run()
    expect(record.refusedEntities).toMatchObject([
      { blueprint: "issue", identifier: world.idOf("web one"), lost: false },
    ])
    expect(record.refusedEntities[0]?.message).toContain("nowhere")
    expect(await world.names("issue")).toHaveLength(4)
    expect(record.status).toBe("completed")
  })

  it("entities that need each other in a circle are each named, and the others come", async () => {
    const circle = [
      blueprint("project", {}, { other: { target: "partner", required: false, many: false } }),
      blueprint("partner", {}, { other: { target: "project", required: false, many: false } }),
    ]
    const both = (name: string, other: string) =>
      resource("project", {
        identifier: ".slug",
        title: ".name",
        blueprint: `"${name}"`,
        relations: { other: `if .slug == "${other}" then .slug else null end` },
      })
    const world = await createSmallWorld({
      remembers,
      blueprints: circle,
      mapping: mappingOf([both("project", "api"), both("partner", "api")], strict),
    })
    const record = await world.run()
    expect(record.refusedEntities.map((one) => `${one.blueprint} ${one.identifier}`).sort()).toEqual([
      "partner api",
      "project api",
    ])
    expect(record.refusedEntities.every(({ status }) => status === 404 || status === 422)).toBe(true)
    expect(await world.names("project")).toEqual(["web", "worker"])
    expect(await world.names("partner")).toEqual(["web", "worker"])
    expect(wanting(record)).toEqual([])

    // With bare targets the same mapping needs no second pass at all.
    await world.setMapping(mappingOf([both("project", "api"), both("partner", "api")]))
    const loose = await world.run()
    expect(loose.refusedEntities).toEqual([])
    const projects = await world.entities("project")
    const partners = await world.entities("partner")
    expect([projects.api?.relations, partners.api?.relations]).toEqual([{ other: "api" }, { other: "api" }])
  })
})

it("what still lacks when the second pass is over is told, entity by entity", async () => {
  const world = await createSmallWorld({ mapping: mappingOf([resources.issue], strict) })
  const record = await world.run()
  expect(record.refusedEntities).toHaveLength(5)
  expect(await world.names("issue")).toEqual([])
  const reasons = record.refusedEntities.map(({ message }) => message)
  for (const reason of reasons) expect(reason).toMatch(/api|web|worker/)
})
