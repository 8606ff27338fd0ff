// Completion in the mapping studio's editor, with the schema that the program itself gives.
import { describe, expect, it } from "vitest"
import { mappingSchemaText } from "../../src/cli/mapping-schema-text.ts"
import { keysAt, pathTo, valuesAt } from "../../web/editor/schema-completion.ts"

const schema: unknown = JSON.parse(mappingSchemaText())

/** The path at `|`, as the editor asks for it. */
function pathAt(text: string): string[] {
  const before = text.slice(0, text.indexOf("|")).split("\n")
  const own = /^(\s*(?:- )*)/.exec(before.at(-1) ?? "")?.[1] ?? ""
  return pathTo(before.slice(0, -1), own.length, own)
}

const labels = (text: string) => keysAt(schema, pathAt(text)).map(({ label }) => label)

describe("the editor's completion", () => {
  it("knows the keys at the root", () => {
    expect(labels("|")).toContain("resources")
    expect(labels("deleteDependentEntities: true\n|")).toContain("createMissingRelatedEntities")
  })

  it("knows those of a resource, of the first and of later ones", () => {
    expect(labels("resources:\n  - |")).toContain("kind")
    expect(labels("resources:\n  - kind: issue\n    |")).toEqual(expect.arrayContaining(["selector", "port"]))
    expect(
      labels("resources:\n  - kind: issue\n    selector:\n      query: 'true'\n  - kind: user\n    |"),
    ).toContain("port")
    expect(labels("resources:\n- kind: issue\n  |")).toContain("selector")
  })

  it("knows those deep inside, past what stands beside", () => {
    const deep =
      "resources:\n  - kind: issue\n    selector:\n      query: 'true'\n    port:\n      entity:\n        mappings:\n          |"
    expect(pathAt(deep)).toEqual(["resources", "-", "port", "entity", "mappings"])
    expect(labels(deep)).toEqual(
      expect.arrayContaining(["identifier", "blueprint", "properties", "relations"]),
    )
    expect(labels("resources:\n  - kind: issue\n    selector:\n      |")).toContain("query")
  })

  it("knows the values of a fixed list", () => {
    const kinds = valuesAt(schema, ["resources", "-", "kind"]).map(({ label }) => label)
    expect(kinds).toEqual(expect.arrayContaining(["user", "project", "issue", "issue-tag"]))
    expect(valuesAt(schema, ["deleteDependentEntities"]).map(({ label }) => label)).toEqual(["true", "false"])
  })
})
