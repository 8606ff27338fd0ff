import { describe, expect, it } from "vitest"
import { includesOf, shapeDigest, shapeOf } from "./entity-shape.ts"

const search = { combinator: '"and"', rules: [] }
const shape = shapeOf({
  identifier: ".id",
  blueprint: '"b"',
  title: ".title",
  team: ".team",
  properties: { link: ".link", tags: ".tags" },
  relations: { owner: ".owner", found: search },
})

function digest(entity: object): string {
  return shapeDigest(shape, { identifier: "1", ...entity })
}

describe("the shape of a mapping", () => {
  it("leaves out search relations, which are compared by what they find", () => {
    expect(shape.relations).toEqual(["owner"])
    expect(includesOf([shape])).toEqual([
      "$identifier",
      "$updatedAt",
      "$title",
      "$team",
      "link",
      "tags",
      "owner",
    ])
  })

  it.each([
    ["a null and an absent property", { properties: { link: null } }, { properties: {} }],
    ["no title and the identifier", { title: null }, { title: "1" }],
    ["one related entity and a list of it", { relations: { owner: "x" } }, { relations: { owner: ["x"] } }],
    ["no related entity and an empty list", { relations: { owner: null } }, { relations: { owner: [] } }],
    ["a number and its text in a relation", { relations: { owner: 7 } }, { relations: { owner: "7" } }],
    ["teams in another order", { team: ["b", "a"] }, { team: ["a", "b"] }],
    [
      "keys in another order",
      { properties: { link: { a: 1, b: 2 } } },
      { properties: { link: { b: 2, a: 1 } } },
    ],
    ["what the mapping does not name", { properties: { other: 1 } }, {}],
  ])("is the same for %s", (_, left, right) => {
    expect(digest(left)).toBe(digest(right))
  })

  it.each([
    ["an empty text and none", { properties: { link: "" } }, {}],
    ["a number and its text in a property", { properties: { link: 1 } }, { properties: { link: "1" } }],
    ["a list in another order", { properties: { tags: [1, 2] } }, { properties: { tags: [2, 1] } }],
    ["another title", { title: "a" }, { title: "b" }],
    ["another related entity", { relations: { owner: "x" } }, { relations: { owner: "y" } }],
  ])("differs for %s", (_, left, right) => {
    expect(digest(left)).not.toBe(digest(right))
  })

  // A database remembers them: another text for the same entity would have all of them read, or written, once more.
  it("stays what it was in earlier versions", () => {
    const mapping = {
      identifier: ".id",
      blueprint: '"b"',
      title: ".title",
      icon: ".icon",
      team: ".team",
      properties: { link: ".link", tags: ".tags", é: ".x" },
      relations: { owner: ".owner", found: search },
    }
    const entity = {
      identifier: "1",
      title: "T",
      icon: "Sentry",
      team: ["b", "a", "b"],
      properties: { tags: [{ b: 1, a: null }, "x", 2], link: 'a"b', é: { z: [], y: {} } },
      relations: { owner: ["q", "p"] },
    }
    expect(shapeDigest(shapeOf(mapping), entity)).toBe("T6oYo6Wy3CMlbQ5E")
    expect(shapeDigest(shapeOf(mapping), { identifier: "1", title: "1" })).toBe("1AC3zcUaugbO6c5e")
  })
})
