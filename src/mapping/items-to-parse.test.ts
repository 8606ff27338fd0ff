import { afterAll, describe, expect, it } from "vitest"
import type { JsonObject } from "../common/json.ts"
import { silentLogger } from "../common/logger.ts"
import { parseItems, pathToCut } from "./items-to-parse.ts"
import { createJqPool } from "./jq-pool.ts"

describe("the path that holds the list", () => {
  it.each([
    [".__tags", ".__tags"],
    [".a.b", ".a.b"],
    [".[0]", ".[0]"],
    [".a[0].b", ".a[0].b"],
    [". as $x | .list", ".list"],
    [". | .list | map(.x)", ".list"],
    ["(.list | map(.x))", ".list"],
    [".list[] | select(.x)", ".list"],
    [".list // []", ".list"],
    ["$x | .y", ".y"],
    ["[.a, .b]", undefined],
    ["map(.a)", undefined],
  ])("of %s is %s", (expression, path) => {
    expect(pathToCut(expression)).toBe(path)
  })
})

describe("cutting the path here or in jq", () => {
  const jq = createJqPool({ log: silentLogger })
  afterAll(() => jq.close())
  const options = { itemsToParseName: "item", itemsToParseTopLevelTransform: true }

  const objects: JsonObject[] = [
    { a: { b: { c: 1, d: 2 } } },
    { a: { b: null } },
    { a: null },
    {},
    { a: { b: [1] } },
    { a: { b: "text" } },
    { a: 5 },
    { a: { b: { d: 2 } }, z: 1 },
    JSON.parse('{"__proto__": {"c": 1}, "a": {"b": {"c": 2}}}') as JsonObject, // JSON text of an object
  ]

  it("gives the same objects", async () => {
    const wholes = await jq.evaluate(["del(.a.b.c)"], objects)
    const expected = wholes.map(([cell]) => (cell?.kind === "value" ? cell.value : "failed"))
    // The list itself is a constant, so that only the cutting differs from object to object.
    const parsed = await parseItems(jq, { ...options, itemsToParse: ".a.b.c | [1]" }, objects)
    const ours = objects.map((_, index) => parsed.items.find((item) => item.index === index)?.raw ?? "failed")
    const listed = await jq.evaluate([".a.b.c"], objects)
    for (const [index, value] of expected.entries()) {
      if (listed[index]?.[0]?.kind === "error") continue // the expression itself fails there
      expect(ours[index]).toEqual(value === "failed" ? value : { ...(value as JsonObject), item: 1 }) // del of an object
    }
    expect(parsed.failures.map(({ index }) => index)).toEqual([4, 5, 6])
  })
})
