import { globSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { z } from "zod"
import { describeProblem } from "../common/errors.ts"
import { silentLogger } from "../common/logger.ts"
import { createJqPool } from "./jq-pool.ts"
import { readMappingFile, readMappingText } from "./mapping-file.ts"

const kinds = new Map<string, z.ZodType>([
  ["project", z.looseObject({ tag: z.string().default("environment") })],
  ["team", z.looseObject({ includeMembers: z.boolean().default(false) })],
])
const jq = createJqPool({ log: silentLogger })
afterAll(() => jq.close())

const seed = join(import.meta.dirname, "../../test/fixtures/seed")

/** Every problem as a person reads it. */
async function problemsOf(text: string, name = "mapping.yaml"): Promise<string[]> {
  const file = await readMappingText(text, name, { kinds, jq })
  return file.ok ? [] : file.error.problems.map(describeProblem)
}

const good = `# the projects
resources:
  - kind: project
    selector:
      query: "true"
    port:
      entity:
        mappings:
          identifier: .slug
          blueprint: '"service"'
          properties:
            name: .name
`

describe("a mapping in a file", () => {
  it("is given as it stands there, for Port, and checked, for us", async () => {
    const file = await readMappingText(good, "mapping.yaml", { kinds, jq })
    expect(file).toMatchObject({
      ok: true,
      mapping: { resources: [{ kind: "project", selector: { query: "true" } }] },
      parsed: { config: { entityDeletionThreshold: 0.9, resources: [{ selector: { tag: "environment" } }] } },
      warnings: [],
    })
  })

  it("may be JSON", async () => {
    const text = `{\n  "resources": [\n    {"kind": "projct"}\n  ]\n}`
    expect(await problemsOf(text, "mapping.json")).toEqual([
      "mapping.json:3:5: selector: required: an object with query",
      "mapping.json:3:5: port: required: an object with entity",
      'mapping.json:3:6: kind: unknown kind "projct" (did you mean "project"?)',
    ])
  })

  it("that names keys nobody reads is wrong, with the key that was meant", async () => {
    const text = good.replace("query:", "qeury: x\n      include_members: true\n      query:")
    expect(await problemsOf(`deleteDependantEntities: true\n${text}`)).toEqual([
      'mapping.yaml:1:1: deleteDependantEntities: unknown key (did you mean "deleteDependentEntities"?)',
      'mapping.yaml:6:7: qeury: unknown key (did you mean "query"?)',
      "mapping.yaml:7:7: include_members: unknown key",
    ])
  })

  it("names the key of another kind's selector", async () => {
    expect(await problemsOf(good.replace("query:", "includeMembers: true\n      query:"))).toEqual([
      "mapping.yaml:5:7: includeMembers: unknown key (it belongs to team)",
    ])
  })

  it.each([
    ["a plain scalar", "name: .name |", "12:25"],
    ["a scalar in single quotes", "name: '.name |'", "12:26"],
    ["a scalar in double quotes", 'name: ".name |"', "12:26"],
    ["a literal block", "name: |-\n                .name\n                  | nope", "14:21"],
    ["a scalar whose escapes hide the place, at its beginning", 'name: "\\u002ename |"', "12:19"],
    ["a folded block, at its beginning", "name: >-\n              .name\n              |", "12:19"],
  ])("has jq's own place inside %s", async (_, line, place) => {
    const [problem, ...others] = await problemsOf(good.replace("name: .name", line))
    expect(problem).toContain(`mapping.yaml:${place}: name: jq: `)
    expect(others).toEqual([])
  })

  it("tells what is missing where it is missing", async () => {
    expect(await problemsOf(good.replace("          blueprint: '\"service\"'\n", ""))).toEqual([
      "mapping.yaml:8:9: blueprint: required: a jq expression (text)",
    ])
  })

  it("tells all problems at once, from top to bottom", async () => {
    const text = good
      .replace('query: "true"', "query: .a ==")
      .replace(".slug", "null")
      .replace("name: .name", 'name: [1]\n            "a.b":')
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/^mapping.yaml:5:\d+: query: jq: syntax error/),
      "mapping.yaml:9:11: identifier: expected a jq expression (text), or a search query with combinator and rules, not null",
      "mapping.yaml:12:13: name: expected a jq expression (text), not a list",
      "mapping.yaml:13:13: a.b: expected a jq expression (text), not null",
    ])
  })

  it.each([
    ["resources: [", /^mapping.yaml:1:13: Flow sequence/],
    ["resources: []\nresources: []", /^mapping.yaml:2:1: Map keys must be unique/],
    ["resources: []\n---\nresources: []", /^mapping.yaml:2:1: .*multiple documents/],
    ["", /^mapping.yaml:1:1: expected a mapping with resources/],
    ["- kind: project", /^mapping.yaml:1:1: expected a mapping with resources/],
    ["resources:", /^mapping.yaml:1:1: resources: expected a list of resources, not null/],
    [
      "entityDeletionThreshold: 90",
      /^mapping.yaml:1:1: entityDeletionThreshold: expected a number from 0 to 1, not 90/,
    ],
  ])("%j is refused in one line", async (text, expected) => {
    const problems = await problemsOf(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(expected)
    expect(problems[0]).not.toContain("\n")
  })

  it("that swells by aliases is refused, not unfolded", async () => {
    const rows = Array.from({ length: 12 }, (_, at) => {
      const alias = `*a${at}`
      return `a${at + 1}: &a${at + 1} [${Array.from({ length: 9 }, () => alias).join(", ")}]`
    })
    expect(await problemsOf(["a0: &a0 x", ...rows].join("\n"))).toHaveLength(1)
  })

  it("is read from the disk; one that is not there is a problem like any other", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mapping-"))
    const path = join(folder, "port-app-config.yml")
    writeFileSync(path, good)

    expect(await readMappingFile(path, { kinds, jq })).toMatchObject({ ok: true })
    expect(await readMappingFile(join(folder, "none.yml"), { kinds })).toMatchObject({
      ok: false,
      error: { problems: [{ where: join(folder, "none.yml"), what: expect.stringContaining("ENOENT") }] },
    })
  })

  it("as the documentation pages print it is refused in one line where its indentation is wrong", async () => {
    const published = globSync("*/mapping.*.as-published.yaml.txt", { cwd: seed })
    expect(published).toHaveLength(2)
    for (const name of published) {
      const file = await readMappingFile(join(seed, name), { kinds, jq })
      expect(file).toMatchObject({
        ok: false,
        error: { problems: [{ what: expect.stringMatching(/^Nested/) }] },
      })
      expect(file.ok || file.error.problems).toHaveLength(1)
    }
  })

  it("without an engine is checked for its shape only", async () => {
    const file = await readMappingText(good.replace(".slug", ".slug |"), "mapping.yaml", { kinds })
    expect(file.ok).toBe(true)
  })
})
