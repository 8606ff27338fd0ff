// What the entities' table keeps in its address, and what it saves.
import { describe, expect, it } from "vitest"
import { parseQuery } from "../../src/catalog/search/query.ts"
import type { Blueprint } from "../../web/api/blueprints.ts"
import type { Entity } from "../../web/api/entities.ts"
import { timeAgo } from "../../web/components/time-words.ts"
import { columnsOf } from "../../web/entities/columns.ts"
import { toCsv } from "../../web/entities/csv.ts"
import { fieldChanges } from "../../web/entity/field-changes.ts"
import { operatorsFor, periods, ruleText } from "../../web/filters/operators.ts"
import { queryOf, readRules, writeRules } from "../../web/filters/query-text.ts"

const blueprint: Blueprint = {
  identifier: "issue",
  title: "Issue",
  schema: {
    properties: {
      status: { type: "string", title: "Status", enum: ["open", "closed"] },
      events: { type: "number", title: "Events" },
      seen: { type: "string", format: "date-time", title: "Seen" },
      tags: { type: "array", title: "Tags" },
      isOpen: { type: "boolean", title: "Is open" },
      link: { type: "string", format: "url", title: "Link" },
      raw: { type: "object", title: "Raw" },
    },
    required: [],
  },
  relations: { project: { target: "project", many: false, required: false, title: "Project" } },
}
const columns = columnsOf(blueprint)

describe("the filters", () => {
  it("come out of an address as they went in, and leave out what is none", () => {
    const rules = [
      { property: "status", operator: "in", value: ["open"] },
      { relation: "project", operator: "=", value: "a" },
    ]
    expect(readRules(writeRules({ combinator: "or", rules }))).toEqual({ combinator: "or", rules })
    for (const text of ["", "{", "5", '{"rules":5}', '{"rules":[1,{"operator":5},{"operator":"="}]}']) {
      expect(readRules(text).rules, text).toEqual([])
    }
  })

  it("are asked together with the searched text, whichever way they go together", () => {
    const rules = [{ property: "events", operator: ">", value: 3 }]
    expect(queryOf({ text: " ", combinator: "and", rules: [] })).toBeUndefined()
    expect(queryOf({ text: "", combinator: "and", rules })).toEqual({ combinator: "and", rules })
    expect(queryOf({ text: "a", combinator: "or", rules })?.rules).toHaveLength(2)
  })

  it("offer for every column only what the catalog takes", () => {
    const values = {
      none: undefined,
      text: "a",
      number: 1,
      choice: "open",
      choices: ["open"],
      "yes-no": true,
      period: { preset: "lastWeek" },
    }
    for (const column of columns) {
      for (const { operator, takes } of operatorsFor(column)) {
        const subject = column.kind === "relation" ? { relation: column.id } : { property: column.id }
        const rule = { ...subject, operator, ...(takes === "none" ? {} : { value: values[takes] }) }
        const parsed = parseQuery({ combinator: "and", rules: [rule] }, { root: "query", relations: true })
        expect(parsed.ok, JSON.stringify(rule)).toBe(true)
      }
    }
    for (const { value } of periods) {
      const rules = [{ property: "seen", operator: "between", value: { preset: value } }]
      expect(parseQuery({ combinator: "and", rules }, { root: "query" }).ok, value).toBe(true)
    }
  })

  it("are told in words", () => {
    expect(ruleText({ property: "status", operator: "in", value: ["open", "closed"] }, columns)).toBe(
      "Status is one of open, closed",
    )
    expect(ruleText({ property: "seen", operator: "between", value: { preset: "lastWeek" } }, columns)).toBe(
      "Seen is within the last week",
    )
    expect(ruleText({ relation: "project", operator: "isEmpty" }, columns)).toBe("Project is empty")
    expect(ruleText({ property: "gone", operator: "~", value: 1 }, columns)).toBe("gone ~ 1")
  })
})

describe("saved as CSV", () => {
  const entity: Entity = {
    identifier: "1",
    title: '=cmd|"x"',
    icon: null,
    blueprint: "issue",
    team: [],
    properties: { status: "open", events: -5, tags: ["a", "b"], raw: { a: 1 }, link: null },
    relations: { project: { identifier: "web", title: "Web" } },
    createdAt: "2026-01-01T00:00:00Z",
    createdBy: "a",
    updatedAt: "2026-01-02T00:00:00Z",
    updatedBy: "a",
  }

  it("no value is a formula for a spreadsheet, and commas and quotes stay what they are", () => {
    const shown = columns.filter(({ id }) =>
      ["$title", "events", "tags", "raw", "link", "project"].includes(id),
    )
    const [head, row] = toCsv([entity], shown).split("\r\n")
    expect(head).toBe("Identifier,Title,Events,Tags,Link,Raw,Project")
    expect(row).toBe('1,"\'=cmd|""x""",-5,"a;b",,"{""a"":1}",web')
  })
})

describe("the history", () => {
  it("names the fields that a write changed", () => {
    const before = { title: "a", updatedAt: "1", properties: { x: 1, y: null }, relations: { p: ["a"] } }
    const after = { title: "a", updatedAt: "2", properties: { x: 2 }, relations: { p: ["a", "b"] } }
    expect(fieldChanges(before, after)).toEqual([
      { field: "properties.x", before: 1, after: 2 },
      { field: "relations.p", before: ["a"], after: ["a", "b"] },
    ])
  })
})

describe("times", () => {
  it.each([
    [0, "just now"],
    [-30_000, "30 seconds ago"],
    [-120_000, "2 minutes ago"],
    [3 * 3_600_000, "in 3 hours"],
    [-26 * 3_600_000, "yesterday"],
  ])("%i ms from now: %s", (ms, text) => {
    expect(timeAgo(1_700_000_000_000 + ms, 1_700_000_000_000)).toBe(text)
  })
})
