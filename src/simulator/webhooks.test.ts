// What the simulated Sentry sends: when, to whom, in which bytes, and the shapes held against Sentry's own deliveries.
import { createHmac } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { useReceiver } from "../../test/support/receiver.ts"
import { steppedClock, useSimulator } from "../../test/support/simulator.ts"
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../common/json.ts"
import type { NewApp } from "./app-changes.ts"
import { createOrganization } from "./organization.ts"
import { asciiJson } from "./payloads/ascii-json.ts"
import type { SimulatorOptions } from "./serve.ts"

const fixtures = new URL("../../test/fixtures/", import.meta.url)

function delivered(file: string): JsonObject {
  return parseJson(readFileSync(new URL(file, fixtures), "utf8")) as JsonObject // every delivery is an object
}

async function start(app: Partial<NewApp> = {}, options: SimulatorOptions = {}) {
  const clock = steppedClock("2026-11-20T10:15:00.123Z")
  const organization = createOrganization({ slug: "acme", clock })
  organization.addProject({ slug: "api" })
  organization.addMember({ email: "ana@acme.example", name: "Ana Sørensen" })
  organization.addTeam({ slug: "core", name: "Core", members: ["ana@acme.example"] })
  const receiver = await useReceiver()
  const simulator = await useSimulator({ organization, ...options })
  const integration = organization.addApp({
    name: "Catalog Sync",
    webhookUrl: `${receiver.url}/integration/webhook`,
    events: ["issue", "comment", "error"],
    isAlertable: true,
    scopes: ["event:read"],
    ...app,
  })
  const { received } = receiver
  const names = () => received.map(({ headers, body }) => `${headers["sentry-hook-resource"]}.${body.action}`)
  const { idle } = simulator.webhooks
  return { clock, organization, receiver, received, simulator, integration, names, idle }
}

/** Nothing inside is compared: what is in them depends on the issue. */
const inner = [
  ...[
    "metadata",
    "statusDetails",
    "project",
    "assignedTo",
    "contexts",
    "exception",
    "request",
    "sdk",
    "user",
  ],
  ...["created_by"],
]
/** The type depends on what the issue happens to have, and on who acted. */
const loose = [
  ...[
    "substatus",
    "logger",
    "seerFixabilityScore",
    "priority",
    "environment",
    "owner",
    "location",
    "release",
  ],
  ...["platform", "date_closed"],
]

/** Every member with the type of its value, in the order in which they stand. */
function shapeOf(value: JsonValue, path = ""): string[] {
  if (Array.isArray(value)) return [`${path}: list`]
  if (!isJsonObject(value)) return [`${path}: ${value === null ? "null" : typeof value}`]
  return Object.entries(value).flatMap(([key, member]) =>
    inner.includes(key) || loose.includes(key) || `${path}.${key}` === ".actor.id"
      ? [`${path}.${key}`]
      : shapeOf(member, `${path}.${key}`),
  )
}

describe("what is sent", () => {
  it("each change of an issue and its comments, once, and an archived issue by both its names", async () => {
    const { organization, names, idle } = await start()
    const { id } = organization.addIssue("api", { title: "one" })
    organization.assign(id, { user: "ana@acme.example" })
    organization.resolve(id)
    organization.addEvent(id)
    organization.archive(id)
    organization.unresolve(id, "ongoing", "ana@acme.example")
    const comment = organization.addComment(id, { text: "hm", by: "ana@acme.example" })
    organization.updateComment(id, comment.id, "aha")
    organization.deleteComment(id, comment.id)
    await idle()
    expect(names().sort()).toEqual(
      [
        ...["created", "assigned", "resolved", "unresolved", "ignored", "archived", "unresolved"].map(
          (action) => `issue.${action}`,
        ),
        ...["created", "updated", "deleted"].map((action) => `comment.${action}`),
      ].sort(),
    )
    expect(organization.issueOf(id)?.numComments).toBe(0)
  })

  it("nothing of a deleted, merged or unassigned issue, nor of a further event of an open one", async () => {
    const { organization, received, idle } = await start()
    const [one, two, three] = ["one", "two", "three"].map(
      (title) => organization.addIssue("api", { title }).id,
    )
    organization.assign(one ?? "", { team: "core" })
    await idle()
    received.length = 0
    organization.addEvent(one ?? "")
    organization.unassign(one ?? "")
    organization.mergeIssue(two ?? "", three ?? "")
    organization.deleteIssue(one ?? "")
    await idle()
    expect(received).toEqual([])
  })

  it("nothing to an integration that did not ask, is switched off, or has no address", async () => {
    const { organization, received, integration, idle } = await start({ events: ["comment"] })
    organization.addIssue("api", { title: "not asked for" })
    organization.updateApp(integration.slug, { events: ["issue"], isDisabled: true })
    organization.addIssue("api", { title: "switched off" })
    organization.updateApp(integration.slug, { isDisabled: false, webhookUrl: null })
    organization.addIssue("api", { title: "no address" })
    await idle()
    expect(received).toEqual([])
  })

  it("alerts and single errors when somebody calls for them", async () => {
    const { organization, simulator, names, idle, integration } = await start()
    const issue = organization.addIssue("api", { title: "one" })
    expect(simulator.webhooks.sendError(issue)).toBe(1)
    expect(simulator.webhooks.sendEventAlert(issue, { rule: "new" })).toBe(1)
    expect(simulator.webhooks.sendEventAlert(issue, { rule: "new", apps: ["another"] })).toBe(0)
    const alert = { title: "volume", action: "critical", projects: ["api"] } as const
    expect(simulator.webhooks.sendMetricAlert({ ...alert, projects: ["api"] })).toBe(1)
    organization.updateApp(integration.slug, { isAlertable: false, events: ["issue"] })
    expect(simulator.webhooks.sendMetricAlert({ ...alert, projects: ["api"] })).toBe(0)
    expect(simulator.webhooks.sendError(issue)).toBe(0)
    await idle()
    expect(names()).toEqual([
      "issue.created",
      "error.created",
      "event_alert.triggered",
      "metric_alert.critical",
    ])
  })

  it("installations of integrations that others may install", async () => {
    const { organization, names, integration, idle } = await start({ status: "unpublished" })
    organization.installApp(integration.slug)
    organization.uninstallApp(integration.slug)
    await idle()
    expect(names()).toEqual(["installation.created", "installation.deleted"])
  })
})

