// Every delivery on record, as a server sent it, byte for byte: what is answered, and what becomes of it.
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { type LiveWorld, useLiveEvents } from "../support/live.ts"
import {
  blueprint,
  createSmallWorld,
  mappingOf,
  resource,
  resources,
  smallBlueprints,
} from "../support/small-world.ts"
import { readFixture } from "../support/webhook-page.ts"

interface Delivery {
  name: string
  headers: Record<string, string>
  body: string | Uint8Array
}

/** The times of the recordings are long past. */
const anyTime = Number.MAX_SAFE_INTEGER

const payloadKinds = {
  comment: ".body.data.comment_id | tostring",
  error: ".body.data.error.event_id",
  "event-alert": ".body.data.event.event_id",
  "metric-alert": ".body.data.metric_alert.id | tostring",
}

/** A world whose mapping takes every kind that webhooks carry. */
function everyKind() {
  const kinds = Object.entries(payloadKinds)
  const mapped = kinds.map(([kind, identifier]) =>
    resource(kind, { identifier, blueprint: `"${kind}"`, properties: { action: ".body.action" } }),
  )
  return createSmallWorld({
    mapping: mappingOf([...Object.values(resources), ...mapped]),
    blueprints: [
      ...smallBlueprints,
      ...kinds.map(([kind]) => blueprint(kind, { action: { type: "string" } })),
    ],
  })
}

function send(live: LiveWorld, { headers, body }: Omit<Delivery, "name">): Promise<Response> {
  return fetch(`${live.url}/integration/webhook`, { method: "POST", headers, body })
}

const made = readFixture("sentry/webhooks/_deliveries.json") as {
  clientSecret: string
  deliveries: { file: string; encoding: string; headers: Record<string, string>; rawBody: string }[]
  negative: { name: string; expect: string; headers: Record<string, string>; rawBody: string }[]
}
const recorded = readFixture("sentry-real/webhooks/index.json") as {
  clientSecret: string
  requests: { name: string; headers: [string, string][] }[]
}

function recordedDeliveries(): Delivery[] {
  const dropped = /^(host|connection|content-length|accept-encoding)$/i
  return recorded.requests.map(({ name, headers }) => ({
    name,
    headers: Object.fromEntries(headers.filter(([header]) => !dropped.test(header))),
    body: readFileSync(new URL(`../fixtures/sentry-real/webhooks/${name}.body`, import.meta.url)),
  }))
}

function madeDelivery(file: string) {
  const found = made.deliveries.find((one) => one.file === file)
  if (!found) throw new Error(`no delivery ${file}`)
  return { headers: found.headers, body: found.rawBody }
}

/** What the log says of each event, by request id: its name, its object, whether it is believed, what became of it. */
async function toldOf(live: LiveWorld): Promise<Map<string, string>> {
  const events = await live.log.list({ limit: 100 })
  return new Map(
    events.map(({ requestId, name, key, trusted, state, outcome = "" }) => {
      // These issues are not in this Sentry, which says so when it is asked for them.
      const became = outcome.replace(/^GET \S+\/issues\/(\d+)\/ answered 404.*/, "read: $1 is gone")
      return [requestId ?? key, [name, key, trusted ? "believed" : "hint", state, became].join(" | ")]
    }),
  )
}

const onItsOwn = "the object it belongs to is read on its own"
const event = "event:375e0c531beebdac219139dfae59e444"
const installation =
  "54a3e698-f389-4d86-b9f8-50093a228449 | believed | done | nothing in the mapping takes it"
const readAgain = (name: string, id: string) =>
  `${name} | issue:${id} | believed | done | read: ${id} is gone`

