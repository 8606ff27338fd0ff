// What people and events do to issues.
import { AppError } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import type { Issue, Project, TagValue } from "./model.ts"
import type { Lookups, OrganizationData } from "./organization.ts"
import { issueBody } from "./payloads/issue.ts"
import { userBody } from "./payloads/member.ts"
import { patchPayload } from "./payloads/patch.ts"

interface ResolveOptions {
  /** Member (id, user id or email) who did it. */
  by?: string
  inNextRelease?: boolean
  inRelease?: string
}

interface EventOptions {
  environment?: string
  tags?: Record<string, string>
  /** When it happened. Default: now. */
  at?: number
  /** Whether it hit a user nobody counted yet. */
  newUser?: boolean
}

type NewIssue = Partial<Omit<Issue, "id" | "shortId" | "projectId" | "tags" | "text">> & {
  title: string
} & EventOptions

/** Each takes an issue's id or short id, throws `no_such_object` where there is none, and answers with the issue. */
export interface IssueChanges {
  addIssue(project: string, issue: NewIssue): Issue
  addEvent(issue: string, event?: EventOptions): Issue
  resolve(issue: string, options?: ResolveOptions): Issue
  archive(issue: string, until?: "escalating" | "forever" | "condition_met", by?: string): Issue
  unresolve(issue: string, substatus?: "ongoing" | "regressed" | "escalating", by?: string): Issue
  assign(issue: string, to: { user: string } | { team: string }, by?: string): Issue
  unassign(issue: string): Issue
  deleteIssue(issue: string): void
  /** The first issue becomes part of the second, which is what its id answers with from now on. */
  mergeIssue(issue: string, into: string): Issue
}

export function issueChanges(organization: OrganizationData & Lookups): IssueChanges {
  function change(id: string, apply: (issue: Issue) => Partial<Issue>): Issue {
    return changeIssue(organization, id, apply)
  }

  function projectNamed(name: string): Project {
    return existing(organization.projectOf(name), `project ${name}`)
  }

  return {
    addIssue(name, given) {
      const { environment, tags, at, newUser: _counted, ...fields } = given
      const project = projectNamed(name)
      const seen = at ?? organization.clock.now()
      project.issuesMade++
      const issue: Issue = {
        ...plainIssue,
        statusDetails: {},
        annotations: [],
        metadata: { title: given.title },
        count: 1,
        firstSeen: seen,
        lastSeen: seen,
        platform: project.platform,
        ...fields,
        id: organization.nextId(),
        shortId: `${project.slug.toUpperCase()}-${project.issuesMade.toString(36).toUpperCase()}`,
        projectId: project.id,
        tags: new Map(),
      }
      countTags(organization, project, issue, { environment, tags }, seen)
      organization.issues.set(issue.id, issue)
      organization.changed()
      return issue
    },
    addEvent: (id, event = {}) =>
      change(id, (issue) => {
        const at = event.at ?? organization.clock.now()
        countTags(organization, projectNamed(issue.projectId), issue, event, at)
        return {
          count: issue.count + 1,
          userCount: issue.userCount + (event.newUser ? 1 : 0),
          firstSeen: Math.min(issue.firstSeen, at),
          lastSeen: Math.max(issue.lastSeen, at),
          // An event of a resolved issue is a regression.
          ...(issue.status === "resolved"
            ? { status: "unresolved", substatus: "regressed", statusDetails: {} }
            : {}),
        }
      }),
    resolve: (id, options = {}) =>
      change(id, () => ({
        status: "resolved",
        substatus: null,
        statusDetails: resolution(organization, options),
      })),
    archive: (id, until = "escalating") =>
      change(id, () => ({
        status: "ignored",
        substatus: until === "forever" ? "archived_forever" : `archived_until_${until}`,
        statusDetails: {},
      })),
    unresolve: (id, substatus = "ongoing") =>
      change(id, () => ({ status: "unresolved", substatus, statusDetails: {} })),
    assign: (id, to) =>
      change(id, () => ({
        assignedTo:
          "user" in to
            ? { type: "user", memberId: existing(organization.memberOf(to.user), `member ${to.user}`).id }
            : { type: "team", teamId: existing(organization.teamOf(to.team), `team ${to.team}`).id },
      })),
    unassign: (id) => change(id, () => ({ assignedTo: null })),
    deleteIssue(id) {
      organization.issues.delete(existing(organization.issueOf(id), `issue ${id}`).id)
      organization.changed()
    },
    mergeIssue(id, into) {
      const gone = existing(organization.issueOf(id), `issue ${id}`)
      const survivor = existing(organization.issueOf(into), `issue ${into}`)
      if (gone === survivor) throw new AppError("same_issue", `issue ${id} is issue ${into} already`)
      for (const [old, target] of organization.mergedInto) {
        if (target === gone.id) organization.mergedInto.set(old, survivor.id)
      }
      organization.mergedInto.set(gone.id, survivor.id)
      organization.issues.delete(gone.id)
      return change(survivor.id, (issue) => {
        for (const [key, values] of gone.tags) for (const value of values) addValue(issue.tags, key, value)
        return {
          count: issue.count + gone.count,
          userCount: issue.userCount + gone.userCount,
          firstSeen: Math.min(issue.firstSeen, gone.firstSeen),
          lastSeen: Math.max(issue.lastSeen, gone.lastSeen),
        }
      })
    },
  }
}

