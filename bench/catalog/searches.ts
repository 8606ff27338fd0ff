// The searches that are timed. Each asks for something else every time, as people do.
import type { JsonObject, JsonValue } from "../../src/common/json.ts"
import { firstSeenFrom, issueOf, issuesPerService, releaseOf, serviceName } from "./content.ts"

export interface TimedSearch {
  name: string
  /** Whose bound holds for it. */
  group: "property" | "relations" | "other"
  path: string
  body(turn: number, entities: number): JsonObject
}

const all = "/entities/search?exclude_calculated_properties=true"
const issues = "/blueprints/issue/entities/search?exclude_calculated_properties=true"

export const searches: readonly TimedSearch[] = [
  {
    name: "release = … (some 50)",
    group: "property",
    path: all,
    body: (turn) => rule({ property: "release", operator: "=", value: releaseOf(turn * 17) }),
  },
  {
    name: "count = …, a number (some 10)",
    group: "property",
    path: all,
    body: (turn) => rule({ property: "count", operator: "=", value: (turn * 97) % 10_000 }),
  },
  {
    name: "assignee in … (3 people)",
    group: "property",
    path: issues,
    body: (turn) => page({ property: "assignee", operator: "in", value: people(turn) }),
  },
  {
    name: "environments contains … (a list)",
    group: "property",
    path: issues,
    body: (turn) =>
      page({ property: "environments", operator: "contains", value: `preview-${(turn * 50) % 1_000}` }),
  },
  {
    name: "status = …, a page of a third",
    group: "property",
    path: issues,
    body: (turn) => page({ property: "status", operator: "=", value: turn % 2 ? "resolved" : "ignored" }),
  },
  {
    name: "release = …, nothing found",
    group: "property",
    path: issues,
    body: (turn) => page({ property: "release", operator: "=", value: `frontend@${turn}` }),
  },
  {
    name: "count > …, a page",
    group: "property",
    path: issues,
    body: (turn) => page({ property: "count", operator: ">", value: 9_990 - turn }),
  },
  {
    name: "firstSeen between …, a page",
    group: "property",
    path: issues,
    body: (turn) => page({ property: "firstSeen", operator: "between", value: day(turn) }),
  },
  {
    name: "culprit contains … (a part of a text)",
    group: "property",
    path: issues,
    body: (turn) => page({ property: "culprit", operator: "contains", value: `function_${turn * 37 + 5}` }),
  },
  {
    name: "$title beginsWith …",
    group: "property",
    path: issues,
    body: (turn) =>
      page({
        property: "$title",
        operator: "beginsWith",
        value: `TypeError: cannot read property ${turn * 991}`,
      }),
  },
  {
    name: "$identifier in … (50)",
    group: "property",
    path: all,
    body: (turn) => ({
      combinator: "and",
      rules: [
        { property: "$blueprint", operator: "=", value: "issue" },
        { property: "$identifier", operator: "in", value: identifiers(turn, 50) },
      ],
    }),
  },
  {
    name: "relatedTo a service",
    group: "relations",
    path: all,
    body: (turn, entities) =>
      rule({
        operator: "relatedTo",
        blueprint: "service",
        value: serviceAt(turn, entities),
        direction: "downstream",
      }),
  },
  {
    name: "relatedTo an issue, both ways",
    group: "relations",
    path: all,
    body: (turn) =>
      rule({ operator: "relatedTo", blueprint: "issue", value: String(issueOf(turn * 10 + 9).identifier) }),
  },
  {
    name: "service = …, the relation",
    group: "relations",
    path: issues,
    body: (turn, entities) => page({ relation: "service", operator: "=", value: serviceAt(turn, entities) }),
  },
  {
    name: "matchAny over a path",
    group: "relations",
    path: all,
    body: (turn, entities) =>
      rule({
        operator: "matchAny",
        property: { path: ["duplicateOf", "service"] },
        value: [serviceAt(turn, entities)],
      }),
  },
  {
    name: "tier = …, a mirror, a page of a half",
    group: "relations",
    path: issues,
    body: (turn) => page({ property: "tier", operator: "=", value: turn % 2 ? "one" : "two" }),
  },
]

function rule(one: JsonObject): JsonObject {
  return { combinator: "and", rules: [one] }
}

function page(one: JsonObject): JsonObject {
  return { query: rule(one), limit: 200 }
}

function people(turn: number): JsonValue[] {
  return [0, 1, 2].map((step) => `person-${(turn * 3 + step) % 200}@acme.example`)
}

function day(turn: number): JsonObject {
  const from = firstSeenFrom + turn * 3 * 86_400_000
  return { from: new Date(from).toISOString(), to: new Date(from + 86_400_000).toISOString() }
}

function identifiers(turn: number, count: number): JsonValue[] {
  return Array.from({ length: count }, (_, n) => issueOf(turn * count + n).identifier ?? null)
}

function serviceAt(turn: number, entities: number): string {
  return serviceName((turn * 13) % Math.max(1, Math.floor(entities / issuesPerService)))
}
