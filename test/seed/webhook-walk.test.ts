// The documentation's alternative installation via webhook, over HTTP, in the order in which its page tells it.
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { at } from "../support/engines.ts"
import {
  pageCommentBlueprint,
  pageIssueBlueprint,
  pageWebhook,
  readFixture,
  type SentryDelivery,
  sentryApp,
} from "../support/webhook-page.ts"
import { type Hooks, hmac, post, startHooks } from "../support/webhooks.ts"

const app = sentryApp()

it("issues: data source without a secret, its address to Sentry, the secret told, and only signed events count", async () => {
  const { catalog, entity, lastEvent } = await startHooks()
  await created(catalog, "/blueprints", pageIssueBlueprint)
  const url = String(at(await created(catalog, "/webhooks", pageWebhook("issue")), "integration.url"))

  // Sentry creates the app, which makes its secret and sends at once.
  expect(await deliver(url, app.delivery("installation.created.json"))).toEqual({
    status: 202,
    body: { ok: true },
  })
  expect(await lastEvent("sentry_issue_mapper")).toMatchObject({
    status: "done",
    signature: "no-secret",
    mappings: [{ result: "skipped" }],
  })

  const told = await catalog.request("PATCH", "/v1/webhooks/sentry_issue_mapper", {
    security: { secret: app.clientSecret },
  })
  expect(at(told.body, "integration")).toMatchObject({
    url,
    security: {
      signatureHeaderName: "sentry-hook-signature",
      signatureAlgorithm: "sha256",
      secret: app.clientSecret,
    },
  })

  const delivery = app.delivery("issue.created.json")
  const unsigned = { ...delivery, headers: { "Sentry-Hook-Resource": "issue" } }
  const wrong = { ...unsigned, headers: { "Sentry-Hook-Signature": hmac("another", delivery.rawBody) } }
  for (const forged of [unsigned, wrong]) {
    expect((await deliver(url, forged)).status).toBe(202)
    expect(await lastEvent("sentry_issue_mapper")).toMatchObject({ status: "refused", signature: "refused" })
  }
  expect(await entity("sentryIssue", "4605200413")).toBeUndefined()

  expect(delivery.headers["Sentry-Hook-Signature"]).toBe(hmac(app.clientSecret, delivery.rawBody))
  await deliver(url, delivery)
  expect(await lastEvent("sentry_issue_mapper")).toMatchObject({ status: "done", signature: "verified" })
  expect(await entity("sentryIssue", "4605200413")).toMatchObject({
    title: "EXC_BAD_ACCESS: KERN_INVALID_ADDRESS at 0x18",
    properties: { action: "created", level: "fatal", status: "unresolved", projectID: "4504931763290112" },
  })

  await deliver(url, app.delivery("issue.archived.json"))
  expect(
    await lastEvent("sentry_issue_mapper"),
    "the page's blueprint does not know this action",
  ).toMatchObject({
    status: "failed",
    mappings: [
      { entities: [{ error: expect.stringContaining('"properties.action" must be equal to one of') }] },
    ],
  })
})

it("comments: a data source of their own, related to the issue's entity, also where ids are numbers", async () => {
  const { catalog, entity, lastEvent } = await startHooks()
  for (const blueprint of [pageIssueBlueprint, pageCommentBlueprint])
    await created(catalog, "/blueprints", blueprint)
  const issues = String(at(await created(catalog, "/webhooks", pageWebhook("issue")), "integration.url"))
  const comments = String(at(await created(catalog, "/webhooks", pageWebhook("comment")), "integration.url"))
  for (const id of ["sentry_issue_mapper", "sentry_comment_mapper"]) {
    await catalog.request("PATCH", `/v1/webhooks/${id}`, { security: { secret: app.clientSecret } })
  }
  // The comment first: the issue it is made on is created bare, and completed by its own event.
  await deliver(comments, app.delivery("comment.created.json"))
  expect(await lastEvent("sentry_comment_mapper")).toMatchObject({ status: "done", signature: "verified" })
  expect(await entity("sentryComment", "1729635072")).toMatchObject({
    title: "Comment Event",
    properties: { comment: "Hello admin please take a look at this", issue_id: "4605173695" },
    relations: { sentryIssue: "4605173695" },
  })
  expect(await entity("sentryIssue", "4605173695")).toMatchObject({ title: "4605173695" })
  await deliver(issues, app.delivery("issue.assigned.user.json"))
  await lastEvent("sentry_issue_mapper")
  expect(await entity("sentryIssue", "4605173695")).toMatchObject({ properties: { action: "assigned" } })
})

it.each([
  ["issue", "payload.issue-created.json", "webhook.issue-created.json"],
  ["comment", "payload.comment-created.json", "webhook.comment-created.json"],
] as const)(
  "the page's sample %s becomes the entity that the page shows",
  async (kind, payload, computed) => {
    const { catalog, entity, lastEvent } = await startHooks()
    for (const blueprint of [pageIssueBlueprint, pageCommentBlueprint])
      await created(catalog, "/blueprints", blueprint)
    const url = String(at(await created(catalog, "/webhooks", pageWebhook(kind)), "integration.url"))
    await post(url, readFixture(`seed/webhook/${payload}`) as JsonObject) // a payload is an object
    expect(await lastEvent(`sentry_${kind}_mapper`)).toMatchObject({ status: "done" })
    const [expected] = readFixture(`seed/computed/${computed}`) as { blueprint: string; identifier: string }[]
    const { identifier, title, blueprint, properties, relations } =
      (await entity(expected?.blueprint ?? "", expected?.identifier ?? "")) ?? {}
    expect({ identifier, title, blueprint, properties, relations }).toEqual(expected)
  },
)

