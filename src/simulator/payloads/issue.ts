// An issue: what does not move by time, once as text; counters and times by window; the detail.
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import type { Issue, TagValue } from "../model.ts"
import type { Lookups, OrganizationData } from "../organization.ts"
import { userBody } from "./member.ts"
import { issueStats } from "./stats.ts"
import { isoTime } from "./time.ts"

/** Numbers and times of an issue for some window and environment. */
export interface Counters {
  count: number
  userCount: number
  firstSeen: number
  lastSeen: number
}

/** Everything but counters by window: as inside an answer about something else. */
export function issueBody(organization: OrganizationData, issue: Issue): JsonObject {
  return { ...fixedBody(organization, issue), isUnhandled: issue.isUnhandled, ...countersBody(issue) }
}

/** The JSON text of the fixed part without its closing brace, so that members can be appended. */
export function openText(organization: OrganizationData, issue: Issue): string {
  issue.text ??= JSON.stringify(fixedBody(organization, issue)).slice(0, -1)
  return issue.text
}

export function countersBody(counters: Counters): JsonObject {
  return {
    count: String(counters.count),
    userCount: counters.userCount,
    firstSeen: isoTime(counters.firstSeen),
    lastSeen: isoTime(counters.lastSeen),
  }
}

export function issueDetail(organization: OrganizationData & Lookups, issue: Issue): JsonObject {
  const now = organization.clock.now()
  const assignee =
    issue.assignedTo?.type === "user" ? organization.members.get(issue.assignedTo.memberId) : undefined
  const releases = (issue.tags.get("release") ?? []).toSorted(
    (left, right) => left.firstSeen - right.firstSeen,
  )
  return {
    ...issueBody(organization, issue),
    firstRelease: releaseBody(releases.at(0)),
    lastRelease: releaseBody(releases.at(-1)),
    activity: [
      {
        id: "0",
        user: null,
        sentry_app: null,
        type: "first_seen",
        data: { priority: issue.priority },
        dateCreated: isoTime(issue.firstSeen),
      },
    ],
    seenBy: [],
    participants: assignee?.user ? [{ ...userBody(assignee.user), type: "user" }] : [],
    userReportCount: 0,
    tags: [...issue.tags].map(([key, values]) => ({
      key,
      name: tagName(key),
      totalValues: values.reduce((total, { count }) => total + count, 0),
    })),
    stats: { "24h": issueStats(issue, "24h", now), "30d": issueStats(issue, "30d", now) },
    ...issue.payload,
  }
}

/** As a server of the 9 series has it. */
export function legacyIssue(body: JsonObject): JsonObject {
  const legacy = { ...body }
  for (const key of legacyAbsent) delete legacy[key]
  return legacy
}

const legacyAbsent = [
  "substatus",
  "issueType",
  "issueCategory",
  "isUnhandled",
  "priority",
  "priorityLockedAt",
  "seerFixabilityScore",
  "seerAutofixLastTriggered",
  "lifetime",
  "filtered",
]

/** `customer_tier` as a heading. */
export function tagName(key: string): string {
  return key.replaceAll("_", " ").replaceAll(/\b\p{Letter}/gu, (letter) => letter.toUpperCase())
}

function fixedBody(organization: OrganizationData, issue: Issue): JsonObject {
  const project = organization.projects.get(issue.projectId)
  return {
    id: issue.id,
    shareId: null,
    shortId: issue.shortId,
    title: issue.title,
    culprit: issue.culprit,
    permalink: `${organization.url}/issues/${issue.id}/`,
    logger: issue.logger,
    level: issue.level,
    status: issue.status,
    statusDetails: issue.statusDetails,
    substatus: issue.substatus,
    isPublic: false,
    platform: issue.platform,
    project: project
      ? { id: project.id, name: project.name, slug: project.slug, platform: project.platform }
      : null,
    type: issue.type,
    metadata: issue.metadata,
    numComments: issue.numComments,
    assignedTo: assigneeBody(organization, issue),
    isBookmarked: false,
    isSubscribed: false,
    subscriptionDetails: null,
    hasSeen: false,
    annotations: issue.annotations,
    issueType: issue.issueType,
    issueCategory: issue.issueCategory,
    priority: issue.priority,
    priorityLockedAt: null,
    seerFixabilityScore: null,
    seerAutofixLastTriggered: null,
  }
}

function assigneeBody(organization: OrganizationData, issue: Issue): JsonObject | null {
  const to = issue.assignedTo
  if (to?.type === "team") {
    const team = organization.teams.get(to.teamId)
    return team ? { type: "team", id: team.id, name: team.slug } : null
  }
  const member = to ? organization.members.get(to.memberId) : undefined
  const raw = member?.payload?.user
  if (isJsonObject(raw)) {
    return { type: "user", id: raw.id ?? null, name: raw.name ?? null, email: raw.email ?? null }
  }
  const user = member?.user
  return user ? { email: user.email, type: "user", id: user.id, name: user.name } : null
}

function releaseBody(release: TagValue | undefined): JsonObject | null {
  return release ? { version: release.value, dateCreated: isoTime(release.firstSeen) } : null
}
