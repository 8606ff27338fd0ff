import { describe, expect, it } from "vitest"
import type { JsonObject, JsonValue } from "../common/json.ts"
import type { MappedBatch, NullField } from "../mapping/map-batch.ts"
import type { Resource } from "../port/app-config.ts"
import { createRunNotes } from "./run-notes.ts"

function resource(index: number, kind: string): Resource {
  return {
    index,
    kind,
    enableDelete: true,
    query: "true",
    selector: {},
    itemsToParse: undefined,
    itemsToParseName: "item",
    itemsToParseTopLevelTransform: true,
    mapping: { identifier: ".id", blueprint: '"b"', properties: {}, relations: {} },
  }
}

function batchOf(entities: number, nulls: NullField[], failures: MappedBatch["failures"] = []): MappedBatch {
  const entity = { identifier: "x", blueprint: "b" }
  return {
    entities: Array.from({ length: entities }, (_, index) => ({ entity, index })),
    filteredOut: [],
    empty: [],
    failures,
    nulls,
  }
}

const made = (identifier: JsonValue, id: string, more: { part?: string; properties?: JsonObject } = {}) => ({
  entity: { identifier, blueprint: "service", ...(more.properties ? { properties: more.properties } : {}) },
  origin: { part: more.part ?? "", id },
})
const issues = resource(3, "issue")

describe("nulls", () => {
  it("are told once per run, those that are never anything else in lines of their own", () => {
    const notes = createRunNotes()
    const unassigned = { path: "relations.assignedTo", expression: ".assignedTo.email" }
    const unknown = { path: "properties.level", expression: ".level" }
    const typo = { path: "properties.link", expression: ".permalnk" }
    const failing = { path: "properties.seen", expression: ".seen | todate" }
    for (const first of [1, 11]) {
      const example = String(first)
      notes.add(
        issues,
        batchOf(10, [
          { ...unassigned, count: 4, of: 10, example },
          { ...unknown, count: 1, of: 10, example },
          { ...typo, count: 10, of: 10, example },
          { ...failing, count: 2, of: 10, example, error: "strftime/1 requires parsed datetime inputs" },
        ]),
      )
    }

    expect(notes.sentences()).toEqual([
      "resources[3] (issue): properties.link (.permalnk) always null (20), for example 1",
      "resources[3] (issue): properties.seen (.seen | todate) null in 4 of 20, for example 1: strftime/1 requires parsed datetime inputs",
    ])
    expect(notes.partialNulls()).toEqual([
      "resources[3] (issue): relations.assignedTo (.assignedTo.email) null in 8 of 20, for example 1; " +
        "properties.level (.level) null in 2 of 20, for example 1",
    ])
  })

  it("that there are none of are no news", () => {
    const notes = createRunNotes()
    notes.add(issues, batchOf(10, []))
    expect([...notes.sentences(), ...notes.partialNulls()]).toEqual([])
  })
})

describe("objects that could not be mapped", () => {
  it("are counted by reason, with the id of one", () => {
    const notes = createRunNotes()
    const reason = "identifier (.slug) gave null"
    notes.add(
      issues,
      batchOf(
        0,
        [],
        [
          { index: 0, reason },
          { index: 1, reason },
        ],
      ),
      (index) => ["4711", "4712"][index],
    )
    expect(notes.sentences()).toEqual([
      "resources[3] (issue): 2 not mapped, for example issue 4711: identifier (.slug) gave null",
    ])
  })
})

describe("entities that are made more than once", () => {
  const users = resource(0, "user")

  it("of different objects are counted, with both sources of one", () => {
    const notes = createRunNotes()
    notes.made(users, [made("ann", "1"), made("bob", "2"), made("ann", "3")])
    notes.made(users, [made("ann", "4"), made("bob", "5"), made("carl", "6")])
    expect(notes.sentences()).toEqual([
      'service: 2 entities are made more than once, and the last one counts: "ann" of user 1 (resources[0]) and of user 3 (resources[0])',
    ])
  })

  it("of two kinds are one", () => {
    const notes = createRunNotes()
    notes.made(users, [made("web", "1")])
    notes.made(resource(2, "team"), [made("web", "1")])
    expect(notes.sentences()).toEqual([
      'service: 1 entity is made more than once, and the last one counts: "web" of user 1 (resources[0]) and of team 1 (resources[2])',
    ])
  })

  it("of one object by two resources are joined on purpose", () => {
    const notes = createRunNotes()
    const [left, right] = [
      { part: "web", properties: { a: 1 } },
      { part: "web", properties: { b: 2 } },
    ]
    notes.made(issues, [made("7", "7", left)])
    notes.made(resource(4, "issue-tag"), [made("7", "7", right)])
    notes.made(resource(5, "project"), [made("web", "web")])
    notes.made(resource(6, "project-tag"), [made("web", "123", { part: "web" })])
    expect(notes.sentences()).toEqual([])
  })

  it("of several items of one object count only where they differ", () => {
    const same = createRunNotes()
    same.made(issues, [made("7", "7", { part: "web" }), made("7", "7", { part: "web" })])
    expect(same.sentences()).toEqual([])

    const differing = createRunNotes()
    const item = (name: string) => made("7", "7", { part: "web", properties: { name } })
    differing.made(issues, [item("production"), item("staging")])
    expect(differing.sentences()).toEqual([
      'service: 1 entity is made more than once, and the last one counts: "7" of several items of issue 7 of web (resources[3])',
    ])
  })

  it("by a search are nobody's to know but Port's", () => {
    const notes = createRunNotes()
    const search = { combinator: "and", rules: [] }
    notes.made(users, [made(search, "1"), made(search, "2")])
    expect(notes.sentences()).toEqual([])
  })
})
