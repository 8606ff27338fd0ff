// The tags of a project: of its error events within the retention, hidden environments included.
import type { JsonObject } from "../../common/json.ts"
import { json, notFound } from "../answers.ts"
import { askedProject, type Call, type Endpoint, mapPage, pageAnswer, pageByKey } from "../endpoint.ts"
import type { Project, TagValue } from "../model.ts"
import type { Organization } from "../organization.ts"
import { tagName } from "../payloads/issue.ts"
import { tagValueBody } from "../payloads/tag.ts"
import { retentionWindow } from "../window.ts"
import { tagValueLimit } from "./issue-tags.ts"

export const projectTagEndpoints: readonly Endpoint[] = [
  {
    template: "projects/{org}/{project}/tags/{key}/values/",
    scopes: ["project:read"],
    answer(call) {
      const project = askedProject(call)
      const key = call.params.key ?? ""
      const values = projectTags(call.organization, project).get(key)
      if (!values) throw notFound()
      const part = (call.query.get("query") ?? "").toLowerCase()
      const listed = values
        .filter(({ value }) => value.toLowerCase().includes(part))
        .sort((left, right) => order(right) - order(left))
        .slice(0, tagValueLimit)
      return pageAnswer(
        call,
        mapPage(pageByKey(call, listed, order), (tag) => tagValueBody(key, tag)),
      )
    },
  },
  {
    template: "projects/{org}/{project}/tags/",
    scopes: ["project:read"],
    answer: (call) => json(tagKeys(call)),
  },
]

function order(tag: TagValue): number {
  return tag.rank ?? tag.lastSeen
}

function tagKeys(call: Call): JsonObject[] {
  const tags = projectTags(call.organization, askedProject(call))
  return [...tags].map(([key, values]) => ({
    key,
    name: tagName(key),
    uniqueValues: values.length,
    canDelete: !["environment", "release", "user", "level"].includes(key),
  }))
}

function projectTags(organization: Organization, project: Project): Map<string, TagValue[]> {
  // The edge of the retention is in the key: an organization nobody changes still loses what grows too old.
  const { start } = retentionWindow(organization)
  return organization.memo(`tags of ${project.id} since ${start}`, () => {
    const tags = new Map<string, Map<string, TagValue>>()
    for (const issue of organization.issuesOf(project.id)) {
      if (issue.issueCategory !== "error") continue
      for (const [key, values] of issue.tags) {
        for (const value of values) {
          if (organization.ageless || value.lastSeen >= start) add(tags, key, value)
        }
      }
    }
    const lists = new Map([...tags].map(([key, values]) => [key, [...values.values()]]))
    for (const [key, payloads] of project.tagPayloads ?? []) lists.set(key, asGiven(payloads))
    return lists
  })
}

function add(tags: Map<string, Map<string, TagValue>>, key: string, added: TagValue): void {
  const values = tags.get(key) ?? new Map<string, TagValue>()
  tags.set(key, values)
  const { value, count, firstSeen, lastSeen } = added
  const known = values.get(value)
  values.set(value, {
    value,
    count: count + (known?.count ?? 0),
    firstSeen: Math.min(firstSeen, known?.firstSeen ?? firstSeen),
    lastSeen: Math.max(lastSeen, known?.lastSeen ?? lastSeen),
  })
}

function asGiven(payloads: readonly JsonObject[]): TagValue[] {
  return payloads.map((payload, index) => ({
    value: String(payload.value ?? ""),
    count: Number(payload.count ?? 0),
    firstSeen: Date.parse(String(payload.firstSeen)),
    lastSeen: Date.parse(String(payload.lastSeen)),
    rank: payloads.length - index,
    payload,
  }))
}
