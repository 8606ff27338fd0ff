import { describe, expect, it } from "vitest"
import type { Entity } from "../port/entity.ts"
import { inDependencyOrder } from "./upsert-order.ts"

function entity(identifier: string, relations: Entity["relations"] = {}): Entity {
  return { identifier, blueprint: "b", relations }
}

function order(entities: Entity[]): string {
  return inDependencyOrder(entities, (one) => one)
    .map(({ identifier }) => identifier)
    .join("")
}

describe("inDependencyOrder", () => {
  it("puts targets before those that relate to them", () => {
    expect(order([entity("a", { r: "b" }), entity("b", { r: ["c"] }), entity("c")])).toBe("cba")
  })

  it("sees targets that a search query names outright", () => {
    const query = { combinator: "and", rules: [{ property: "$identifier", operator: "=", value: "b" }] }
    expect(order([entity("a", { r: query }), entity("b")])).toBe("ba")
  })

  it("keeps every entity of a circle, and of what is not there", () => {
    expect(
      [...order([entity("a", { r: "b" }), entity("b", { r: "a" }), entity("c", { r: "zz" })])]
        .sort()
        .join(""),
    ).toBe("abc")
  })
})
