import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

const sizes = { calculationBy: "property", property: "size", func: "sum", measureTimeBy: "due" }

describe.each(engines)("parts of a blueprint under another name, on %s", (engine) => {
  let catalog: RunningCatalog

  beforeEach(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
    const properties = { size: { type: "number" }, due: { type: "string" }, flag: { type: "boolean" } }
    await must("/v1/blueprints", {
      identifier: "task",
      title: "Task",
      schema: { properties, required: ["size"] },
      relations: { parent: { target: "task" }, others: { target: "task", many: true } },
      mirrorProperties: { parentSize: { path: "parent.size" }, grandSize: { path: "parent.parent.size" } },
      ownership: { type: "Inherited", path: "parent.parent" },
    })
    await must("/v1/blueprints", {
      identifier: "board",
      title: "Board",
      schema: { properties: { size: { type: "number" } } },
      relations: { parent: { target: "task" } },
      mirrorProperties: {
        size_: { path: "parent.size" },
        far: { path: "parent.parent.size" },
        mirrored: { path: "parent.parentSize" },
      },
      aggregationProperties: {
        sum: {
          title: "Sum",
          target: "task",
          calculationSpec: sizes,
          pathFilter: [{ path: ["parent", { relation: "parent", maxHops: 2 }] }],
        },
      },
    })
    await must("/v1/blueprints/task/entities", { identifier: "a", properties: { size: 3, flag: true } })
    await must("/v1/blueprints/task/entities", {
      identifier: "b",
      properties: { size: 4, due: "x" },
      relations: { parent: "a", others: ["b", "a"] },
    })
  })
  afterEach(() => catalog.close())

  async function must(path: string, body: unknown): Promise<void> {
    const answer = await catalog.request("POST", path, body)
    if (answer.status > 201) throw new Error(JSON.stringify(answer.body))
  }
  const rename = (path: string, body: unknown) =>
    catalog.request("PATCH", `/v1/blueprints/${path}/rename`, body)
  const entity = async (identifier: string) =>
    at((await catalog.request("GET", `/v1/blueprints/task/entities/${identifier}`)).body, "entity")
  const blueprint = async (identifier: string) =>
    at((await catalog.request("GET", `/v1/blueprints/${identifier}`)).body, "blueprint")

  it("a property keeps its place, whether it is required and its values; mirrors and aggregations follow", async () => {
    const renamed = await rename("task/properties/size", { newPropertyName: "points" })
    expect(renamed).toMatchObject({ status: 200, body: { ok: true, blueprint: { identifier: "task" } } })
    const task = await blueprint("task")
    expect(Object.keys(at(task, "schema.properties") as object)).toEqual(["points", "due", "flag"])
    expect(task).toMatchObject({
      schema: { required: ["points"] },
      mirrorProperties: {
        parentSize: { path: "parent.points" },
        grandSize: { path: "parent.parent.points" },
      },
    })
    const board = await blueprint("board")
    expect(board).toMatchObject({
      schema: { properties: { size: { type: "number" } } },
      mirrorProperties: { size_: { path: "parent.points" }, far: { path: "parent.parent.points" } },
    })
    expect(at(board, "aggregationProperties.sum.calculationSpec")).toEqual({ ...sizes, property: "points" })
    expect(at(await entity("a"), "properties")).toMatchObject({ points: 3, flag: true, due: null })
    expect(at(await entity("b"), "properties")).toMatchObject({ points: 4, parentSize: 3 })
    await rename("task/properties/flag", { newPropertyName: "isOn" })
    expect(at(await entity("a"), "properties")).toMatchObject({ points: 3, isOn: true })
  })

  it("a relation keeps its targets in their order; paths of all blueprints follow", async () => {
    expect(await rename("task/relations/parent", { newRelationIdentifier: "above" })).toMatchObject({
      status: 200,
    })
    await rename("task/relations/others", { newRelationIdentifier: "friends" })
    expect(await blueprint("task")).toMatchObject({
      mirrorProperties: { parentSize: { path: "above.size" }, grandSize: { path: "above.above.size" } },
      ownership: { path: "above.above" },
    })
    expect(await blueprint("board")).toMatchObject({
      relations: { parent: { target: "task" } },
      mirrorProperties: { size_: { path: "parent.size" }, far: { path: "parent.above.size" } },
      aggregationProperties: {
        sum: { pathFilter: [{ path: ["parent", { relation: "above", maxHops: 2 }] }] },
      },
    })
    expect(await entity("b")).toMatchObject({
      relations: { above: "a", friends: ["b", "a"] },
      properties: { parentSize: 3 },
    })
  })

  it("a mirror is followed by the mirrors of it", async () => {
    await rename("task/mirror/parentSize", { newMirrorName: "above" })
    expect(Object.keys(at(await blueprint("task"), "mirrorProperties") as object)).toEqual([
      "above",
      "grandSize",
    ])
    expect(at(await blueprint("board"), "mirrorProperties.mirrored.path")).toBe("parent.above")
    expect(at(await entity("b"), "properties.above")).toBe(3)
  })

  it("are refused where the part is unknown, the name is taken or none, or the part is Port's", async () => {
    const wrong: [string, unknown, number, string][] = [
      ["task/properties/ghost", { newPropertyName: "x" }, 404, "not_found"],
      ["ghost/properties/size", { newPropertyName: "x" }, 404, "not_found"],
      ["task/relations/ghost", { newRelationIdentifier: "x" }, 404, "not_found"],
      ["task/properties/size", { newPropertyName: "due" }, 409, "identifier_taken"],
      ["task/properties/size", { newPropertyName: "parentSize" }, 409, "identifier_taken"],
      ["task/properties/size", { newPropertyName: "a.b" }, 422, "invalid_request"],
      ["task/properties/size", {}, 422, "invalid_request"],
      ["_user/properties/status", { newPropertyName: "state" }, 422, "protected_blueprint_violation"],
    ]
    for (const [path, body, status, error] of wrong) {
      expect(await rename(path, body)).toMatchObject({ status, body: { ok: false, error } })
    }
    expect(at(await entity("a"), "properties.size")).toBe(3)
  })
})
