// Values of tags, of an issue or of a project.
import type { JsonObject } from "../../common/json.ts"
import type { TagValue } from "../model.ts"
import { tagName } from "./issue.ts"
import { isoSecond } from "./time.ts"

export function tagValueBody(key: string, tag: TagValue): JsonObject {
  if (tag.payload) return tag.payload
  const { value, count } = tag
  const times = { lastSeen: isoSecond(tag.lastSeen), firstSeen: isoSecond(tag.firstSeen) }
  // The user is no text but a person, as far as events told.
  if (key === "user") return { id: null, value, count, ...times, query: userQuery(value) }
  return { key, name: value, value, count, ...times }
}

/** A key with its most frequent values. */
export function tagKeyBody(key: string, values: readonly TagValue[], top: number): JsonObject {
  const byCount = values.toSorted((left, right) => right.count - left.count)
  return {
    key,
    name: tagName(key),
    totalValues: values.reduce((total, { count }) => total + count, 0),
    topValues: byCount.slice(0, top).map((tag) => tagValueBody(key, tag)),
  }
}

function userQuery(value: string): string {
  const [field = "id", ...rest] = value.split(":")
  return `user.${field}:"${rest.join(":")}"`
}