/** In the order in which they are sent. */
const became: [file: string, told: string][] = [
  ["installation.created.json", `installation.created | installation:${installation}`],
  ["installation.deleted.json", `installation.deleted | installation:${installation}`],
  ["issue.created.json", readAgain("issue.created", "4605200413")],
  ["issue.created.older.json", readAgain("issue.created", "4605173695")],
  ["issue.created.unicode.json", readAgain("issue.created", "4605180077")],
  ["issue.created.unicode.json", readAgain("issue.created", "4605180077")],
  ["issue.assigned.user.json", readAgain("issue.assigned", "4605173695")],
  ["issue.assigned.team.json", readAgain("issue.assigned", "4605180022")],
  ["issue.resolved.json", readAgain("issue.resolved", "4605173695")],
  ["issue.resolved.in-next-release.json", readAgain("issue.resolved", "4605173701")],
  ["issue.resolved.with-commit.json", readAgain("issue.resolved", "4605180022")],
  ["issue.ignored.json", readAgain("issue.ignored", "4605180077")],
  ["issue.archived.json", readAgain("issue.archived", "4605180077")],
  ["issue.unresolved.regressed.json", readAgain("issue.unresolved", "4605173695")],
  ["issue.unresolved.escalating.json", readAgain("issue.unresolved", "4605180022")],
  ["error.created.json", `error.created | ${event} | believed | done | ${onItsOwn}; 1 written`],
  ["comment.created.json", `comment.created | comment:1729635072 | believed | done | ${onItsOwn}; 1 written`],
  ["comment.updated.json", `comment.updated | comment:1729635072 | believed | done | ${onItsOwn}; 1 written`],
  ["comment.deleted.json", `comment.deleted | comment:1729635072 | believed | done | ${onItsOwn}; 1 deleted`],
  [
    "event_alert.triggered.json",
    `event_alert.triggered | ${event} | believed | done | ${onItsOwn}; 1 written`,
  ],
  [
    "event_alert.triggered.with-settings.json",
    `event_alert.triggered | ${event} | believed | done | ${onItsOwn}; 1 written`,
  ],
  ["metric_alert.critical.json", "metric_alert.critical | metric-alert:4 | believed | done | 1 written"],
  ["metric_alert.warning.json", "metric_alert.warning | metric-alert:4 | believed | done | 1 written"],
  ["metric_alert.resolved.json", "metric_alert.resolved | metric-alert:4 | believed | done | 1 written"],
  ["seer.root_cause_completed.json", readAgain("seer.root_cause_completed", "4605173695")],
  ["seer.pr_created.json", readAgain("seer.pr_created", "4605173695")],
  [
    "preprod_artifact.size_analysis_completed.json",
    `preprod_artifact.size_analysis_completed | preprod_artifact:${installation}`,
  ],
  ["activity_alert.triggered.json", readAgain("activity_alert.triggered", "4605173695")],
  ["issue.resolved.by-integration.json", readAgain("issue.resolved", "4605173695")],
]

