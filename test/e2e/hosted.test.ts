// One host for several installations: each with its own Sentry, its own Port, its own webhook address; what becomes of one is
// no affair of the others.
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { contentOf, startPeers } from "../support/drop-in.ts"
import { hostToken, installationOf, masterKey, startHost, storedText } from "../support/hosted.ts"
import { issueBody } from "../support/live.ts"
import { freshFolder, runProgram } from "../support/program.ts"
import { until } from "../support/replicas.ts"

describe("a host", { timeout: 240_000 }, () => {
  it("resyncs each installation into its own Port, shows no secret, and takes its webhooks at its own address", async () => {
    const [acme, globex] = [await startPeers(), await startPeers()]
    const host = await startHost({ OCEAN__BASE_URL: "https://host.example" })
    const anonymous = await fetch(`${host.url}/host/installations`)
    expect(anonymous.status).toBe(401)

    const made = await host.request("PUT", "/acme", installationOf(acme))
    expect(made.status).toBe(201)
    expect((await host.request("PUT", "/globex", installationOf(globex))).status).toBe(201)
    expect(made.body.installation).toMatchObject({
      id: "acme",
      identifier: "sentry-acme",
      secrets: ["port.clientSecret", "sentry.token", "sentry.webhookSecret"],
      webhookUrl: "https://host.example/in/acme/integration/webhook",
    })
    await Promise.all([host.ended("acme", "completed"), host.ended("globex", "completed")])
    for (const { catalog } of [acme, globex]) expect(await contentOf(catalog, "sentryIssue")).toHaveLength(90)
    const secrets = [acme.simulator.token, acme.catalog.clientSecret, `secret of ${acme.simulator.url}`]
    const seen = JSON.stringify((await host.request("GET", "/acme")).body) + storedText(host.folder)
    for (const secret of secrets) expect(seen).not.toContain(secret)

    const [id = ""] = acme.organization.issues.keys()
    const ownSecret = `secret of ${acme.simulator.url}`
    acme.organization.resolve(id)
    const body = issueBody("resolved", id)
    expect(await host.deliver("acme", `secret of ${globex.simulator.url}`, body)).toBe(401)
    expect(await host.deliver("nobody", ownSecret, body)).toBe(404)
    expect(await host.deliver("acme", ownSecret, body)).toBe(200)
    const isResolved = async () => {
      const issues = (await contentOf(acme.catalog, "sentryIssue")) as {
        identifier: string
        properties: { status?: string }
      }[]
      return (
        issues.find(({ identifier }) => `${identifier}-`.startsWith(`${id}-`))?.properties.status ===
        "resolved"
      )
    }
    await until(isResolved, "the event is in the catalog")

    // While its process for live events is still there, which knows the old secret.
    const { sentry, ...rest } = installationOf(acme) as { sentry: JsonObject }
    await host.request("PUT", "/acme", { ...rest, sentry: { ...sentry, webhookSecret: "another" } })
    acme.organization.unresolve(id)
    const again = async () => (await host.deliver("acme", "another", issueBody("unresolved", id))) === 200
    await until(again, "the host knows the new secret")
    await until(async () => !(await isResolved()), "the second event is in the catalog too")
    host.program.kill("SIGTERM")
    expect(await host.program.end).toMatchObject({ code: 0 })
  })

  it("lets no installation harm another: one hangs, one has no memory, one has a wrong token", async () => {
    const [fine, hanging] = [await startPeers(), await startPeers()]
    hanging.simulator.faults.add({ path: "/", action: { delayMs: 300_000 } })
    const host = await startHost()
    await host.request("PUT", "/hanging", installationOf(hanging, { timeout: "10s" }))
    await host.request(
      "PUT",
      "/starving",
      installationOf(fine, { identifier: "starving", memoryMb: 128, preset: "default" }),
    )
    const wrong = installationOf(fine, { identifier: "wrong" })
    await host.request("PUT", "/wrong", {
      ...wrong,
      sentry: { ...(wrong.sentry as object), token: "sntryu_wrong" },
    })
    await host.request("PUT", "/fine", installationOf(fine))

    await host.ended("fine", "completed")
    expect(await contentOf(fine.catalog, "sentryIssue")).toHaveLength(90)
    expect(await host.ended("wrong", "failed")).toBeDefined()
    // While it runs it is not run a second time, and that is told.
    if ((await host.runs("hanging"))[0]?.outcome === "running") {
      expect((await host.request("POST", "/hanging/resync")).status).toBe(409)
      expect(await host.ended("hanging", "skipped")).toMatchObject({ said: "the last resync still runs" })
    }
    expect(await host.ended("hanging", "timed out")).toMatchObject({ said: "it took longer than 10 s" })
    expect(await host.ended("starving", "out of memory")).toBeDefined()
    expect((await fetch(`${host.url}/health/ready`)).status).toBe(200)
    const logs = await host.request("GET", "/wrong/logs")
    expect(JSON.stringify(logs.body)).not.toContain("sntryu_wrong")
    expect((logs.body.lines as string[]).length).toBeGreaterThan(0)

    // What it has at work is ended, and then it is gone.
    expect((await host.request("POST", "/hanging/resync")).status).toBe(202)
    await until(async () => (await host.runs("hanging"))[0]?.outcome === "running", "it hangs again")
    expect(await host.request("DELETE", "/hanging")).toMatchObject({ status: 200, body: { ok: true } })
    expect((await host.request("GET", "/hanging")).status).toBe(404)
    expect(readdirSync(join(host.folder, ".ocean-sentry/installations")).join()).not.toContain("hanging")
  })

  it("loses no acknowledged event when it is killed, and goes on with its installations", async () => {
    const acme = await startPeers()
    const first = await startHost()
    await first.request("PUT", "/acme", installationOf(acme))
    await first.ended("acme", "completed")
    const ids = [...acme.organization.issues.keys()].slice(0, 20)
    for (const id of ids) acme.organization.resolve(id)
    const secret = `secret of ${acme.simulator.url}`
    const sent = await Promise.all(ids.map((id) => first.deliver("acme", secret, issueBody("resolved", id))))
    expect(new Set(sent)).toEqual(new Set([200]))
    first.program.kill("SIGKILL")
    await first.program.end
    const second = await startHost({}, first.folder)
    const resolved = async () => {
      const issues = (await contentOf(acme.catalog, "sentryIssue")) as { properties: { status?: string } }[]
      return issues.filter(({ properties }) => properties.status === "resolved").length
    }
    await until(async () => (await resolved()) === ids.length, "all events are in the catalog")
    expect((await second.request("GET", "/acme")).status).toBe(200)
  })

  it("takes installations from files with secrets in files, writes their mapping, and says what is wrong with one", async () => {
    const acme = await startPeers()
    const folder = freshFolder()
    const { sentry, ...rest } = installationOf(acme) as { sentry: { token: string } }
    const { token, ...others } = sentry
    writeFileSync(join(folder, "token"), `${token}\n`)
    const mapping = {
      resources: [
        {
          kind: "user",
          selector: { query: "true" },
          port: {
            entity: { mappings: { identifier: ".email", title: ".name", blueprint: '"sentryUser"' } },
          },
        },
      ],
    }
    const whole = { ...rest, mapping, sentry: { ...others, tokenFile: join(folder, "token") } }
    writeFileSync(join(folder, "acme.yaml"), JSON.stringify(whole))
    writeFileSync(join(folder, "broken.yaml"), "sentry: { organisation: x }\n")
    const host = await startHost({ OCEAN__HOST__FOLDER: folder })
    await host.program.waitFor(/broken\.yaml: .*organi[sz]ation/)
    await host.ended("acme", "completed")
    expect(await contentOf(acme.catalog, "sentryUser")).toHaveLength(acme.organization.members.size)
    expect(await contentOf(acme.catalog, "sentryIssue")).toHaveLength(0)
    expect((await host.request("DELETE", "/acme")).status).toBe(409)
  })

  it("refuses a second installation of one identifier in one organization, which Port tells by whatever address", async () => {
    const peers = await startPeers()
    const host = await startHost()
    const { clientId, clientSecret, url } = peers.catalog
    const named = installationOf(peers, { identifier: "sentry" })
    expect((await host.request("PUT", "/acme", named)).status).toBe(201)
    const twin = { ...named, port: { baseUrl: url, clientId, clientSecret } }
    const refused = await host.request("PUT", "/globex", twin)
    expect(refused.status).toBe(409)
    expect(refused.body.message).toContain('is that of the installation "acme" in the same Port already')
    expect((await host.request("PUT", "/globex", { ...twin, identifier: "other" })).status).toBe(201)
  })

  it("refuses what cannot be used, in sentences", async () => {
    const without = await runProgram(["host"], {})
    expect(without.code).toBe(2)
    expect(without.output).toContain("OCEAN__HOST__MASTER_KEY: missing")
    const short = await runProgram(["host"], { env: { OCEAN__HOST__MASTER_KEY: "abc" } })
    expect(short.code).toBe(2)
    expect(short.output).toContain("expected 32 bytes")

    const host = await startHost()
    const put = await host.request("PUT", "/acme", {
      sentry: { organization: "x", tokn: "y" },
      interval: "often",
    })
    expect(put.status).toBe(422)
    expect(JSON.stringify(put.body)).toMatch(/tokn/)
    expect(JSON.stringify(put.body)).toMatch(/expected a span such as 1h, at least 1m/)
    expect((await host.request("PUT", "/No%20name", { sentry: { organization: "x" } })).status).toBe(422)
    // It is written down, and told why it cannot run.
    expect((await host.request("PUT", "/acme", { sentry: { organization: "x" } })).status).toBe(201)
    expect(await host.ended("acme", "not started")).toMatchObject({ said: "sentry.token is not set" })
    host.program.kill("SIGTERM")
    await host.program.end
    const other = { OCEAN__HOST__MASTER_KEY: "cd".repeat(32), OCEAN__HOST__API_TOKEN: hostToken }
    const rekeyed = await startHost({ ...other, OCEAN__HOST__PREVIOUS_MASTER_KEY: masterKey }, host.folder)
    expect((await rekeyed.request("GET", "/acme")).status).toBe(200)
  })
})
