// Live events as the pages show them, of the whole program.
import { createHmac, randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { type EmbeddedProgram, firstRun, startEmbedded } from "../support/embedded-program.ts"
import { openEventStream } from "../support/event-stream.ts"
import { issueBody } from "../support/live.ts"

const organization = () =>
  generateOrganization({ seed: 3, projects: 2, issuesPerProject: 4, resolvedShare: 0 })

interface Listed {
  id: number
  name: string
  state: string
}

async function deliver(
  program: EmbeddedProgram,
  body: object,
  headers: Record<string, string> = {},
): Promise<void> {
  const text = JSON.stringify(body)
  const response = await fetch(`${program.url}/integration/webhook`, {
    method: "POST",
    body: text,
    headers: {
      "content-type": "application/json",
      "request-id": randomUUID(),
      "sentry-hook-resource": "issue",
      "sentry-hook-timestamp": String(Math.floor(Date.now() / 1_000)),
      "sentry-hook-signature": createHmac("sha256", program.webhookSecret).update(text).digest("hex"),
      ...headers,
    },
  })
  expect(response.status).toBe(200)
}

describe("live events", () => {
  it("are listed, found, streamed and shown with their secrets hidden, and worked on again", async () => {
    const data = organization()
    const program = await startEmbedded({ organization: data })
    await firstRun(program) // what comes while it goes on is read once more after it
    const stream = await openEventStream(`${program.url}/integration/stream?topics=live-events`, {
      cookie: program.cookie,
    })
    const [first = "", second = ""] = [...data.issues.keys()]
    const secrets = { access_token: "abc", note: `key ${program.sentry.token}` }
    await deliver(program, issueBody("created", first, { headers: secrets }), { "x-api-token": "hidden" })
    await deliver(program, issueBody("resolved", second))
    const done = await stream.next(
      ({ event, data }) => event === "live-event" && data.name === "issue.resolved" && data.state === "done",
    )
    await stream.next(
      ({ event, data }) => event === "live-event" && data.name === "issue.created" && data.state === "done",
    )
    expect(done.data.lagMs).toBeGreaterThanOrEqual(0)
    expect(stream.events.some(({ event }) => event === "live-depth")).toBe(true)

    const list = (query: string) =>
      program.ask<{ events: Listed[]; next: number | null }>("GET", `/integration/live-events${query}`)
    const names = ({ events }: { events: Listed[] }) => events.map(({ name }) => name)
    const all = await list("")
    expect(names(all)).toEqual(["issue.resolved", "issue.created"])
    expect(all).toMatchObject({
      depth: { waiting: 0, dead: 0 },
      names: ["issue.created", "issue.resolved"],
      next: null,
    })
    const page = await list("?limit=1")
    expect(names(await list(`?limit=1&before=${page.next}`))).toEqual(["issue.created"])
    expect(names(await list("?name=issue.created"))).toEqual(["issue.created"])
    expect(names(await list(`?q=${second}`))).toEqual(["issue.resolved"])
    expect(names(await list("?state=dead"))).toEqual([])
    await program.ask("GET", "/integration/live-events?state=odd", undefined, 422)

    const created = all.events[1]?.id
    const { event } = await program.ask<{ event: Record<string, unknown> }>(
      "GET",
      `/integration/live-events/${created}`,
    )
    const shown = JSON.stringify(event)
    expect(shown).not.toContain(program.sentry.token)
    expect(shown).not.toContain("abc")
    expect(event).toMatchObject({
      body: { action: "created" },
      headers: { "x-api-token": "[REDACTED]" },
      maskedFields: 3,
    })
    await program.ask("GET", "/integration/live-events/99999", undefined, 404)

    expect(await program.ask("POST", "/integration/live-events/replay", { ids: [created] })).toMatchObject({
      replayed: 1,
    })
    await program.ask("POST", "/integration/live-events/replay", { ids: [99_999] }, 404)
    await program.ask("POST", "/integration/live-events/replay", {}, 422)
    expect(await program.ask("POST", "/integration/live-events/replay", { allDead: true })).toMatchObject({
      replayed: 0,
    })

    const lag = await program.ask<{ buckets: { received: number; done: number; p95Ms: number | null }[] }>(
      "GET",
      "/integration/live-events/lag?minutes=10&buckets=5",
    )
    expect(lag.buckets).toHaveLength(5)
    expect(lag.buckets.map(({ received }) => received).reduce((sum, one) => sum + one)).toBe(2)
    expect(lag).toMatchObject({ bucketSeconds: 120, complete: true })
  })

  it("are none of a process that takes no webhooks", async () => {
    const program = await startEmbedded({
      organization: organization(),
      environment: { OCEAN__EVENT_LISTENER: '{"type":"POLLING","shouldProcessWebhooks":false}' },
    })
    expect(await program.ask("GET", "/integration/live-events", undefined, 404)).toMatchObject({
      error: "no_live_events",
    })
  })
})
