import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { openHostDatabase, openHostStore } from "../../test/support/host-parts.ts"
import { freshFolder } from "../../test/support/program.ts"
import { readInstallations } from "./folder.ts"

it("takes an installation whose file has another name now, and tells of a file that is another's twin", async () => {
  const folder = freshFolder()
  const store = await openHostStore(await openHostDatabase())
  const written = JSON.stringify({ identifier: "sentry", sentry: { organization: "acme", token: "t" } })
  writeFileSync(join(folder, "old.yaml"), written)
  expect(await readInstallations(folder, store)).toEqual({ read: ["old"], problems: [] })
  renameSync(join(folder, "old.yaml"), join(folder, "new.yaml"))
  expect((await readInstallations(folder, store)).read).toEqual(["new"])
  writeFileSync(join(folder, "twin.yaml"), written)
  const { read, problems } = await readInstallations(folder, store)
  expect(read).toEqual(["new"])
  expect(problems).toEqual([expect.stringMatching(/^twin\.yaml: the identifier "sentry" is that of .*"new"/)])
})
