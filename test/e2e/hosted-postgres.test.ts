// Hosts on PostgreSQL: what each installation keeps lies in a schema of its own, and one host goes on for another.
import { randomUUID } from "node:crypto"
import { sql } from "kysely"
import { describe, expect, it, onTestFinished } from "vitest"
import { openDatabase } from "../../src/database/database.ts"
import { contentOf, startPeers } from "../support/drop-in.ts"
import { createTestSchema } from "../support/engines.ts"
import { installationOf, startHost } from "../support/hosted.ts"
import { issueBody } from "../support/live.ts"
import { until } from "../support/replicas.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""

describe.skipIf(server === "")("two hosts on one PostgreSQL", { timeout: 240_000 }, () => {
  it("keep installations apart; one takes the other's webhooks and its work, and removes what a deleted one kept", async () => {
    const schema = await createTestSchema(server)
    onTestFinished(() => schema.drop())
    const database = await openDatabase(server)
    onTestFinished(() => database.close())
    const [acme, globex] = [await startPeers(), await startPeers()]
    // Their schemas are the server's: other runs of this test have theirs.
    const ids = { acme: freshId(), globex: freshId() }
    const first = await startHost({ OCEAN__DATABASE__URL: schema.url })
    await first.request("PUT", `/${ids.acme}`, installationOf(acme))
    await first.request("PUT", `/${ids.globex}`, installationOf(globex))
    await Promise.all([first.ended(ids.acme, "completed"), first.ended(ids.globex, "completed")])
    for (const { catalog } of [acme, globex]) expect(await contentOf(catalog, "sentryIssue")).toHaveLength(90)
    const tablesOf = async (id: string) => {
      const asked = sql<{ name: string }>`
        select table_name as name from information_schema.tables where table_schema like ${`%${id.replaceAll("-", "_")}`}`
      return (await asked.execute(database.kysely())).rows.length
    }
    expect(await tablesOf(ids.acme)).toBeGreaterThan(0)
    expect(await tablesOf(ids.globex)).toBe(await tablesOf(ids.acme))

    const second = await startHost({ OCEAN__DATABASE__URL: schema.url })
    first.program.kill("SIGKILL")
    await first.program.end
    const [issue = ""] = acme.organization.issues.keys()
    acme.organization.resolve(issue)
    const secret = `secret of ${acme.simulator.url}`
    expect(await second.deliver(ids.acme, secret, issueBody("resolved", issue))).toBe(200)
    const resolvedOf = async ({ catalog }: typeof acme) => {
      const issues = (await contentOf(catalog, "sentryIssue")) as { properties: { status?: string } }[]
      return issues.filter(({ properties }) => properties.status === "resolved").length
    }
    await until(async () => (await resolvedOf(acme)) > 0, "the event is in the catalog")
    expect(await resolvedOf(globex)).toBe(0)

    for (const id of Object.values(ids)) {
      expect((await second.request("DELETE", `/${id}`)).status).toBe(200)
      await until(async () => (await tablesOf(id)) === 0, `the tables of ${id} are gone`)
    }
    second.program.kill("SIGTERM")
    expect(await second.program.end).toMatchObject({ code: 0 })
  })
})

function freshId(): string {
  return `host-${randomUUID().slice(0, 8)}`
}
