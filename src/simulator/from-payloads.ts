// An organization made of payloads that somebody has: each is served as it is, from the routes it came from.
import { AppError } from "../common/errors.ts"
import { isJsonObject, type JsonObject, type JsonValue, jsonEqual } from "../common/json.ts"
import type { Clock } from "../common/sleep.ts"
import type { Assignee, Issue, IssueLevel, IssueStatus, Member, Project, TagValue, Team } from "./model.ts"
import { createOrganization, type Organization } from "./organization.ts"

export interface Payloads {
  /** Rows of `projects/`, with `organization`. */
  projects?: readonly JsonObject[]
  /** The same with one value in `__tags`; several of one project are several values. */
  projectTags?: readonly JsonObject[]
  /** Rows of issue lists. */
  issues?: readonly JsonObject[]
  /** The same with a list of values in `__tags`; without one the issue has no such tag. */
  issueTags?: readonly JsonObject[]
  /** Rows of `organizations/{org}/members/`. */
  users?: readonly JsonObject[]
  /** Rows of `organizations/{org}/teams/`, with `__members`. */
  teams?: readonly JsonObject[]
  /** Where no project says it. Default: test-org. */
  slug?: string
  clock?: Clock
}

/**
 * The payloads are copied, so that changes to the organization leave the given ones alone. Lists show issues of any
 * age. Throws `bad_payload` where a payload lacks an id, or where two that have the same id differ.
 */
export function organizationFromPayloads(given: Payloads): Organization {
  const payloads = structuredClone({ ...given, clock: undefined })
  const rows = [...(payloads.projects ?? []), ...(payloads.projectTags ?? [])]
  const own = organizationPayload(rows)
  const organization = createOrganization({
    slug: textOf(own?.slug) ?? given.slug ?? "test-org",
    ageless: true,
    ...(own ? { payload: own, ...organizationFields(own) } : {}),
    ...(given.clock ? { clock: given.clock } : {}),
  })
  for (const row of payloads.users ?? []) addMember(organization, row)
  for (const row of rows) addProject(organization, row)
  for (const row of payloads.teams ?? []) addTeam(organization, row)
  for (const row of [...(payloads.issues ?? []), ...(payloads.issueTags ?? [])]) addIssue(organization, row)
  return organization
}

function organizationPayload(projects: readonly JsonObject[]): JsonObject | undefined {
  const found = projects.flatMap(({ organization }) => (isJsonObject(organization) ? [organization] : []))
  const [first, ...others] = found
  const other = others.find(({ slug }) => slug !== first?.slug)
  if (other) throw bad(`projects of two organizations: ${String(first?.slug)} and ${String(other.slug)}`)
  return first
}

function organizationFields(payload: JsonObject): { id?: string; name?: string; url?: string } {
  const id = textOf(payload.id)
  const name = textOf(payload.name)
  const url = isJsonObject(payload.links) ? textOf(payload.links.organizationUrl) : undefined
  return { ...(id ? { id } : {}), ...(name ? { name } : {}), ...(url ? { url } : {}) }
}

function addMember(organization: Organization, payload: JsonObject): void {
  const id = idOf(payload, "member")
  const user = isJsonObject(payload.user) ? payload.user : undefined
  const member: Member = {
    id,
    email: textOf(payload.email) ?? "",
    role: (textOf(payload.orgRole ?? payload.role) ?? "member") as Member["role"], // shown, never computed with
    user: user
      ? {
          id: textOf(user.id) ?? "",
          name: textOf(user.name) ?? "",
          username: textOf(user.username) ?? "",
          email: textOf(user.email) ?? "",
          emailId: "0",
          hasPassword: user.hasPasswordAuth === true,
          has2fa: user.has2fa === true,
          dateJoined: timeOf(user.dateJoined),
          lastLogin: typeof user.lastLogin === "string" ? timeOf(user.lastLogin) : null,
          lastActive: typeof user.lastActive === "string" ? timeOf(user.lastActive) : null,
        }
      : null,
    expired: payload.expired === true,
    provisioned: false,
    ssoLinked: false,
    dateCreated: timeOf(payload.dateCreated),
    inviterName: textOf(payload.inviterName) ?? null,
    payload,
  }
  organization.members.set(id, same(organization.members.get(id), member))
}

function addProject(organization: Organization, row: JsonObject): void {
  const { __tags: tag, ...payload } = row
  const project = same(organization.projects.get(idOf(payload, "project")), plainProject(payload, true))
  organization.projects.set(project.id, project)
  if (!isJsonObject(tag)) return
  const key = textOf(tag.key) ?? ""
  project.tagPayloads ??= new Map()
  project.tagPayloads.set(key, [...(project.tagPayloads.get(key) ?? []), tag])
  if (key === "environment") addEnvironment(organization, project, textOf(tag.value) ?? "")
}

function plainProject(payload: JsonObject, whole: boolean): Project {
  const slug = textOf(payload.slug) ?? idOf(payload, "project")
  return {
    id: idOf(payload, "project"),
    slug,
    name: textOf(payload.name) ?? slug,
    platform: textOf(payload.platform) ?? null,
    dateCreated: timeOf(payload.dateCreated),
    firstEvent: typeof payload.firstEvent === "string" ? timeOf(payload.firstEvent) : null,
    hasMonitors: false,
    hasSessions: false,
    color: "#3f8abf",
    latestRelease: null,
    environments: [],
    formerSlugs: [],
    issuesMade: 0,
    ...(whole ? { payload } : {}),
  }
}

