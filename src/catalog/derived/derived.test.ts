import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

const day = 86_400_000
const start = Date.parse("2026-01-01T00:00:00.000Z")
const count = { calculationBy: "entities", func: "count" }
const ofSize = (func: string, more: object = {}) => ({
  title: func,
  target: "task",
  calculationSpec: { calculationBy: "property", property: "size", func, ...more },
})

const team = {
  identifier: "squad",
  title: "Squad",
  ownership: { type: "Direct" },
  schema: { properties: { slack: { type: "string" }, level: { type: "number" } } },
}
const project = {
  identifier: "project",
  title: "Project",
  ownership: { type: "Inherited", path: "squad" },
  schema: { properties: { language: { type: "string" } } },
  relations: {
    squad: { target: "squad" },
    parent: { target: "project" },
    helpers: { target: "squad", many: true },
  },
  mirrorProperties: {
    slack: { path: "squad.slack" },
    squadName: { path: "squad.$title" },
    helperSlacks: { path: "helpers.slack" },
    parentSlack: { path: "parent.squad.slack" },
    parentMirror: { path: "parent.slack" },
    parentUrl: { path: "parent.url" },
    parentTeams: { path: "parent.squad.$team" },
    parentBlueprint: { path: "parent.$blueprint" },
  },
  calculationProperties: {
    url: { calculation: "'https://x/' + .identifier", type: "string" },
    loud: { calculation: ".properties.slack | ascii_upcase", type: "string" },
    other: { calculation: ".properties.url", type: "string" },
    broken: { calculation: ".properties.language | tonumber", type: "number" },
    noJq: { calculation: "squad.$identifier", type: "string" },
    nothing: { calculation: "empty", type: "string" },
    secrets: { calculation: "env | length", type: "number" },
    tasksTwice: { calculation: ".properties.tasks * 2", type: "number" },
  },
  aggregationProperties: {
    tasks: { title: "Tasks", target: "task", calculationSpec: count },
    done: {
      title: "Done",
      target: "task",
      calculationSpec: count,
      query: { combinator: "and", rules: [{ property: "state", operator: "=", value: "done" }] },
    },
    ofParent: {
      title: "P",
      target: "squad",
      calculationSpec: count,
      pathFilter: [{ path: ["parent", "squad"] }],
    },
    direct: {
      title: "D",
      target: "task",
      calculationSpec: count,
      pathFilter: [{ path: ["project"], fromBlueprint: "task" }],
    },
    perDay: {
      title: "Per day",
      target: "task",
      calculationSpec: { calculationBy: "entities", func: "average", averageOf: "day" },
    },
    sizePerWeek: ofSize("average", { averageOf: "week", measureTimeBy: "openedAt" }),
    sum: ofSize("sum"),
    min: ofSize("min"),
    max: ofSize("max"),
    median: ofSize("median"),
    mean: ofSize("average", { averageOf: "total" }),
  },
}
const task = {
  identifier: "task",
  title: "Task",
  schema: {
    properties: {
      size: { type: "number" },
      state: { type: "string" },
      openedAt: { type: "string", format: "date-time" },
    },
  },
  relations: { project: { target: "project" } },
}

