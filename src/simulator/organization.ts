// One Sentry organization in memory: what is in it, how to find it, and the changes that can happen to it.
import type { JsonObject } from "../common/json.ts"
import { type Clock, systemClock } from "../common/sleep.ts"
import { type AppChanges, appChanges } from "./app-changes.ts"
import { type CommentChanges, commentChanges } from "./comments.ts"
import type { Happening } from "./happening.ts"
import { type IssueChanges, issueChanges } from "./issue-changes.ts"
import type { Issue, Member, Project, SentryApp, Team, WithPayload } from "./model.ts"
import { type StructureChanges, structureChanges } from "./structure-changes.ts"
import { toldIssueChanges } from "./told-issue-changes.ts"

const dayMs = 86_400_000

export interface OrganizationStart {
  slug: string
  id?: string
  name?: string
  /** The origin of the organization's pages, as in `links.organizationUrl` and every `permalink`. */
  url?: string
  features?: string[]
  dateCreated?: number
  clock?: Clock
  /** How long an issue without events stays in lists. Default 90. */
  retentionDays?: number
  /** Lists show issues of any age, whatever window is asked for: for payloads that are years old. */
  ageless?: boolean
  payload?: JsonObject
}

export interface OrganizationData extends WithPayload {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly url: string
  /** Features of the plan; without `global-views` a question about several projects is refused. */
  features: string[]
  readonly dateCreated: number
  readonly clock: Clock
  readonly retentionMs: number
  readonly ageless: boolean
  readonly projects: Map<string, Project>
  readonly teams: Map<string, Team>
  readonly members: Map<string, Member>
  /** The member whose token asks; without one it is an integration's, which is in no team. */
  callerId?: string
  readonly issues: Map<string, Issue>
  /** Ids of merged issues, to the id of the issue each was merged into. */
  readonly mergedInto: Map<string, string>
  /** Integrations of its own, by slug. */
  readonly apps: Map<string, SentryApp>
  /** A number for an object made later; ids are never used twice. */
  nextId(): string
  /** To be called after a change: what was computed from the old state is forgotten. */
  changed(): void
  /** A value computed once per state of the organization. */
  memo<T>(key: string, compute: () => T): T
  /** What Sentry's webhooks speak of is told as it happens, until the answer is called. */
  observe(observer: (happening: Happening) => void): () => void
  tell(happening: Happening): void
}

export interface Lookups {
  projectOf(slugOrId: string): Project | undefined
  teamOf(slugOrId: string): Team | undefined
  /** By membership id, user id or email. */
  memberOf(idOrEmail: string): Member | undefined
  /** By id or short id; a merged id gives the issue that survived. */
  issueOf(id: string): Issue | undefined
  issuesOf(projectId: string): Issue[]
  /** All issues, the newest first. */
  issuesBy(key: "lastSeen" | "firstSeen"): Issue[]
}

export type Organization = OrganizationData &
  Lookups &
  IssueChanges &
  CommentChanges &
  StructureChanges &
  AppChanges

export function createOrganization(start: OrganizationStart): Organization {
  const data = createData(start)
  const found = { ...data, ...lookups(data) }
  return {
    ...found,
    ...toldIssueChanges(issueChanges(found), found),
    ...commentChanges(found),
    ...structureChanges(found),
    ...appChanges(found),
  }
}

function createData(start: OrganizationStart): OrganizationData {
  let lastId = 7_000_000_000
  const memos = new Map<string, unknown>()
  const observers = new Set<(happening: Happening) => void>()
  return {
    id: start.id ?? "4504931754901504",
    slug: start.slug,
    name: start.name ?? start.slug,
    url: start.url ?? `https://${start.slug}.sentry.example`,
    features: start.features ?? [
      "advanced-search",
      "discover-basic",
      "discover-query",
      "global-views",
      "integrations-event-hooks",
      "issue-platform",
      "session-replay",
    ],
    dateCreated: start.dateCreated ?? Date.UTC(2023, 2, 31, 6, 17, 33, 619),
    clock: start.clock ?? systemClock,
    retentionMs: (start.retentionDays ?? 90) * dayMs,
    ageless: start.ageless ?? false,
    projects: new Map(),
    teams: new Map(),
    members: new Map(),
    issues: new Map(),
    mergedInto: new Map(),
    apps: new Map(),
    ...(start.payload ? { payload: start.payload } : {}),
    nextId() {
      lastId++
      return String(lastId)
    },
    changed: () => memos.clear(),
    observe(observer) {
      observers.add(observer)
      return () => observers.delete(observer)
    },
    tell(happening) {
      for (const observer of observers) observer(happening)
    },
    memo<T>(key: string, compute: () => T): T {
      if (memos.has(key)) return memos.get(key) as T // a key is used by one caller, with one type
      if (memos.size > 500) memos.clear()
      const value = compute()
      memos.set(key, value)
      return value
    },
  }
}

function lookups(data: OrganizationData): Lookups {
  return {
    projectOf: (slugOrId) => data.projects.get(slugOrId) ?? bySlug(data.projects, slugOrId),
    teamOf: (slugOrId) => data.teams.get(slugOrId) ?? bySlug(data.teams, slugOrId),
    memberOf(idOrEmail) {
      const direct = data.members.get(idOrEmail)
      if (direct) return direct
      for (const member of data.members.values()) {
        if (member.user?.id === idOrEmail || member.email === idOrEmail) return member
      }
      return undefined
    },
    issueOf(id) {
      const survivor = data.mergedInto.get(id) ?? id
      const direct = data.issues.get(survivor)
      if (direct || /^\d+$/.test(survivor)) return direct
      return data
        .memo("by short id", () => new Map([...data.issues.values()].map((issue) => [issue.shortId, issue])))
        .get(survivor)
    },
    issuesOf: (projectId) =>
      data
        .memo("by project", () => Map.groupBy(data.issues.values(), (issue) => issue.projectId))
        .get(projectId) ?? [],
    issuesBy: (key) =>
      data.memo(`by ${key}`, () =>
        [...data.issues.values()].sort(
          (left, right) => right[key] - left[key] || Number(right.id) - Number(left.id),
        ),
      ),
  }
}

function bySlug<T extends { slug: string }>(objects: Map<string, T>, slug: string): T | undefined {
  for (const object of objects.values()) if (object.slug === slug) return object
  return undefined
}