describe("the deliveries of a server of today", () => {
  it("are each taken, and become the reading of their issue, an entity of their kind, or nothing", async () => {
    const world = await everyKind()
    const live = await useLiveEvents(world, { secrets: [made.clientSecret], toleranceMs: anyTime })
    for (const { headers, rawBody } of made.deliveries)
      expect((await send(live, { headers, body: rawBody })).status).toBe(200)
    await live.settled()
    const told = await toldOf(live)
    expect(made.deliveries.map(({ file, headers }) => [file, told.get(headers["Request-ID"] ?? "")])).toEqual(
      became,
    )

    // In a burst the issue's own events may be in the same group; a comment alone has its issue read for it.
    const { headers, body } = madeDelivery("comment.deleted.json")
    await send(live, { headers: { ...headers, "Request-ID": "a-comment-alone" }, body })
    await live.settled()
    expect((await toldOf(live)).get("issue:4605173695")).toContain("issue.check")

    const kept = async (kind: string) =>
      Object.values(await world.entities(kind)).map(({ identifier, properties }) => [
        identifier,
        properties.action,
      ])
    expect(await kept("comment")).toEqual([])
    expect(await kept("error")).toEqual([["375e0c531beebdac219139dfae59e444", "created"]])
    expect(await kept("event-alert")).toEqual([["375e0c531beebdac219139dfae59e444", "triggered"]])
    expect(await kept("metric-alert")).toEqual([["4", "resolved"]])
  })

  it("that are too old are hints: the issue is read, and nothing that they carry is believed", async () => {
    const world = await everyKind()
    const live = await useLiveEvents(world, { secrets: [made.clientSecret], toleranceMs: 60_000 })
    const { headers, body } = madeDelivery("comment.created.json")
    const late = { ...headers, "Sentry-Hook-Timestamp": "1500000000" }
    expect((await send(live, { headers: late, body })).status).toBe(200)
    await live.settled()
    const told = await toldOf(live)
    expect(told.get(headers["Request-ID"] ?? "")).toMatch(/ \| hint \| done \| .*its content is not believed/)
    expect(told.get("issue:4605173695")).toContain("read: 4605173695 is gone")
    expect(await world.names("comment")).toEqual([])
  })

  it.each([
    ["wrong secret", 401],
    ["body changed by one byte", 401],
    ["signature missing", 401],
    ["signature in upper case", 401],
    ["signature too short", 401],
    ["not JSON", 400],
  ])("are refused with one thing wrong: %s is %i", async (name, status) => {
    const live = await useLiveEvents(await everyKind(), {
      secrets: [made.clientSecret],
      toleranceMs: anyTime,
    })
    const one = made.negative.find((negative) => negative.name === name)
    expect(one?.expect).toMatch(/^reject/)
    const answer = await send(live, { headers: one?.headers ?? {}, body: one?.rawBody ?? "" })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ status: "error" })
    expect(await live.log.list({ limit: 5 })).toEqual([])
  })

  it("that come twice with one Request-ID are worked on once", async () => {
    const world = await everyKind()
    const live = await useLiveEvents(world, { secrets: [made.clientSecret], toleranceMs: anyTime })
    const again = made.negative.find(({ expect }) => expect === "accept, process once")
    for (let times = 0; times < 3; times++)
      expect((await send(live, { headers: again?.headers ?? {}, body: again?.rawBody ?? "" })).status).toBe(
        200,
      )
    await live.settled()
    expect(await live.log.list({ limit: 5 })).toHaveLength(1)
  })

  it("are all known to these tests", () => {
    expect(became).toHaveLength(made.deliveries.length)
    expect(made.negative.map((one) => one.name)).toHaveLength(7)
  })
})

describe("the deliveries of Sentry 9.1.2, as they came", () => {
  it("are each taken and become the reading of their issue; what is no webhook of the app is refused", async () => {
    const world = await everyKind()
    const live = await useLiveEvents(world, { secrets: [recorded.clientSecret], toleranceMs: anyTime })
    const answers: [string, number, string | undefined][] = []
    const sent = recordedDeliveries()
    for (const one of sent) answers.push([one.name, (await send(live, one)).status, undefined])
    await live.settled()
    const told = await toldOf(live)
    sent.forEach(({ headers }, at) => {
      const answer = answers[at]
      if (answer) answer[2] = told.get(headers["Request-ID"] ?? "none")
    })
    const own = "52f6cf75-9154-4f7c-9c40-e2a6728a02cf | believed | done | nothing in the mapping takes it"
    expect(answers).toEqual([
      ["01-installation.created", 200, `installation.created | installation:${own}`],
      ["02-created", 200, readAgain("issue.created", "203")],
      ["03-assigned.user", 200, readAgain("issue.assigned", "203")],
      ["05-resolved", 200, readAgain("issue.resolved", "203")],
      // This server calls it ignored when an issue is taken out of the archive.
      ["06-unresolved", 200, readAgain("issue.ignored", "203")],
      ["07-ignored", 200, readAgain("issue.ignored", "203")],
      ["09-resolved.next-release", 200, readAgain("issue.resolved", "203")],
      ["12-created.non-ascii", 200, readAgain("issue.created", "204")],
      ["13-resolved.non-ascii", 200, readAgain("issue.resolved", "204")],
      ["20-alert", 401, undefined],
      ["24-installation.deleted", 200, `installation.deleted | installation:${own}`],
    ])
  })

  it.each(["12-created.non-ascii", "13-resolved.non-ascii"])(
    "%s written anew is not what was signed",
    async (name) => {
      const live = await useLiveEvents(await everyKind(), {
        secrets: [recorded.clientSecret],
        toleranceMs: anyTime,
      })
      const one = recordedDeliveries().find((delivery) => delivery.name === name)
      const body = JSON.stringify(JSON.parse(Buffer.from(one?.body ?? "").toString()))
      expect((await send(live, { headers: one?.headers ?? {}, body })).status).toBe(401)
      expect(await live.log.list({ limit: 5 })).toEqual([])
    },
  )
})
