// The issues of a generated organization, with their tags.
import type { JsonObject } from "../common/json.ts"
import type { Assignee, Issue, IssueLevel, IssueStatus, Project, TagValue } from "./model.ts"
import type { Organization } from "./organization.ts"
import { userBody } from "./payloads/member.ts"
import type { Random } from "./random.ts"
import { failures, otherIssues, projectSorts } from "./words.ts"

export interface IssuePlan {
  organization: Organization
  projects: readonly Project[]
  perProject: number
  environments: readonly string[]
  hiddenEnvironments: readonly string[]
  resolvedShare: number
  archivedShare: number
  otherShare: number
  days: number
  now: number
}

interface Standing {
  status: IssueStatus
  substatus: string | null
  statusDetails: JsonObject
}

const dayMs = 86_400_000

/** Adds them to the organization. */
export function generateIssues(random: Random, plan: IssuePlan): void {
  const assignees = possibleAssignees(plan.organization)
  const all: Issue[] = []
  for (const project of plan.projects) {
    project.environments = environmentsOf(plan)
    for (let at = 0; at < plan.perProject; at++) {
      const issue = makeIssue(random, { plan, project, assignees, at })
      all.push(issue)
      project.firstEvent = Math.min(project.firstEvent ?? issue.firstSeen, issue.firstSeen)
    }
  }
  // Ids grow with time, as they do where issues are made by events.
  all.sort((left, right) => left.firstSeen - right.firstSeen)
  let id = 6_100_000_000
  for (const issue of all) {
    id += random.between(1, 900)
    issue.id = String(id)
    plan.organization.issues.set(issue.id, issue)
  }
}

function environmentsOf(plan: IssuePlan): Project["environments"] {
  const hidden = new Set(plan.hiddenEnvironments)
  return [...plan.environments, ...plan.hiddenEnvironments].map((name, index) => ({
    id: String(771_000 + index),
    name,
    hidden: hidden.has(name),
  }))
}

function makeIssue(
  random: Random,
  {
    plan,
    project,
    assignees,
    at,
  }: { plan: IssuePlan; project: Project; assignees: readonly Assignee[]; at: number },
): Issue {
  project.issuesMade++
  const number = project.issuesMade
  const firstSeen = plan.now - random.between(1_000, plan.days * dayMs)
  const lastSeen = random.chance(0.3) ? firstSeen : random.between(firstSeen, plan.now - 500)
  const count = lastSeen === firstSeen ? 1 : 2 + Math.floor(random.next() ** 4 * 5_000)
  const level: IssueLevel = random.chance(0.8) ? "error" : random.pick(["warning", "fatal", "info"] as const)
  const what = random.chance(plan.otherShare) ? otherIssue(random, project) : errorIssue(random, project)
  return {
    id: "",
    shortId: `${project.slug.toUpperCase()}-${number.toString(36).toUpperCase()}`,
    projectId: project.id,
    logger: random.chance(0.1) ? "app.jobs" : null,
    level,
    ...standing(random, plan, { firstSeen, assignees }),
    numComments: random.chance(0.1) ? random.between(1, 6) : 0,
    // Every third belongs to nobody.
    assignedTo: assignees.length > 0 && at % 3 !== 0 ? random.pick(assignees) : null,
    annotations: random.chance(0.05)
      ? [
          {
            url: `https://tracker.example/${project.slug}/${number}`,
            displayName: `${project.slug}#${number}`,
          },
        ]
      : [],
    priority: level === "fatal" || count > 500 ? "high" : random.pick(["high", "medium", "low"] as const),
    count,
    userCount: Math.floor(count * random.next() * 0.7),
    firstSeen,
    lastSeen,
    ...what,
    tags: makeTags(random, plan, { project, level, count, firstSeen, lastSeen }),
  }
}

type What = Pick<
  Issue,
  "title" | "culprit" | "platform" | "type" | "metadata" | "issueType" | "issueCategory" | "isUnhandled"
>

/** A made-up error of a project of this platform. */
export function errorIssue(random: Random, project: Project): What {
  const failure = random.pick(failures)
  const fill = filler(random, project)
  const value = fill(failure.value)
  const sort = projectSorts.find(({ platform }) => platform === project.platform)
  const isUnhandled = random.chance(0.4)
  return {
    title: `${failure.type}: ${value}`,
    culprit: fill(failure.culprit),
    platform: sort?.eventPlatform ?? "other",
    type: "error",
    metadata: {
      value,
      type: failure.type,
      filename: fill(failure.file),
      function: fill(failure.culprit).split(" in ").at(-1) ?? "",
      in_app_frame_mix: isUnhandled ? "mixed" : "in-app-only",
      sdk: { name: sort?.sdk ?? "sentry.other", name_normalized: sort?.sdk ?? "sentry.other" },
      severity: 0.55,
      severity_reason: "ml",
      initial_priority: 75,
      title: null,
    },
    issueType: "error",
    issueCategory: "error",
    isUnhandled,
  }
}

