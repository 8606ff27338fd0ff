// The preset with the kinds of webhooks: each of them becomes an entity that its issue's entities are found by.
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { presets } from "../../src/sentry/defaults/presets.ts"
import { useLiveEvents } from "../support/live.ts"
import { createSmallWorld } from "../support/small-world.ts"

const preset = presets.find(({ name }) => name === "default-with-events")

/** A recorded delivery's body, told of another issue. */
function body(file: string, issue: string): JsonObject {
  const text = readFileSync(new URL(`../fixtures/sentry/webhooks/${file}.json`, import.meta.url), "utf8")
  const parsed = JSON.parse(text) as { data: Record<string, unknown> } // a fixture of ours
  if ("issue_id" in parsed.data) parsed.data.issue_id = Number(issue)
  for (const key of ["event", "error"]) {
    const inner = parsed.data[key] as JsonObject | undefined
    if (inner) inner.issue_id = issue
  }
  return parsed as unknown as JsonObject
}

describe("the preset with events", () => {
  it("relates comments, alerts and errors to every environment of their issue, and keeps them in a resync", async () => {
    const world = await createSmallWorld({
      mapping: preset?.mapping ?? {},
      blueprints: preset?.blueprints ?? [],
    })
    await world.run()
    const live = await useLiveEvents(world)
    const id = world.idOf("api two")
    const issues = [`${id}-production`, `${id}-staging`]

    await live.deliver("comment", body("comment.created", id))
    await live.deliver("event_alert", body("event_alert.triggered.with-settings", id))
    await live.deliver("metric_alert", body("metric_alert.critical", id))
    await live.deliver("error", body("error.created", id))
    await live.settled()
    await world.run()

    const [comment] = Object.values(await world.entities("sentryComment"))
    expect(comment).toMatchObject({ title: "Comment Event", relations: { sentryIssue: issues } })
    const alerts = await world.entities("sentryAlert")
    expect(alerts["event-375e0c531beebdac219139dfae59e444"]).toMatchObject({
      title: "New checkout error",
      properties: { status: "triggered" },
      relations: { sentryIssue: issues },
    })
    expect(alerts["metric-4"]).toMatchObject({
      title: "Critical: Checkout error volume",
      properties: { status: "critical", projects: ["storefront-web"], rule: "Checkout error volume" },
    })
    const [error] = Object.values(await world.entities("sentryError"))
    expect(error).toMatchObject({
      properties: { level: "error", environment: "production" },
      relations: { sentryIssue: issues },
    })
    expect(
      (await live.log.list({ limit: 10 }))
        .filter(({ name }) => name !== "issue.check")
        .map(({ state }) => state),
    ).toEqual(Array(4).fill("done"))
  })
})
