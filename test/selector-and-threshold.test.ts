// A selector's query that gives something else than true or false, and the share of entities that may go in one run.
import { describe, expect, it } from "vitest"
import {
  changeEverything,
  everything,
  filledWorld,
  issueWhere,
  mappingOf,
  mirrorOf,
  resources,
  runUntilRight,
  wanting,
} from "./support/small-world.ts"

const memories = [{ remembers: true }, { remembers: false }]

describe("a selector's query", () => {
  const queries = ['"true"', "1", "null", ".title", "empty", "[]"].flatMap((query) =>
    memories.map((memory) => [query, memory] as const),
  )
  it.each(queries)(
    "that gives %s fails the run, loads the others, and takes nothing as proof that an issue is gone (%j)",
    async (query, { remembers }) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      changeEverything(world)
      await world.setMapping(mappingOf(Object.values({ ...resources, issue: issueWhere({ query }) })))
      const record = await world.run()
      expect(record.status).toBe("failed")
      expect(wanting(record).join("\n")).toMatch(/issue/)
      const now = await everything(world)
      // What is remembered of an issue can prove it gone without the query; without a memory nothing can.
      const open = mirrorOf(world).issue ?? []
      expect(now.issue).toEqual(before.issue?.filter((id) => !remembers || open.includes(id)))
      const { issue: _kept, project: _targets, ...others } = mirrorOf(world)
      expect(now).toMatchObject(others)
      await world.setMapping(mappingOf())
      await runUntilRight(world)
    },
  )
})

describe("entityDeletionThreshold", () => {
  it.each(memories)("passes at exactly its share, and holds back at one more (%j)", async ({ remembers }) => {
    const mapping = mappingOf([resources.project], { entityDeletionThreshold: 0.5 })
    const world = await filledWorld({ remembers })
    for (let number = 1; number <= 7; number++) world.organization.addProject({ slug: `more-${number}` })
    await world.run()
    await world.setMapping(mapping)
    expect(await world.names("project")).toHaveLength(10)

    for (const number of [1, 2, 3, 4, 5]) world.organization.removeProject(`more-${number}`)
    const edge = await world.run()
    expect(edge.refusedDeletes.filter(({ blueprint }) => blueprint === "project")).toEqual([])
    expect(await world.names("project")).toEqual(["api", "more-6", "more-7", "web", "worker"])

    for (const slug of ["more-6", "more-7", "web"]) world.organization.removeProject(slug)
    const beyond = await world.run()
    expect(beyond.refusedDeletes.filter(({ blueprint }) => blueprint === "project")).toHaveLength(3)
    expect(await world.names("project")).toHaveLength(5)
  })
})