describe.each(engines)("values that are not stored, on %s", (engine) => {
  let catalog: RunningCatalog
  let now = start

  beforeAll(async () => {
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
    await put("_team", { identifier: "core" })
    const bare = { ...project, aggregationProperties: {} }
    for (const blueprint of [team, bare, task]) await must("/v1/blueprints", blueprint)
    await catalog.request("PUT", "/v1/blueprints/project", project)
    await put("squad", {
      identifier: "a",
      title: "Squad A",
      team: "core",
      properties: { slack: "#a", level: 1 },
    })
    await put("squad", { identifier: "b", team: [], properties: { slack: "#b" } })
    await put("squad", { identifier: "c" })
    const root = { identifier: "root", properties: { language: "go" } }
    await put("project", { ...root, relations: { squad: "a", helpers: ["b", "c", "a"] } })
    await put("project", { identifier: "leaf", relations: { parent: "root" } })
    const openedAt = new Date(start - 13 * day).toISOString()
    for (const [index, size] of [5, 1, 3, 10].entries()) {
      const properties = { size, state: index === 0 ? "done" : "open", openedAt }
      await put("task", { identifier: `t${index}`, properties, relations: { project: "root" } })
    }
    await put("task", { identifier: "sizeless", relations: { project: "leaf" } })
    now += day
  })
  afterAll(() => catalog.close())

  async function must(path: string, body: unknown): Promise<unknown> {
    const answer = await catalog.request("POST", path, body)
    if (answer.status > 201) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  const put = (blueprint: string, body: object) =>
    must(`/v1/blueprints/${blueprint}/entities?upsert=true`, body)
  async function read(identifier: string, query = ""): Promise<unknown> {
    const { body } = await catalog.request("GET", `/v1/blueprints/project/entities/${identifier}${query}`)
    return at(body, "entity")
  }

  it("a mirror shows what is at the end of its path, a list over a many relation, null where the path ends early", async () => {
    expect(at(await read("root"), "properties")).toMatchObject({
      slack: "#a",
      squadName: "Squad A",
      helperSlacks: ["#b", "#a"],
      parentSlack: null,
      parentMirror: null,
    })
    expect(at(await read("leaf"), "properties")).toMatchObject({
      slack: null,
      squadName: null,
      helperSlacks: [],
      parentSlack: "#a",
      parentTeams: ["core"],
      parentBlueprint: "project",
    })
  })

  it("a mirror shows calculated values of its target too", async () => {
    expect(at(await read("leaf"), "properties")).toMatchObject({
      parentMirror: "#a",
      parentUrl: "https://x/root",
    })
  })

  it("a calculation sees the entity and its mirrors, not other calculations or the environment; errors are null", async () => {
    expect(at(await read("root"), "properties")).toMatchObject({
      url: "https://x/root",
      loud: "#A",
      other: null,
      broken: null,
      noJq: null,
      nothing: null,
      secrets: 0,
      tasksTwice: 10,
    })
  })

  it("an aggregation counts what is related, filtered by its query and its path", async () => {
    expect(at(await read("root"), "properties")).toMatchObject({ tasks: 5, done: 1, ofParent: 0, direct: 4 })
    expect(at(await read("leaf"), "properties")).toMatchObject({ tasks: 1, done: 0, ofParent: 1, direct: 1 })
  })

  it("an aggregation has sum, least, greatest, median and averages; null without a number", async () => {
    expect(at(await read("root"), "properties")).toMatchObject({
      sum: 19,
      min: 1,
      max: 10,
      median: 4,
      mean: 4.75,
      perDay: 5,
      sizePerWeek: 9.5,
    })
    expect(at(await read("leaf"), "properties")).toMatchObject({
      sum: null,
      median: null,
      mean: null,
      perDay: 1,
    })
    await put("project", { identifier: "alone" })
    expect(at(await read("alone"), "properties")).toMatchObject({ tasks: 0, perDay: null, max: null })
  })

  it("inherited teams are those at the end of the path, and cannot be set", async () => {
    expect(at(await read("root"), "team")).toEqual(["core"])
    expect(at(await read("leaf"), "team")).toEqual([])
    const refused = await catalog.request("POST", "/v1/blueprints/project/entities", { team: "core" })
    expect(refused).toMatchObject({ status: 422, body: { error: "team_inheritance_enabled" } })
  })

  it("are left out on request, and only made where they are asked for", async () => {
    expect(at(await read("root", "?exclude_calculated_properties=true"), "properties")).toEqual({
      language: "go",
    })
    expect(await read("root", "?include=properties.slack,properties.sum")).toEqual({
      properties: { slack: "#a", sum: 19 },
    })
    expect(at(await read("root", "?exclude=properties.slack"), "properties")).not.toHaveProperty("slack")
    const titled = await read("root", "?attach_identifier_to_title_mirror_properties=true")
    expect(at(titled, "properties.squadName")).toEqual({ identifier: "a", title: "Squad A" })
  })

  it("stand in lists, in both searches and in the answer to a write", async () => {
    const listed = await catalog.request("GET", "/v1/blueprints/project/entities")
    expect(at(listed.body, "entities.0.properties")).toMatchObject({ slack: "#a", sum: 19, loud: "#A" })
    const query = { combinator: "and", rules: [{ property: "$identifier", operator: "=", value: "root" }] }
    const found = await catalog.request("POST", "/v1/entities/search?include=properties.slack", query)
    expect(at(found.body, "entities")).toEqual([{ properties: { slack: "#a" } }])
    const body = { query, include: ["slack", "loud", "$team"] }
    const paged = await catalog.request("POST", "/v1/blueprints/project/entities/search", body)
    expect(at(paged.body, "entities")).toEqual([{ team: ["core"], properties: { slack: "#a", loud: "#A" } }])
    const written = await catalog.request("POST", "/v1/blueprints/project/entities", {
      identifier: "fresh",
      relations: { squad: "b" },
    })
    expect(at(written.body, "entity.properties")).toMatchObject({
      slack: "#b",
      loud: "#B",
      url: "https://x/fresh",
    })
    const checked = await catalog.request("POST", "/v1/blueprints/project/entities?validation_only=true", {
      identifier: "never",
      relations: { squad: "b" },
    })
    expect(at(checked.body, "entity.properties")).toMatchObject({ slack: "#b", loud: "#B" })
  })

  it("an aggregation whose query or path is none is refused with the blueprint", async () => {
    for (const wrong of [{ query: { rules: [] } }, { pathFilter: [{ path: [] }] }]) {
      const { status, body } = await catalog.request("PATCH", "/v1/blueprints/project", {
        aggregationProperties: { tasks: { title: "T", target: "task", calculationSpec: count, ...wrong } },
      })
      expect({ status, error: at(body, "error") }).toEqual({ status: 422, error: "invalid_request" })
      expect(at(body, "message")).toContain('"aggregationProperties.tasks')
    }
  })
})