describe("a delivery", () => {
  it("is signed over bytes that are compact and ASCII, with Sentry's headers", async () => {
    const { organization, received, integration, idle } = await start()
    organization.addIssue("api", { title: "naïve café — 日本語 🚀" })
    await idle()
    const [delivery] = received
    const text = delivery?.bytes.toString("latin1") ?? ""
    expect(text).toMatch(/^\{"action":"created","installation":\{"uuid":"[0-9a-f-]{36}"\},"data":\{/)
    expect(text).toContain(String.raw`"title":"na\u00efve caf\u00e9 \u2014 \u65e5\u672c\u8a9e \ud83d\ude80"`)
    expect(text).not.toMatch(/[^\x20-\x7e]/)
    expect(delivery?.headers).toMatchObject({
      "content-type": "application/json",
      "request-id": expect.stringMatching(/^[0-9a-f]{32}$/),
      "sentry-hook-resource": "issue",
      "sentry-hook-timestamp": String(Math.floor(Date.parse("2026-11-20T10:15:00Z") / 1_000)),
      "sentry-hook-signature": createHmac("sha256", integration.clientSecret)
        .update(delivery?.bytes ?? "")
        .digest("hex"),
      "user-agent": expect.stringMatching(/^sentry\/\S+ \(https:\/\/sentry\.io\)$/),
    })
  })

  it("has the bytes of a real server's delivery, for the same content", () => {
    const { deliveries } = delivered("sentry/webhooks/_deliveries.json") as {
      deliveries: { encoding: string; rawBody: string }[]
    }
    const ascii = deliveries.filter(
      ({ encoding, rawBody }) => encoding === "ascii" && !/\d\.0\b/.test(rawBody),
    )
    expect(ascii.length).toBeGreaterThan(10)
    for (const { rawBody } of ascii) expect(asciiJson(JSON.parse(rawBody))).toBe(rawBody)
  })

  it.each([200, 204, 302, 404, 500, 503])(
    "of an internal integration is made once, whatever the answer: %i",
    async (status) => {
      const { organization, receiver, received, integration, idle } = await start()
      receiver.answer = { status, headers: { location: `${receiver.url}/elsewhere` } }
      organization.addIssue("api", { title: "one" })
      await idle()
      expect(received).toHaveLength(1)
      expect(integration.requests).toMatchObject([{ eventType: "issue.created", responseCode: status }])
    },
  )

  it("that gets no answer in time is given up, and noted with 0", async () => {
    const { organization, receiver, received, integration, idle } = await start({}, { webhookTimeoutMs: 50 })
    receiver.answer = undefined
    organization.addIssue("api", { title: "one" })
    await idle()
    expect(received).toHaveLength(1)
    expect(integration.requests).toMatchObject([{ responseCode: 0 }])
  })

  it("of a published integration is made four times when the receiver is not there", async () => {
    const { organization, receiver, received, clock, idle } = await start({ status: "published" })
    organization.installApp([...organization.apps.keys()][0] ?? "")
    await idle()
    received.length = 0
    const before = clock.now()
    receiver.answer = { status: 503 }
    organization.addIssue("api", { title: "one" })
    await idle()
    expect(received).toHaveLength(4)
    expect(clock.now() - before).toBe(15 * 60_000)
    expect(new Set(received.map(({ headers }) => headers["request-id"])).size).toBe(4)
  })
})

describe("the shape of", () => {
  type World = Awaited<ReturnType<typeof start>>
  const first = ({ organization }: World) =>
    organization.addIssue("api", {
      title: "one",
      isUnhandled: true,
      metadata: { type: "E", filename: "a.py" },
      environment: "production",
      tags: { release: "api@1" },
    })
  const changes: Record<string, (world: World) => void> = {
    "issue.created": first,
    "issue.assigned.user": (world) =>
      world.organization.assign(first(world).id, { user: "ana@acme.example" }),
    "issue.assigned.team": (world) => world.organization.assign(first(world).id, { team: "core" }),
    "issue.resolved": (world) => world.organization.resolve(first(world).id, { by: "ana@acme.example" }),
    "issue.resolved.in-next-release": (world) =>
      world.organization.resolve(first(world).id, { inNextRelease: true, by: "ana@acme.example" }),
    "issue.unresolved.regressed": (world) => {
      const { id } = first(world)
      world.organization.resolve(id)
      world.organization.addEvent(id)
    },
    "issue.archived": (world) => world.organization.archive(first(world).id, "forever", "ana@acme.example"),
    "comment.created": (world) =>
      world.organization.addComment(first(world).id, { text: "hm", by: "ana@acme.example" }),
    "error.created": (world) => world.simulator.webhooks.sendError(first(world)),
    "event_alert.triggered": (world) =>
      world.simulator.webhooks.sendEventAlert(first(world), { rule: "new" }),
    "event_alert.triggered.with-settings": (world) =>
      world.simulator.webhooks.sendEventAlert(first(world), { rule: "new", settings: [] }),
    "metric_alert.critical": (world) =>
      world.simulator.webhooks.sendMetricAlert({ title: "v", action: "critical", projects: ["api"] }),
    "metric_alert.resolved": (world) =>
      world.simulator.webhooks.sendMetricAlert({ title: "v", action: "resolved", projects: ["api"] }),
  }

  it.each(Object.keys(changes))("%s is that of Sentry's own", async (name) => {
    const world = await start()
    changes[name]?.(world)
    await world.idle()
    const action = name.split(".")[1]
    const sent = world.received.map(({ body }) => body).findLast((body) => body.action === action)
    const known = delivered(`sentry/webhooks/${name}.json`)
    expect(shapeOf(sent ?? null)).toEqual(shapeOf(known))
    expect(Object.keys((sent?.data as JsonObject) ?? {})).toEqual(Object.keys(known.data as JsonObject))
  })

  it("an installation is that of Sentry's own", async () => {
    const world = await start({ status: "unpublished" })
    world.organization.installApp(world.integration.slug)
    world.organization.uninstallApp(world.integration.slug)
    await world.idle()
    for (const [index, name] of ["created", "deleted"].entries()) {
      const known = delivered(`sentry/webhooks/installation.${name}.json`)
      const sent = world.received[index]?.body ?? null
      expect(shapeOf(sent)).toEqual(shapeOf(known))
    }
  })

  it.each([
    ["02-created", (world: World) => first(world)],
    [
      "03-assigned.user",
      (world: World) => world.organization.assign(first(world).id, { user: "ana@acme.example" }),
    ],
    [
      "05-resolved",
      (world: World) => world.organization.resolve(first(world).id, { by: "ana@acme.example" }),
    ],
    [
      "06-unresolved",
      (world: World) => world.organization.unresolve(first(world).id, "ongoing", "ana@acme.example"),
    ],
    [
      "07-ignored",
      (world: World) => world.organization.archive(first(world).id, "forever", "ana@acme.example"),
    ],
  ])("%s of a 9.1.2 server is that of the recorded one", async (name, change) => {
    const world = await start({}, { legacy: true })
    change(world)
    await world.idle()
    const known = delivered(`sentry-real/webhooks/${name}.body`)
    const sent = world.received.at(-1)?.body ?? {}
    expect(Object.keys(sent)).toEqual(Object.keys(known))
    expect(sent.action).toBe(known.action)
    expect(shapeOf(sent).sort()).toEqual(shapeOf(known).sort())
    const issue = (body: JsonObject) => (body.data as JsonObject).issue as JsonObject
    expect(issue(sent).status).toBe(issue(known).status)
    if (name === "05-resolved") {
      expect((sent.data as JsonObject).resolution_type).toBe((known.data as JsonObject).resolution_type)
    }
  })
})
