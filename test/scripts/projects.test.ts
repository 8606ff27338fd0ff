// vitest passes over a project that it does not know: the tests of a name misspelt would never run, and nobody be told.
import { readdirSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"
import config from "../../vitest.config.ts"

it("knows each project of tests that a script runs", () => {
  const known = (config.test?.projects ?? []).map((project) =>
    typeof project === "object" && "test" in project ? project.test?.name : undefined,
  )
  const scripts = readdirSync("scripts").filter((name) => name.endsWith(".ts"))
  const texts = ["package.json", ...scripts.map((name) => `scripts/${name}`)].map((path) =>
    readFileSync(path, "utf8"),
  )
  const named = texts.flatMap((text) =>
    [...text.matchAll(/--project(?:=|\s+|",\s*")([a-z0-9]+)/g)].map(([, name]) => name),
  )
  expect(new Set(named).size).toBeGreaterThan(3)
  for (const name of named) expect(known).toContain(name)
})
