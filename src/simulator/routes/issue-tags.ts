// The tags of one issue.
import { badRequest, json, notFound } from "../answers.ts"
import { askedPage, type Call, type Endpoint, mapPage, pageAnswer, pageByKey } from "../endpoint.ts"
import { askedIssue } from "../issue-asked.ts"
import type { Issue, TagValue } from "../model.ts"
import { tagKeyBody, tagValueBody } from "../payloads/tag.ts"
import { isKept } from "../window.ts"

/** However many values a key has, the API pages through no more. */
export const tagValueLimit = 1000

export const issueTagEndpoints: readonly Endpoint[] = [
  {
    template: "organizations/{org}/issues/{issue}/tags/{key}/values/",
    aliases: ["issues/{issue}/tags/{key}/values/"],
    scopes: ["event:read"],
    absentInLegacy: "template",
    answer(call) {
      const { key, values } = askedTag(call)
      const order = valueOrder(call.query.get("sort"))
      const listed = values.toSorted((left, right) => order(right) - order(left)).slice(0, tagValueLimit)
      const page = pageByKey(call, listed, order, askedPage(call))
      return pageAnswer(
        call,
        mapPage(page, (tag) => tagValueBody(key, tag)),
      )
    },
  },
  {
    template: "organizations/{org}/issues/{issue}/tags/{key}/",
    aliases: ["issues/{issue}/tags/{key}/"],
    scopes: ["event:read"],
    absentInLegacy: "template",
    answer(call) {
      const { key, values } = askedTag(call)
      const { name, totalValues, topValues = [], ...rest } = tagKeyBody(key, values, 9)
      return json({
        ...rest,
        name: name ?? key,
        uniqueValues: values.length,
        totalValues: totalValues ?? 0,
        topValues,
      })
    },
  },
  {
    template: "organizations/{org}/issues/{issue}/tags/",
    aliases: ["issues/{issue}/tags/"],
    scopes: ["event:read"],
    absentInLegacy: "template",
    answer(call) {
      const tags = tagsOf(call, askedIssue(call))
      const keys = call.query.getAll("key")
      const limit = Number(call.query.get("limit") ?? (keys.length > 0 ? 9 : 10))
      if (!Number.isInteger(limit) || limit < 0) throw badRequest("Invalid limit parameter.")
      return json(
        [...tags]
          .filter(([key]) => keys.length === 0 || keys.includes(key))
          .map(([key, values]) => tagKeyBody(key, values, limit)),
      )
    },
  },
]

function askedTag(call: Call): { key: string; values: TagValue[] } {
  const key = call.params.key ?? ""
  const values = tagsOf(call, askedIssue(call)).get(key)
  if (!values || values.length === 0) throw notFound()
  return { key, values }
}

/** With environments asked for, only that tag itself can be told apart: which event had which pair is not kept. */
function tagsOf(call: Call, issue: Issue): Map<string, TagValue[]> {
  const names = call.query.getAll("environment")
  const kept = new Map(
    [...issue.tags].map(([key, values]) => [
      key,
      values.filter(({ lastSeen }) => isKept(call.organization, lastSeen)),
    ]),
  )
  if (names.length === 0) return kept
  const wanted = (kept.get("environment") ?? []).filter(({ value }) => names.includes(value))
  return wanted.length === 0 ? new Map() : kept.set("environment", wanted)
}

function valueOrder(sort: string | null): (tag: TagValue) => number {
  if (sort === "date") return (tag) => tag.lastSeen
  if (sort === "age") return (tag) => tag.firstSeen
  if (sort === "count") return (tag) => tag.count
  if (sort !== null) throw badRequest(`Invalid sort: '${sort}'`)
  return (tag) => tag.rank ?? tag.firstSeen
}
