import { describe, expect, it } from "vitest"
import { mayRead, type Path, pathsRead } from "./jq-paths.ts"
import { pathsReadBy } from "./resource-paths.ts"

const names: Path = ["__tags", "[]", "name"]
const counts: Path = ["__tags", "[]", "count"]

/** `deep` paths with a `*` after them. */
function told(program: string): string[] | "everything" {
  const { everything, paths } = pathsRead(program)
  if (everything) return "everything"
  const deep = paths.filter((one) => one.deep).map(({ path }) => `.${path.join(".")}`)
  return [...new Set(deep)].sort()
}

describe("the paths a program reads", () => {
  it.each<[program: string, reads: string[] | "everything"]>([
    [".id", [".id"]],
    ['"constant"', []],
    ["5", []],
    [".project.slug", [".project.slug"]],
    ['."a b".c', [".a b.c"]],
    ['.["a"]["b"]', [".a.b"]],
    [".a?.b?", [".a.b"]],
    ["[.__tags[].name]", [".__tags.[].name"]],
    ["[.__tags[] | .name]", [".__tags.[].name"]],
    ["[.__tags | .[] | .name]", [".__tags.[].name"]],
    [".__tags[0].name", [".__tags.[].name"]],
    [".__tags[-1:][0].name", [".__tags.[].name"]],
    [".__tags | map(.name)", [".__tags.[].name"]],
    ['[.__tags[] | select(.value != "") | .name]', [".__tags.[].name", ".__tags.[].value"]],
    ["first(.__tags[]) | .name", [".__tags.[].name"]],
    ["limit(2; .__tags[]) | .name", [".__tags.[].name"]],
    [".__tags | first | .name", [".__tags.[].name"]],
    [".__tags | length", [".__tags"]],
    [".__tags", [".__tags"]],
    ['.project.slug as $slug | [.__tags[] | $slug + "-" + .name]', [".__tags.[].name", ".project.slug"]],
    ['"\\(.id)-\\(.item.name)"', [".id", ".item.name"]],
    ['.a // .b // "c"', [".a", ".b"]],
    ["if .a then .b elif .c then .d else .e end", [".b", ".d", ".e"]],
    ["if .a == 1 then .b else null end", [".a", ".b"]],
    ['{a: .b, c, "d": (.e | .f), (.g): 1, "h"}', [".b", ".c", ".e.f", ".g", ".h"]],
    [". as $all | {x: $all.y}", [".y"]],
    ['try .a.b catch "none"', [".a.b"]],
    ['.a | test("x")', [".a"]],
    ['[.a, .b] | join("-")', [".a", ".b"]],
    [".a | join(.b)", [".a", ".a.b"]],
    ["-(.a)", [".a"]],
    [".a - 1", [".a"]],
    [".a[.b]", [".a", ".b"]],
    ['@base64 "\\(.a)"', [".a"]],
    [".a | @json", [".a"]],
    ["any(.[]; .a)", "everything"],
    [".", "everything"],
    ["..", "everything"],
    [".. | .name?", "everything"],
    [". | tostring", "everything"],
    ["keys", "everything"],
    ["del(.a)", "everything"],
    [".a |= 1", "everything"],
    [".a += 1", "everything"],
    ["def f: .x; .a | f", "everything"],
    ["reduce .a[] as $x (0; . + $x)", "everything"],
    [". as [$a] | $a", "everything"],
    ['getpath(["a"])', "everything"],
    ["to_entries", "everything"],
    ["$unknown", "everything"],
    [".a # comment", "everything"],
    ["env.HOME", "everything"],
    [".a |", "everything"],
  ])("%s", (program, reads) => {
    expect(told(program)).toEqual(reads)
  })

  it("are told apart from those it only looks for", () => {
    const { paths } = pathsRead('if .a then "yes" else "no" end')
    expect(paths).toContainEqual({ path: ["a"], deep: false })
    expect(paths).not.toContainEqual({ path: ["a"], deep: true })
    expect(mayRead({ everything: false, paths }, ["a"])).toBe(true)
    expect(mayRead({ everything: false, paths }, ["a", "b"])).toBe(false)
    expect(mayRead({ everything: false, paths }, ["b"])).toBe(false)
  })
})

describe("the paths a resource reads", () => {
  const resource = (identifier: string, more: object = {}) => ({
    query: "true",
    itemsToParse: undefined,
    itemsToParseName: "item",
    mapping: { identifier, blueprint: '"issue"', properties: {}, relations: {} },
    ...more,
  })

  it("are those of all its expressions", () => {
    const reads = pathsReadBy(resource(".id", { query: '.__tags[0].name == "x"' }))
    expect(mayRead(reads, names)).toBe(true)
    expect(mayRead(reads, counts)).toBe(false)
    expect(mayRead(reads, ["id"])).toBe(true)
    expect(mayRead(reads, ["title"])).toBe(false)
  })

  it("lead through the items that a list is parsed into", () => {
    const reads = pathsReadBy(resource('.id + "-" + .item.name', { itemsToParse: ".__tags" }))
    expect(mayRead(reads, names)).toBe(true)
    expect(mayRead(reads, counts)).toBe(false)
  })

  it("lead through a list that an expression picks from", () => {
    const picked = { itemsToParse: '[.__tags[] | select(.value != "")]' }
    const reads = pathsReadBy(resource(".item.name", picked))
    expect(mayRead(reads, names)).toBe(true)
    expect(mayRead(reads, counts)).toBe(true)
  })

  it("hold the number of items even where no field of an item is read", () => {
    const reads = pathsReadBy(resource(".id", { itemsToParse: ".__tags" }))
    expect(mayRead(reads, ["__tags"])).toBe(true)
    expect(mayRead(reads, names)).toBe(false)
  })

  it.each(["item", "tag"])("take an item whole as %s", (itemsToParseName) => {
    const reads = pathsReadBy(resource(`.${itemsToParseName}`, { itemsToParse: ".__tags", itemsToParseName }))
    expect(mayRead(reads, counts)).toBe(true)
  })

  it("understand the single quotes that mappings in the field use", () => {
    const reads = pathsReadBy(resource("'prefix-' + .id"))
    expect(reads.everything).toBe(false)
    expect(mayRead(reads, ["__tags"])).toBe(false)
  })
})