/** What `apply` answers is written into the issue, and into its payload. */
export function changeIssue(
  organization: OrganizationData & Lookups,
  id: string,
  apply: (issue: Issue) => Partial<Issue>,
): Issue {
  const issue = existing(organization.issueOf(id), `issue ${id}`)
  const patch = apply(issue)
  patchPayload(issue, () => issueBody(organization, issue), patch)
  delete issue.text
  organization.changed()
  return issue
}

const plainIssue = {
  culprit: "",
  logger: null,
  level: "error",
  status: "unresolved",
  substatus: "new",
  type: "error",
  numComments: 0,
  assignedTo: null,
  issueType: "error",
  issueCategory: "error",
  priority: "high",
  isUnhandled: false,
  userCount: 0,
} satisfies Partial<Issue>

export function existing<T>(found: T | undefined, what: string): T {
  if (found === undefined)
    throw new AppError("no_such_object", `${what}: no such object in the simulated organization`)
  return found
}

function resolution(organization: Lookups, options: ResolveOptions): JsonObject {
  const release = {
    ...(options.inNextRelease ? { inNextRelease: true } : {}),
    ...(options.inRelease ? { inRelease: options.inRelease } : {}),
  }
  const actor =
    options.by === undefined ? undefined : existing(organization.memberOf(options.by), options.by).user
  return Object.keys(release).length > 0 && actor ? { ...release, actor: userBody(actor) } : release
}

function countTags(
  organization: OrganizationData,
  project: Project,
  issue: Issue,
  event: { environment?: string | undefined; tags?: Record<string, string> | undefined },
  at: number,
): void {
  const { environment } = event
  const tags = { level: issue.level, ...event.tags, ...(environment === undefined ? {} : { environment }) }
  for (const [key, value] of Object.entries(tags)) {
    addValue(issue.tags, key, { value, count: 1, firstSeen: at, lastSeen: at })
  }
  if (environment && !project.environments.some(({ name }) => name === environment)) {
    project.environments.push({ id: organization.nextId(), name: environment, hidden: false })
  }
  project.firstEvent ??= at
}

function addValue(tags: Map<string, TagValue[]>, key: string, added: TagValue): void {
  const values = tags.get(key) ?? []
  tags.set(key, values)
  const known = values.find(({ value }) => value === added.value)
  if (!known) {
    values.push({ ...added })
    return
  }
  known.count += added.count
  known.firstSeen = Math.min(known.firstSeen, added.firstSeen)
  known.lastSeen = Math.max(known.lastSeen, added.lastSeen)
  delete known.payload // it no longer says what is so
}
