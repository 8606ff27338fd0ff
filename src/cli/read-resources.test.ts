import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { readResources } from "./read-resources.ts"

describe("a folder of default resources", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "resources-"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  }

  it("is read by the stems of its files, in JSON and in YAML; other files are not looked at", async () => {
    write({
      "blueprints.yaml": "- identifier: a\n  title: A\n",
      "port-app-config.yml": "resources: []\n",
      "pages.json": '[{"identifier": "p"}]',
      "scorecards.json": '[{"blueprint": "a", "data": [{"identifier": "s"}]}]',
      "notes.txt": "blueprints",
      "blueprints-old.toml": "x",
    })

    expect(await readResources(folder)).toEqual({
      blueprints: [{ identifier: "a", title: "A" }],
      mapping: { resources: [] },
      extras: {
        actions: [],
        scorecards: [{ blueprint: "a", data: [{ identifier: "s" }] }],
        pages: [{ identifier: "p" }],
      },
    })
  })

  it("is undefined where there is none, and has nothing where it is empty", async () => {
    expect(await readResources(join(folder, "none"))).toBeUndefined()
    expect(await readResources(folder)).toEqual({
      blueprints: undefined,
      mapping: undefined,
      extras: { actions: [], scorecards: [], pages: [] },
    })
  })

  it.each([
    ["blueprints.toml", "", "expected blueprints.json, blueprints.yaml or blueprints.yml"],
    ["actions", "[]", "expected actions.json, actions.yaml or actions.yml"],
    ["blueprints.json", "{}", "expected a list of blueprints, each with an identifier"],
    ["blueprints.json", '[{"title": "A"}]', "expected a list of blueprints, each with an identifier"],
    ["blueprints.json", "", "expected a list of blueprints, each with an identifier"],
    ["port-app-config.yaml", "- resources", "expected a mapping with resources"],
    ["port-app-config.yaml", "resources: [", "Flow sequence"],
    ["scorecards.yaml", "- blueprint: a\n  data: s", "expected a list of {blueprint, data: [scorecard, …]}"],
    ["actions.json", '["restart"]', "expected a list of actions"],
    ["pages.yml", "overview", "expected a list of pages"],
  ])("is refused where %s holds %j", async (name, content, what) => {
    write({ [name]: content })

    await expect(readResources(folder)).rejects.toThrow(
      `The default resources cannot be used: ${join(folder, name)}: ${what}`,
    )
  })

  it("is refused with all that is wrong, and where two files have one stem", async () => {
    write({ "blueprints.json": "[]", "blueprints.yaml": "[]", "pages.toml": "" })

    const failure = readResources(folder)

    await expect(failure).rejects.toThrow(
      /blueprints\.yaml: there is .*blueprints\.json too \(keep one of the two\)/,
    )
    await expect(failure).rejects.toThrow("pages.toml: expected pages.json")
  })
})
