import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { expect, it } from "vitest"
import { openHostDatabase, openHostStore } from "../../test/support/host-parts.ts"
import { freshFolder } from "../../test/support/program.ts"
import { readInstallations } from "./folder.ts"
import type { HostTables } from "./host-tables.ts"

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

it("writes what has changed in a file, or in a file with a secret, and nothing else", async () => {
  const folder = freshFolder()
  const database = await openHostDatabase()
  const store = await openHostStore(database)
  const token = join(folder, "token")
  const write = (name: string, more: object = {}) =>
    writeFileSync(
      join(folder, `${name}.yaml`),
      JSON.stringify({ sentry: { organization: name, tokenFile: token, webhookSecret: "w" }, ...more }),
    )
  const port = { clientId: "acme's", clientSecret: "secret" }
  const mapping = { resources: [{ kind: "user", port: { entity: {} } }] }
  writeFileSync(token, "first")
  write("acme", { port, mapping, interval: "2h" })
  write("globex", { sentry: { organization: "globex", webhookSecret: "w" } })
  const rows = async () => {
    const all = await database.kysely<HostTables>().selectFrom("host_installations").selectAll().execute()
    return new Map(all.map((row) => [row.id, row]))
  }
  /** Those that a look at the folder writes anew. */
  async function written(): Promise<string[]> {
    const before = await rows()
    expect(await readInstallations(folder, store)).toEqual({ read: ["acme", "globex"], problems: [] })
    const after = await rows()
    // Sealed twice, the same secret gives two texts.
    return [...after.keys()].filter((id) => !isDeepStrictEqual(before.get(id), after.get(id)))
  }
  expect(await written()).toEqual(["acme", "globex"])
  expect(await written()).toEqual([])
  writeFileSync(token, "second")
  expect(await written()).toEqual(["acme"])
  expect((await store.get("acme"))?.secrets["sentry.token"]).toBe("second")
  write("globex", { sentry: { organization: "globex", webhookSecret: null }, interval: "2h" })
  expect(await written()).toEqual(["globex"])
  expect((await store.get("globex"))?.secrets).toEqual({})
  expect(await written()).toEqual([])
  renameSync(join(folder, "globex.yaml"), join(folder, "globex.away"))
  await readInstallations(folder, store)
  renameSync(join(folder, "globex.away"), join(folder, "globex.yaml"))
  expect(await written()).toEqual(["globex"])
  expect((await store.get("globex"))?.spec.enabled).toBe(true)
})
