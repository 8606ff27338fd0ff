// Pure: which messages of Port's topics ask this integration for a resync.
import { isJsonObject, type JsonObject, parseJson } from "../common/json.ts"

/** The organization's topic of resync requests, or the older one that has every change. */
export type TopicKind = "requests" | "changes"

/** The flag of an organization that has the topic of requests. */
const requestsFlag = "OCEAN_KAFKA_INTEGRATION_RESYNC_REQUESTS_TOPIC_ENABLED"

export function topicOf(organization: { id: string; featureFlags: readonly string[] }): {
  topic: string
  kind: TopicKind
} {
  if (organization.featureFlags.includes(requestsFlag)) {
    return { topic: `${organization.id}.integration.resync.requests`, kind: "requests" }
  }
  return { topic: `${organization.id}.change.log`, kind: "changes" }
}

/** `malformed` is what is no JSON object. */
export function readMessage(
  text: string,
  { kind, identifier }: { kind: TopicKind; identifier: string },
): "resync" | "other" | "malformed" {
  const message = parseJson(text)
  if (!isJsonObject(message)) return "malformed"
  const asked =
    kind === "requests"
      ? isAddressed(message, identifier)
      : isRequest(message, identifier) ||
        (announcesChange(message, identifier) && objectAt(message, "changelogDestination").type === "KAFKA")
  return asked ? "resync" : "other"
}

/** Whether a change of our record is announced that is more than our own writing of the resync state. */
export function announcesChange(message: JsonObject, identifier: string): boolean {
  const after = objectAt(objectAt(message, "diff"), "after")
  return after.identifier === identifier && after.updatedAt !== objectAt(after, "resyncState").updatedAt
}

function isRequest(message: JsonObject, identifier: string): boolean {
  return message.action === "RESYNC" && isAddressed(message, identifier)
}

function isAddressed(message: JsonObject, identifier: string): boolean {
  return objectAt(message, "context").integrationId === identifier
}

/** A member that is an object; an empty one where it is missing, null (as `after` of a deletion is) or something else. */
function objectAt(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isJsonObject(value) ? value : {}
}
