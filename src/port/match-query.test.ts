import { describe, expect, it } from "vitest"
import { findMatches, propertiesOf } from "./match-query.ts"
import type { SearchQuery } from "./search-query.ts"

const teams = [
  { identifier: "web", title: "Web", properties: { projects: ["shop", "api"], size: 3 } },
  { identifier: "data", title: "Data", properties: { projects: ["etl"], note: "shop" } },
]

function query(property: string, operator: string, value: unknown): SearchQuery {
  return { combinator: "and", rules: [{ property, operator, value: value as never }] } // the cases below are JSON
}

describe("findMatches", () => {
  it.each([
    ["projects", "contains", "shop", ["web"]],
    ["note", "contains", "sho", ["data"]],
    ["projects", "containsAny", ["etl", "api"], ["web", "data"]],
    ["$identifier", "=", "web", ["web"]],
    ["$identifier", "=", null, []],
    ["$title", "in", ["Data", "Other"], ["data"]],
    ["size", "=", 3, ["web"]],
    ["size", "=", "3", []],
    ["nothing", "=", null, ["web", "data"]],
  ])("%s %s %j finds %j", (property, operator, value, expected) => {
    expect(findMatches(query(property, operator, value), teams)).toEqual(expected)
  })

  it("combines rules and nested queries", () => {
    const nested: SearchQuery = {
      combinator: "or",
      rules: [query("$identifier", "=", "data"), { property: "size", operator: "=", value: 3 }],
    }
    expect(findMatches(nested, teams)).toEqual(["web", "data"])
    expect(propertiesOf(nested)).toEqual(["$identifier", "size"])
  })

  it.each([
    ["$identifier", "beginsWith", "w"],
    ["$createdAt", "=", { preset: "today" }],
  ])("leaves %s %s to Port", (property, operator, value) => {
    expect(findMatches(query(property, operator, value), teams)).toBeUndefined()
  })
})
