// Who may do what with the installations of a host: by its token, by a session of its pages, and by a session that may only
// look. Nobody ever gets a secret back.
import { describe, expect, it } from "vitest"
import { hostOperations } from "../../src/host/operations.ts"
import { contentOf, startPeers } from "../support/drop-in.ts"
import { type Host, hostToken, installationOf, startHost } from "../support/hosted.ts"
import { type PageAnswer, send } from "../support/pages.ts"
import { runProgram } from "../support/program.ts"
import { until } from "../support/replicas.ts"

type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<PageAnswer>

/** By a cookie, as the browser of somebody who has opened the link. */
async function signedIn({ url }: Host, link: string): Promise<Ask> {
  const token = link.split("#")[1]
  const answer = await send("POST", `${url}/integration/session`, { token })
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
  return (method, path, body, headers = {}) =>
    send(method, `${url}${path}`, body, { cookie, "sec-fetch-site": "same-origin", ...headers })
}

const unseen = { sentry: { organization: "acme" }, enabled: false }

describe("the installations of a host", { timeout: 240_000 }, () => {
  it("are a page's by its session: one that may only look changes nothing, nor does another site", async () => {
    const host = await startHost()
    const [link = ""] = await host.program.waitFor(/http:\S+\/sign-in#\S+/)
    expect((await send("GET", `${host.url}/integration/session`)).body).toMatchObject({
      signedIn: false,
      pages: "host",
      command: expect.stringMatching(/sign-in --database \S*host\.db$/),
    })
    const admin = await signedIn(host, link)
    const asked = await admin("GET", "/host")
    expect(asked).toMatchObject({ status: 200, body: { port: { hasCredentials: false } } })
    expect((await admin("PUT", "/host/installations/acme", unseen)).status).toBe(201)

    const made = await admin("POST", "/integration/session/links", { role: "viewer", name: "Ada" })
    const viewer = await signedIn(host, (made.body as { url: string }).url)
    expect((await viewer("GET", "/host/installations/acme")).status).toBe(200)
    const writes = [
      ["PUT", "/acme", unseen],
      ["PATCH", "/acme", { interval: "2h" }],
      ["DELETE", "/acme", undefined],
      ["POST", "/acme/resync", undefined],
    ] as const
    for (const [method, path, body] of writes) {
      const name = `${method} ${path}`
      expect(await viewer(method, `/host/installations${path}`, body), name).toMatchObject({
        status: 403,
        body: { message: "this session may look, and change nothing" },
      })
      const fromElsewhere = { "sec-fetch-site": "same-site" }
      expect((await admin(method, `/host/installations${path}`, body, fromElsewhere)).status, name).toBe(403)
      expect((await send(method, `${host.url}/host/installations${path}`, body)).status, name).toBe(401)
    }
    expect((await send("GET", `${host.url}/integration/stream`)).status).toBe(401)
    const wrong = { authorization: "Bearer of nobody" }
    expect((await send("GET", `${host.url}/host/installations`, undefined, wrong)).status).toBe(401)
    expect((await host.request("GET", "/acme")).body).toMatchObject({ installation: { interval: "3600s" } })

    // With the token whoever runs the host gives others their links.
    const byToken = await send(
      "POST",
      `${host.url}/integration/session/links`,
      { role: "admin" },
      { authorization: `Bearer ${hostToken}` },
    )
    expect(byToken.status).toBe(201)
  })

  it("never show a secret, and tell of the settings and the work of each", async () => {
    const acme = await startPeers()
    const host = await startHost()
    const [link = ""] = await host.program.waitFor(/http:\S+\/sign-in#\S+/)
    const admin = await signedIn(host, link)
    const secrets = [acme.simulator.token, acme.catalog.clientSecret, `secret of ${acme.simulator.url}`]
    const seen: string[] = []
    const ask: Ask = async (...request) => {
      const answer = await admin(...request)
      seen.push(JSON.stringify(answer.body), JSON.stringify([...answer.headers]))
      return answer
    }
    await ask("PUT", "/host/installations/acme", installationOf(acme, { interval: "2h" }))
    await host.ended("acme", "completed")
    const [run] = ((await ask("GET", "/host/installations/acme/runs")).body as { runs: object[] }).runs
    expect(run).toMatchObject({
      outcome: "completed",
      headline: expect.stringMatching(/^\d+ created/),
      counts: { read: expect.any(Number), refused: 0 },
    })
    const { body } = await ask("GET", "/host/installations")
    expect(body).toMatchObject({
      installations: [
        {
          id: "acme",
          lastRun: { outcome: "completed" },
          nextRunAt: expect.stringMatching(/Z$/),
          waiting: { events: 0, oldestAt: null },
          target: { url: acme.port.url, credentials: "own" },
          attention: [],
        },
      ],
    })
    await ask("PATCH", "/host/installations/acme", { sentry: { token: "sntryu_wrong" }, interval: "3h" })
    await ask("POST", "/host/installations/acme/resync")
    await host.ended("acme", "failed")
    await until(async () => {
      const { body } = await ask("GET", "/host/installations/acme")
      const { attention } = (body as { installation: { attention: { severity: string }[] } }).installation
      return attention[0]?.severity === "error"
    }, "it says what needs a person")
    await ask("GET", "/host/installations/acme/logs")
    await ask("PUT", "/host/installations/acme", { sentry: { token: 5 } })
    await ask("DELETE", "/host/installations/acme")
    for (const secret of [...secrets, "sntryu_wrong"]) expect(seen.join("\n")).not.toContain(secret)
    expect(await contentOf(acme.catalog, "sentryIssue")).toHaveLength(90)
  })

  it("are reached by routes that its API page lists, and by links that the command prints", async () => {
    const port = { OCEAN__PORT__CLIENT_ID: "of the host", OCEAN__PORT__CLIENT_SECRET: "secret-of-the-host" }
    const host = await startHost(port)
    await host.request("PUT", "/acme", unseen)
    const { body } = await send("GET", `${host.url}/openapi.json`)
    const { paths } = body as { paths: Record<string, object> } // an OpenAPI document
    for (const { method, path } of hostOperations) {
      expect(paths[path], path).toHaveProperty(method)
      if (method === "delete") continue
      const url = `${host.url}${path.replace("{id}", "acme")}`
      const headers = { authorization: `Bearer ${hostToken}` }
      const sent = method === "put" || method === "patch" ? unseen : undefined
      expect((await send(method.toUpperCase(), url, sent, headers)).status, `${method} ${path}`).not.toBe(404)
      expect((await send(method.toUpperCase(), url, sent)).status, `${method} ${path}`).toBe(401)
    }
    // Its settings are no way to start one integration, which nobody wants here.
    const printed = await runProgram(["sign-in", "--database", ".ocean-sentry/host.db", "--read-only"], {
      folder: host.folder,
      env: port,
    })
    expect(printed.code).toBe(0)
    const [link = ""] = /http:\S+\/sign-in#\S+/.exec(printed.stdout) ?? []
    expect(link).toContain(host.url)
    const viewer = await signedIn(host, link)
    expect((await viewer("GET", "/host/installations")).status).toBe(200)
    expect((await viewer("DELETE", "/host/installations/acme")).status).toBe(403)

    const plain = await startHost({ ...port, OCEAN__PAGES__ENABLED: "false" })
    expect(plain.program.output()).not.toContain("sign-in#")
    expect((await send("GET", `${plain.url}/integration/session`)).status).toBe(404)
    expect((await plain.request("GET", "")).status).toBe(200)
  })

  it("are changed in part: what a change does not name stays, and null takes it away", async () => {
    const host = await startHost()
    await host.request("PUT", "/acme", {
      ...unseen,
      interval: "2h",
      timeout: "30m",
      port: { clientId: "id", clientSecret: "of Port" },
      sentry: { organization: "acme", token: "t", webhookSecret: "w" },
    })
    const changed = await host.request("PATCH", "/acme", {
      sentry: { webhookSecret: null },
      port: null,
      timeout: null,
    })
    expect(changed).toMatchObject({
      status: 200,
      body: { installation: { interval: "7200s", timeout: "7200s", secrets: ["sentry.token"] } },
    })
    expect(changed.body.installation).not.toHaveProperty("port")
    const mapping = "resources:\n  - kind: user\n    selector:\n      query: 'true'\n"
    expect(await host.request("PATCH", "/acme", { mapping })).toMatchObject({
      body: { installation: { mapping: { resources: [{ kind: "user" }] } } },
    })
    expect((await host.request("PATCH", "/none", {})).status).toBe(404)
    expect((await host.request("PATCH", "/acme", "no object")).status).toBe(422)
  })

  it("say at which field something is wrong, and are not made twice by one who means a new one", async () => {
    const host = await startHost()
    const refused = await host.request("PUT", "/acme", {
      sentry: { organization: "", host: "sentry.io" },
      interval: "5s",
      mapping: "resources: [",
    })
    expect(refused).toMatchObject({
      status: 422,
      body: {
        fields: {
          "sentry.organization": "empty",
          "sentry.host": expect.stringContaining("http://"),
          interval: expect.stringContaining("at least 1m"),
          mapping: expect.stringContaining("YAML"),
        },
      },
    })
    expect((await host.request("PUT", "/No%20name", unseen)).body).toMatchObject({
      fields: { id: expect.stringContaining("lower-case") },
    })
    await host.request("PUT", "/acme", unseen)
    const anew = await host.request("PUT", "/acme", unseen, { "if-none-match": "*" })
    expect(anew).toMatchObject({ status: 412, body: { fields: { id: expect.stringContaining("already") } } })
    await host.request("PATCH", "/acme", { enabled: true, identifier: "one" })
    const twin = await host.request("PUT", "/globex", { ...unseen, enabled: true, identifier: "one" })
    expect(twin).toMatchObject({
      status: 409,
      body: { fields: { identifier: expect.stringContaining("already") } },
    })
  })
})
