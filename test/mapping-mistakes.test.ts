// A mapping that is wrong in one resource: the others run, and nothing that the wrong one made is deleted.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../src/common/json.ts"
import {
  everything,
  filledWorld,
  mappingOf,
  mirrorOf,
  resource,
  resources,
  runUntilRight,
  type SmallWorld,
  wanting,
} from "./support/small-world.ts"

const right = { identifier: ".id", title: ".title", blueprint: '"issue"', properties: { status: ".status" } }
const mappings = "resources[4].port.entity.mappings"

/** Each is the issue resource with one mistake. */
const mistakes: { name: string; wrong: JsonObject; where: string; what: string }[] = [
  {
    name: "an identifier that does not compile",
    wrong: resource("issue", { ...right, identifier: ".id |" }),
    where: `${mappings}.identifier`,
    what: "jq: syntax error",
  },
  {
    name: "a property that does not compile",
    wrong: resource("issue", { ...right, properties: { status: "test('x')" } }),
    where: `${mappings}.properties.status`,
    what: "jq: ",
  },
  {
    name: "a query that does not compile",
    wrong: resource("issue", right, { selector: { query: ".status ==" } }),
    where: "resources[4].selector.query",
    what: "jq: ",
  },
  {
    name: "itemsToParse that does not compile",
    wrong: resource("issue", right, { port: { itemsToParse: "[" } }),
    where: "resources[4].port.itemsToParse",
    what: "jq: ",
  },
  {
    name: "a function that jq does not have",
    wrong: resource("issue", { ...right, title: ".title | shorten(9)" }),
    where: `${mappings}.title`,
    what: "jq: shorten/1 is not defined",
  },
  {
    name: "a property that is a list",
    wrong: resource("issue", { ...right, properties: { status: [".status"] } }),
    where: `${mappings}.properties.status`,
    what: "expected a jq expression (text), not a list",
  },
  {
    name: "no query",
    wrong: { ...resource("issue", right), selector: {} },
    where: "resources[4].selector.query",
    what: "required: a jq expression",
  },
  {
    name: "a kind that does not exist",
    wrong: resource("isue", right),
    where: "resources[4].kind",
    what: 'unknown kind "isue" (did you mean "issue"?)',
  },
  {
    name: "a selector key of the wrong type",
    wrong: resource("issue", right, { selector: { tag: null } }),
    where: "resources[4].selector.tag",
    what: "expected the key of a tag",
  },
  {
    name: "enableDelete in quotes",
    wrong: resource("issue", right, { resource: { enableDelete: "false" } }),
    where: "resources[4].enableDelete",
    what: "expected true or false",
  },
  {
    name: "an operator that Port does not know",
    wrong: resource("issue", {
      ...right,
      relations: {
        project: {
          combinator: '"and"',
          rules: [{ property: '"$identifier"', operator: '"is"', value: ".project.slug" }],
        },
      },
    }),
    where: `${mappings}.relations.project.rules[0].operator`,
    what: 'unknown operator "is"',
  },
]

/** The mapping of all six kinds, with this one in the place of the issues'. */
function withIssues(wrong: JsonObject): JsonObject {
  return mappingOf(Object.values(resources).map((one) => (one === resources.issue ? wrong : one)))
}

/** Something goes that the wrong resource made, something that others made, and something comes. */
function changeSentry(world: SmallWorld): string {
  const gone = world.idOf("web one")
  world.organization.deleteIssue(gone)
  world.organization.removeMember("bob@acme.example")
  world.organization.addProject({ slug: "new" })
  return gone
}

describe("a mapping with", () => {
  it.each(mistakes)("$name runs the others, deletes none of the issues, and says where", async (mistake) => {
    const world = await filledWorld()
    await world.setMapping(withIssues(mistake.wrong))
    const gone = changeSentry(world)

    const record = await world.run()

    expect(record.status).toBe("failed")
    expect(wanting(record)).toEqual([expect.stringContaining(`mapping ${mistake.where}: ${mistake.what}`)])
    const now = mirrorOf(world)
    const kept = [...(now.issue ?? []), gone].sort()
    expect(await everything(world)).toEqual({ ...now, issue: kept })

    await world.setMapping(mappingOf())
    await runUntilRight(world)
  })

  it.each([
    { name: "is an expression", blueprint: ".kind" },
    { name: "does not compile", blueprint: '"iss' },
  ])("a wrong resource whose blueprint $name deletes nothing at all, and loads the rest", async (one) => {
    const world = await filledWorld()
    const before = await everything(world)
    await world.setMapping(
      withIssues(resource("issue", { ...right, title: ".title |", blueprint: one.blueprint })),
    )
    changeSentry(world)

    const record = await world.run()

    expect(record.status).toBe("failed")
    expect(await everything(world)).toEqual({ ...before, project: [...(before.project ?? []), "new"].sort() })
    expect(record.refusedDeletes.length).toBeGreaterThan(0)
    expect(record.refusedDeletes[0]?.reason).toContain("resources[4] of the mapping is broken")

    await world.setMapping(mappingOf())
    await runUntilRight(world)
  })

  it("two mistakes in one resource and one in another tells all three, each once", async () => {
    const world = await filledWorld()
    const user = resource("user", { identifier: ".email", blueprint: '"user"', title: 5, icon: [] })
    const issue = resource("issue", { ...right, identifier: ".id |", properties: { status: null } })
    await world.setMapping(mappingOf([user, resources.team, resources.project, resources.environment, issue]))

    expect(wanting(await world.run())).toEqual([
      expect.stringContaining("mapping resources[0].port.entity.mappings.icon: expected"),
      expect.stringContaining("mapping resources[4].port.entity.mappings.properties.status: expected"),
      expect.stringContaining("mapping resources[4].port.entity.mappings.identifier: jq: "),
    ])
  })

  it("something wrong at its top runs nothing and deletes nothing", async () => {
    const world = await filledWorld()
    const before = await everything(world)
    await world.setMapping(mappingOf(undefined, { entityDeletionThreshold: 90 }))
    changeSentry(world)

    const record = await world.run()

    expect(wanting(record)).toEqual([
      "mapping entityDeletionThreshold: expected a number from 0 to 1, not 90",
    ])
    expect(await everything(world)).toEqual(before)
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
  })

  it("keys that nobody reads runs, and names them with the one that was meant", async () => {
    const world = await filledWorld()
    await world.setMapping(
      withIssues(
        resource("issue", right, { selector: { include_archived: false, includeMembers: true, note: 1 } }),
      ),
    )

    const record = await world.run()

    expect(record).toMatchObject({ status: "completed", failures: [] })
    expect(record.notes.filter((note) => note.startsWith("mapping"))).toEqual([
      'mapping resources[4].selector.include_archived: unknown key, ignored (did you mean "includeArchived"?)',
      "mapping resources[4].selector.includeMembers: unknown key, ignored (it belongs to team)",
      "mapping resources[4].selector.note: unknown key, ignored",
    ])
  })
})