it("the title of the comments stands on the page without inner quotes, and means the same", async () => {
  const { catalog, entity, lastEvent } = await startHooks()
  for (const blueprint of [pageIssueBlueprint, pageCommentBlueprint])
    await created(catalog, "/blueprints", blueprint)
  const webhook = pageWebhook("comment")
  const [mapping] = webhook.mappings as { entity: JsonObject }[]
  const entityMapping = { ...mapping?.entity, title: "Comment Event" }
  const mappings = [{ ...mapping, entity: entityMapping }] as JsonObject[]
  const url = String(at(await created(catalog, "/webhooks", { ...webhook, mappings }), "integration.url"))
  await post(url, readFixture("seed/webhook/payload.comment-created.json") as JsonObject) // the same
  await lastEvent("sentry_comment_mapper")
  expect(await entity("sentryComment", "1729635072")).toMatchObject({ title: "Comment Event" })
})

it("one data source may have both mappings, each filtered by the header that names the resource", async () => {
  const { catalog, entity, lastEvent } = await startHooks()
  for (const blueprint of [pageIssueBlueprint, pageCommentBlueprint])
    await created(catalog, "/blueprints", blueprint)
  const mappings = (["issue", "comment"] as const).flatMap((kind) =>
    (pageWebhook(kind).mappings as JsonObject[]).map((mapping) => ({
      ...mapping,
      filter: `.headers."sentry-hook-resource" == "${kind}"`,
    })),
  )
  const security = { ...(pageWebhook("issue").security as JsonObject), secret: app.clientSecret }
  const url = String(
    at(
      await created(catalog, "/webhooks", { identifier: "sentry", title: "Sentry", security, mappings }),
      "integration.url",
    ),
  )
  await deliver(url, app.delivery("issue.created.json"))
  expect(await lastEvent("sentry")).toMatchObject({
    status: "done",
    mappings: [{ result: "applied" }, { result: "filtered" }],
  })
  await deliver(url, app.delivery("comment.created.json"))
  expect(await lastEvent("sentry")).toMatchObject({
    status: "done",
    mappings: [{ result: "filtered" }, { result: "applied" }],
  })
  expect(await entity("sentryIssue", "4605200413")).toMatchObject({
    title: expect.stringContaining("EXC_BAD_ACCESS"),
  })
  expect(await entity("sentryComment", "1729635072")).toBeDefined()
  expect(
    await entity("sentryComment", "null"),
    "what `null | tostring` would make of an issue",
  ).toBeUndefined()
})

const integrationIssueBlueprint: JsonObject = {
  ...(readFixture("seed/newer/blueprint.issue.json") as JsonObject), // a blueprint is an object
  relations: {},
}

it.each([
  [
    "the integration's first",
    integrationIssueBlueprint,
    pageIssueBlueprint,
    '"action", "level", "platform", "projectID"',
  ],
  ["the page's first", pageIssueBlueprint, integrationIssueBlueprint, '"link", "isUnhandled"'],
] as const)(
  "two blueprints called sentryIssue, %s: the second is refused in one sentence, and a PATCH makes one for both",
  async (_, first, second, missing) => {
    const { catalog, entity, lastEvent } = await startHooks()
    await created(catalog, "/blueprints", first)
    const url = String(at(await created(catalog, "/webhooks", pageWebhook("issue")), "integration.url"))
    const refused = await catalog.request("POST", "/v1/blueprints", second)
    expect(refused).toMatchObject({ status: 409, body: { ok: false, error: "identifier_taken" } })
    expect(at(refused.body, "message")).toContain(
      `without the properties ${missing} of this one: add them by PATCH`,
    )

    if (first === integrationIssueBlueprint) {
      await deliver(url, app.delivery("issue.created.json"))
      expect(await lastEvent("sentry_issue_mapper")).toMatchObject({
        status: "failed",
        mappings: [
          {
            error: expect.stringContaining(`no property ${missing}; add what is missing by PATCH`),
            entities: [],
          },
        ],
      })
    }

    const { schema } = second
    expect(await catalog.request("PATCH", "/v1/blueprints/sentryIssue", { schema })).toMatchObject({
      status: 200,
    })
    const byIntegration = {
      identifier: "4605200413",
      title: "As the integration has it",
      properties: { link: "https://sentry.io/issues/1", status: "unresolved", isUnhandled: true },
    }
    const bulk = "/v1/blueprints/sentryIssue/entities/bulk?upsert=true&merge=true"
    expect(await catalog.request("POST", bulk, { entities: [byIntegration] })).toMatchObject({
      body: { ok: true },
    })
    await deliver(url, app.delivery("issue.created.json"))
    expect(await lastEvent("sentry_issue_mapper")).toMatchObject({ status: "done" })
    expect(await entity("sentryIssue", "4605200413")).toMatchObject({
      properties: { ...byIntegration.properties, action: "created", platform: "cocoa" },
    })
  },
)

it("the guide shows these very blueprints and data sources", () => {
  const guide = readFileSync(new URL("../../docs/webhook-ingestion.md", import.meta.url), "utf8")
  const shown = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, text = ""]) => JSON.parse(text) as unknown)
  for (const body of [
    pageIssueBlueprint,
    pageCommentBlueprint,
    pageWebhook("issue"),
    pageWebhook("comment"),
  ]) {
    expect(shown).toContainEqual(body)
  }
})

async function created(catalog: Hooks["catalog"], path: string, body: object): Promise<unknown> {
  const answer = await catalog.request("POST", `/v1${path}`, body)
  expect(answer).toMatchObject({ status: 201, body: { ok: true } })
  return answer.body
}

function deliver(
  url: string,
  { headers, rawBody }: SentryDelivery,
): Promise<{ status: number; body: unknown }> {
  return post(url, rawBody, headers)
}
