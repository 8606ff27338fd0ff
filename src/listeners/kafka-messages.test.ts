import { describe, expect, it } from "vitest"
import { readMessage, topicOf } from "./kafka-messages.ts"

const identifier = "my-sentry"
const after = {
  identifier,
  updatedAt: "2026-11-20T10:00:01Z",
  resyncState: { updatedAt: "2026-11-20T09:00:00Z" },
}
const changelogDestination = { type: "KAFKA" }

function meaning(kind: "requests" | "changes", message: unknown): string {
  return readMessage(typeof message === "string" ? message : JSON.stringify(message), { kind, identifier })
}

describe("which messages ask for a resync", () => {
  it.each<[string, "resync" | "other", unknown]>([
    ["names us", "resync", { context: { integrationId: identifier } }],
    ["names us in other letters", "other", { context: { integrationId: "My-Sentry" } }],
    ["names another", "other", { context: { integrationId: "another" } }],
    ["has no context", "other", {}],
    ["has a context of null", "other", { context: null }],
    [
      "announces a change, which belongs on the other topic",
      "other",
      { diff: { after }, changelogDestination },
    ],
  ])("on the topic of requests, one that %s: %3$s", (_, expected, message) => {
    expect(meaning("requests", message)).toBe(expected)
  })

  it.each<[string, "resync" | "other", unknown]>([
    ["asks and names us", "resync", { action: "RESYNC", context: { integrationId: identifier } }],
    ["asks and names another", "other", { action: "RESYNC", context: { integrationId: "another" } }],
    ["names us and does not ask", "other", { action: "UPDATE", context: { integrationId: identifier } }],
    ["announces a change of ours", "resync", { diff: { after }, changelogDestination }],
    [
      "announces a change of ours that was never resynced",
      "resync",
      { diff: { after: { ...after, resyncState: null } }, changelogDestination },
    ],
    [
      "announces our own writing of the resync state",
      "other",
      { diff: { after: { ...after, resyncState: { updatedAt: after.updatedAt } } }, changelogDestination },
    ],
    [
      "announces a change of another",
      "other",
      { diff: { after: { ...after, identifier: "another" } }, changelogDestination },
    ],
    ["announces our deletion", "other", { diff: { before: after, after: null }, changelogDestination }],
    ["is meant for a webhook", "other", { diff: { after }, changelogDestination: { type: "WEBHOOK" } }],
    ["says not for whom it is meant", "other", { diff: { after } }],
    ["has lists where objects belong", "other", { diff: [after], context: [identifier], action: ["RESYNC"] }],
  ])("on the change log, one that %s: %3$s", (_, expected, message) => {
    expect(meaning("changes", message)).toBe(expected)
  })

  it.each(["", "no JSON", "null", "[1]", '"text"', '{"cut'])("%j is malformed, on either topic", (text) => {
    expect([meaning("requests", text), meaning("changes", text)]).toEqual(["malformed", "malformed"])
  })
})

describe("the topic", () => {
  it("is the one of requests where the organization has the flag, else the change log", () => {
    const flag = "OCEAN_KAFKA_INTEGRATION_RESYNC_REQUESTS_TOPIC_ENABLED"
    expect(topicOf({ id: "org_1", featureFlags: ["OTHER", flag] })).toEqual({
      topic: "org_1.integration.resync.requests",
      kind: "requests",
    })
    expect(topicOf({ id: "org_1", featureFlags: [] })).toEqual({ topic: "org_1.change.log", kind: "changes" })
  })
})
