// A test of test/deploy that waits for a tool which nobody gets would be skipped for ever.
import { globSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"

it("gets each tool that a test of test/deploy asks for", () => {
  const known = readFileSync("scripts/deploy-tools.ts", "utf8")
  const texts = globSync("test/deploy/**/*.ts").map((path) => readFileSync(path, "utf8"))
  const asked = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:has|tool)\(([^)]*)\)/g)].flatMap(([, words = ""]) =>
      [...words.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name),
    ),
  )
  expect(new Set(asked).size).toBeGreaterThan(8)
  for (const name of asked) expect(known).toMatch(new RegExp(`"${name}"`))
})