function addTeam(organization: Organization, row: JsonObject): void {
  const { __members: members, ...payload } = row
  const id = idOf(payload, "team")
  const memberPayloads = Array.isArray(members) ? members.filter(isJsonObject) : []
  const projects = Array.isArray(payload.projects) ? payload.projects.filter(isJsonObject) : []
  const team: Team = {
    id,
    slug: textOf(payload.slug) ?? id,
    name: textOf(payload.name) ?? id,
    dateCreated: timeOf(payload.dateCreated),
    provisioned: false,
    memberships: memberPayloads.flatMap((member) => {
      const memberId = textOf(member.id) ?? ""
      return organization.members.has(memberId) ? [{ memberId, role: null }] : []
    }),
    projectIds: projects.flatMap((project) => textOf(project.id) ?? []),
    externalTeams: [],
    memberPayloads,
    payload,
  }
  organization.teams.set(id, same(organization.teams.get(id), team))
}

function addIssue(organization: Organization, row: JsonObject): void {
  const { __tags: tags, ...payload } = row
  const id = idOf(payload, "issue")
  const owner = isJsonObject(payload.project) ? payload.project : {}
  const projectId = idOf(owner, `project of issue ${id}`)
  // The project of an issue must be there to ask for its issues, though nobody gave its own payload.
  const project = organization.projects.get(projectId) ?? plainProject(owner, false)
  organization.projects.set(projectId, project)
  const known = same(organization.issues.get(id), plainIssue(organization, payload, projectId))
  organization.issues.set(id, known)
  if (!Array.isArray(tags)) return
  for (const [index, value] of tags.filter(isJsonObject).entries()) {
    const key = textOf(value.key) ?? ""
    known.tags.set(key, [...(known.tags.get(key) ?? []), tagValueOf(value, tags.length - index)])
    if (key === "environment") addEnvironment(organization, project, textOf(value.value) ?? "")
  }
}

function plainIssue(organization: Organization, payload: JsonObject, projectId: string): Issue {
  return {
    id: idOf(payload, "issue"),
    shortId: textOf(payload.shortId) ?? "",
    projectId,
    title: textOf(payload.title) ?? "",
    culprit: textOf(payload.culprit) ?? null,
    logger: textOf(payload.logger) ?? null,
    // Both are compared with what a query names, so that an unknown text only never matches.
    level: (textOf(payload.level) ?? "error") as IssueLevel,
    status: (textOf(payload.status) ?? "unresolved") as IssueStatus,
    substatus: textOf(payload.substatus) ?? null,
    statusDetails: isJsonObject(payload.statusDetails) ? payload.statusDetails : {},
    platform: textOf(payload.platform) ?? null,
    type: textOf(payload.type) ?? "error",
    metadata: isJsonObject(payload.metadata) ? payload.metadata : {},
    numComments: Number(payload.numComments ?? 0),
    assignedTo: assigneeOf(organization, payload.assignedTo),
    annotations: Array.isArray(payload.annotations) ? payload.annotations : [],
    issueType: textOf(payload.issueType) ?? "error",
    issueCategory: textOf(payload.issueCategory) ?? "error",
    priority: null,
    isUnhandled: payload.isUnhandled === true,
    count: Number(payload.count ?? 0),
    userCount: Number(payload.userCount ?? 0),
    firstSeen: timeOf(payload.firstSeen),
    lastSeen: timeOf(payload.lastSeen),
    tags: new Map(),
    payload,
  }
}

/** The samples name the membership's id where the API has the user's. */
function assigneeOf(organization: Organization, value: JsonValue | undefined): Assignee | null {
  if (!isJsonObject(value)) return null
  const id = textOf(value.id) ?? ""
  if (value.type === "team") return { type: "team", teamId: organization.teamOf(id)?.id ?? id }
  const member = organization.memberOf(id) ?? organization.memberOf(textOf(value.email) ?? "")
  return { type: "user", memberId: member?.id ?? id }
}

function tagValueOf(payload: JsonObject, rank: number): TagValue {
  return {
    value: textOf(payload.value) ?? "",
    count: Number(payload.count ?? 0),
    firstSeen: timeOf(payload.firstSeen),
    lastSeen: timeOf(payload.lastSeen),
    rank,
    payload,
  }
}

function addEnvironment(organization: Organization, project: Project, name: string): void {
  if (name === "" || project.environments.some((known) => known.name === name)) return
  project.environments.push({ id: organization.nextId(), name, hidden: false })
}

/** The one that is there already, which must have come from an equal payload or (a project) from none. */
function same<T extends { id: string; payload?: JsonObject }>(known: T | undefined, added: T): T {
  if (!known?.payload) return added
  if (added.payload && !jsonEqual(known.payload, added.payload)) {
    throw bad(`two different payloads have the id ${added.id}`)
  }
  return known
}

function idOf(payload: JsonObject, what: string): string {
  const id = textOf(payload.id)
  if (!id) throw bad(`a ${what} has no id`)
  return id
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number") return String(value)
  return typeof value === "string" ? value : undefined
}

function timeOf(value: JsonValue | undefined): number {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? 0 : ms
}

function bad(why: string): AppError {
  return new AppError("bad_payload", why)
}