function otherIssue(random: Random, project: Project): What {
  const { title, culprit, issueType, issueCategory, value } = random.pick(otherIssues)
  const fill = filler(random, project)
  return {
    title: fill(title),
    culprit: fill(culprit),
    platform: projectSorts.find(({ platform }) => platform === project.platform)?.eventPlatform ?? "other",
    type: "generic",
    metadata: { title: fill(title), value: fill(value), initial_priority: 50 },
    issueType,
    issueCategory,
    isUnhandled: false,
  }
}

function filler(random: Random, project: Project): (text: string) => string {
  const number = String(random.between(3, 9_999))
  const word = project.slug.split("-")[0] ?? project.slug
  return (text) => text.replaceAll("{n}", number).replaceAll("{word}", word)
}

function standing(
  random: Random,
  plan: IssuePlan,
  { firstSeen, assignees }: { firstSeen: number; assignees: readonly Assignee[] },
): Standing {
  const dice = random.next()
  if (dice < plan.resolvedShare) {
    const details = random.chance(0.3) ? { inNextRelease: true, ...actor(plan.organization, assignees) } : {}
    return { status: "resolved", substatus: null, statusDetails: details }
  }
  if (dice < plan.resolvedShare + plan.archivedShare) {
    const substatus = random.pick(["archived_until_escalating", "archived_forever"])
    return { status: "ignored", substatus, statusDetails: {} }
  }
  if (plan.now - firstSeen < 7 * dayMs) return { status: "unresolved", substatus: "new", statusDetails: {} }
  const substatus = random.pick(["ongoing", "ongoing", "ongoing", "regressed", "escalating"])
  return { status: "unresolved", substatus, statusDetails: {} }
}

function actor(organization: Organization, assignees: readonly Assignee[]): JsonObject {
  const someone = assignees.find((assignee) => assignee.type === "user")
  const user = someone && organization.members.get(someone.memberId)?.user
  return user ? { actor: userBody(user) } : {}
}

function possibleAssignees(organization: Organization): Assignee[] {
  const users = [...organization.members.values()].filter(({ user, role }) => user && role !== "billing")
  const teams = [...organization.teams.values()].filter(({ memberships }) => memberships.length > 0)
  return [
    ...users.map(({ id }): Assignee => ({ type: "user", memberId: id })),
    ...teams.map(({ id }): Assignee => ({ type: "team", teamId: id })),
  ]
}

interface Life {
  count: number
  firstSeen: number
  lastSeen: number
}

function makeTags(
  random: Random,
  plan: IssuePlan,
  { project, level, ...life }: Life & { project: Project; level: string },
): Map<string, TagValue[]> {
  const used = plan.environments.filter((_, rank) =>
    rank === 0 ? random.chance(0.92) : random.chance(0.3 / rank),
  )
  const hidden = plan.hiddenEnvironments.filter(() => random.chance(0.02))
  const environments = [...used, ...hidden]
  const fallback = plan.environments[0] ?? ""
  const releases = Array.from(
    { length: random.chance(0.4) ? 2 : 1 },
    (_, index) => `${project.slug}@1.${random.between(index * 20, index * 20 + 19)}.0`,
  )
  return new Map([
    ["environment", split(random, environments.length > 0 ? environments : [fallback], life)],
    ["level", split(random, [level], life)],
    ["release", split(random, releases, life)],
    ["tier", split(random, [random.pick(["free", "team", "business"])], life)],
  ])
}

/** One value per text; their events add up to the issue's, as far as it has enough of them for all. */
function split(random: Random, texts: readonly string[], life: Life): TagValue[] {
  const fitting = texts.slice(0, life.count)
  let left = life.count
  return fitting.map((value, index) => {
    const others = fitting.length - index - 1
    const count =
      others === 0
        ? left
        : Math.max(1, Math.min(left - others, Math.round(left * (0.6 + random.next() * 0.3))))
    left -= count
    if (index === 0) return { value, count, firstSeen: life.firstSeen, lastSeen: life.lastSeen }
    const [from, to] = [
      random.between(life.firstSeen, life.lastSeen),
      random.between(life.firstSeen, life.lastSeen),
    ]
    return { value, count, firstSeen: Math.min(from, to), lastSeen: Math.max(from, to) }
  })
}
