import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { hostDefaults } from "../../test/support/host-parts.ts"
import { freshFolder } from "../../test/support/program.ts"
import { childEnvironment, prepareFolder } from "./child-environment.ts"
import { InstallationInput } from "./installation.ts"

const acme = (title: string) => {
  const mapping = { resources: [{ kind: "user", title, filler: "x".repeat(200_000) }] }
  const spec = InstallationInput.parse({ sentry: { organization: "acme" }, mapping })
  return { id: "acme", source: "api", spec, secrets: {}, unreadable: {} } as const
}

it("gives processes that begin at the same moment one folder, with a whole mapping at any time", async () => {
  const above = freshFolder()
  const file = join(above, "acme", "resources", "port-app-config.json")
  await prepareFolder(acme("first"), above)
  let isOver = false
  const seen = new Set<string>()
  const reading = (async () => {
    while (!isOver) {
      seen.add(JSON.parse(readFileSync(file, "utf8")).resources[0].title)
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  for (let round = 0; round < 10; round++)
    await Promise.all(["a", "b", "c", "d"].map((title) => prepareFolder(acme(title), above)))
  isOver = true
  await reading
  for (const title of seen) expect(["first", "a", "b", "c", "d"]).toContain(title)
  expect(readdirSync(join(above, "acme"))).toEqual(["resources"])
})

it("lets a process take what the host took", () => {
  const host = { ...hostDefaults, maxBodyBytes: 5_000_000 }
  const env = childEnvironment(acme("any"), { host, state: ":memory:", folder: "/", work: "live" })
  expect(env.OCEAN__LIVE_EVENTS__MAX_BODY_BYTES).toBe("5000000")
})
