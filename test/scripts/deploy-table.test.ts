import { globSync } from "node:fs"
import { basename } from "node:path"
import { expect, it } from "vitest"
import { installations } from "../../scripts/deploy-table.ts"

it("counts each file of tests in one row", () => {
  const files = globSync("test/deploy/*.test.ts").map((path) => basename(path))
  expect(installations.flatMap((row) => row.files).sort()).toEqual(files.sort())
})
