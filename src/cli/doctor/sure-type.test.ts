import { describe, expect, it } from "vitest"
import type { MappingValue } from "../../port/app-config.ts"
import { sureType } from "./sure-type.ts"

describe("the type that an expression's text gives away", () => {
  it.each<[MappingValue, ReturnType<typeof sureType>]>([
    ['"open"', "string"],
    ["12", "number"],
    ["true", "boolean"],
    ["[.a, .b]", "array"],
    ["[.a[] | .b] ", "array"],
    ["{a: .b}", "object"],
    [{ a: ".b" }, "object"],
    [".count | tostring", "string"],
    [".tags | map(.name) | length", "number"],
    [".isOpen | not", "boolean"],
    // in doubt
    [".a", undefined],
    ["[.a] | .[0]", undefined],
    ["[.a] + [.b]", undefined],
    ["[.a] // [.b]", undefined],
    ['"a" + "b"', undefined],
    ['"\\(.a)"', undefined],
    ["if .a then 1 else [.b] end", undefined],
    [".a // (.b | tostring)", undefined],
    ["[.a][0]", undefined],
    ['["]"]', "array"],
  ])("%j: %s", (value, type) => {
    expect(sureType(value)).toBe(type)
  })
})
