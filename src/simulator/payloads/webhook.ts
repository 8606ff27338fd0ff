// What Sentry's webhooks carry of a change in the organization.
import type { JsonObject } from "../../common/json.ts"
import type { Happening, Resolution } from "../happening.ts"
import type { Assignee, Issue, SentryApp } from "../model.ts"
import type { Lookups, OrganizationData } from "../organization.ts"
import { issueBody, legacyIssue } from "./issue.ts"
import { isoTime } from "./time.ts"

export interface WebhookMessage {
  /** `Sentry-Hook-Resource` */
  resource: "issue" | "comment" | "error" | "event_alert" | "metric_alert" | "installation"
  action: string
  data: JsonObject
  actor: JsonObject
}

export interface WebhookServer {
  organization: OrganizationData & Lookups
  /** The origin of API addresses. */
  apiUrl: string
  /** Behave as a server of the 9 series. */
  legacy: boolean
}

/** None where this server sends nothing of it; an archived issue is told twice, by its old and its new name. */
export function messagesOf(server: WebhookServer, happening: Happening): WebhookMessage[] {
  if (happening.type === "installation") return [installationMessage(server.organization, happening)]
  const actor = actorBody(server.organization, happening.by)
  if (happening.type === "comment") return [{ ...commentMessage(server.organization, happening), actor }]
  const data = issueData(server, happening)
  return actionsOf(server, happening).map((action) => ({ resource: "issue", action, data, actor }))
}

export const sentryItself = { type: "application", id: "sentry", name: "Sentry" }

type IssueHappening = Happening & { type: "issue" }

function actionsOf({ legacy }: WebhookServer, { action, by }: IssueHappening): string[] {
  if (!legacy) return action === "ignored" ? ["ignored", "archived"] : [action]
  // The 9 series has no word for it: what a person takes back arrives as `ignored`, a regression not at all.
  if (action === "unresolved") return by === undefined ? [] : ["ignored"]
  return [action]
}

function issueData(server: WebhookServer, happening: IssueHappening): JsonObject {
  const issue = webhookIssue(server, happening.issue)
  if (happening.action === "created" && !server.legacy)
    return { issue: createdIssue(server, issue, happening) }
  if (happening.action === "assigned") {
    return { assignee: assigneeBody(server.organization, happening.assignee), issue }
  }
  if (happening.action === "resolved") {
    return { resolution_type: resolutionType(server, happening.resolution), issue }
  }
  return { issue }
}

function resolutionType({ legacy }: WebhookServer, resolution: Resolution): string {
  if (!legacy) return resolution
  return resolution === "now" ? "resolved" : "resolved_in_release"
}

/** Nobody looks at it, so it has no permalink, no marks of a user and no counters by window. */
function webhookIssue({ organization, legacy }: WebhookServer, issue: Issue): JsonObject {
  const body: JsonObject = {
    ...(issue.payload ?? issueBody(organization, issue)),
    permalink: null,
    isBookmarked: false,
    isSubscribed: false,
    hasSeen: false,
  }
  for (const key of ["stats", "lifetime", "filtered"]) delete body[key]
  if (!legacy) return body
  delete body.platform
  return legacyIssue(body)
}

function createdIssue(
  { organization, apiUrl }: WebhookServer,
  body: JsonObject,
  { issue }: IssueHappening,
): JsonObject {
  return {
    url: `${apiUrl}/api/0/organizations/${organization.slug}/issues/${issue.id}/`,
    web_url: `${organization.url}/issues/${issue.id}/`,
    project_url: `${organization.url}/issues/?project=${issue.projectId}`,
    ...body,
    firstSeen: withOffset(issue.firstSeen),
    lastSeen: withOffset(issue.lastSeen),
  }
}

function withOffset(ms: number): string {
  return isoTime(ms).replace(/Z$/, "+00:00")
}

function assigneeBody(organization: OrganizationData, assignee: Assignee): JsonObject {
  if (assignee.type === "team") {
    const team = organization.teams.get(assignee.teamId)
    return { type: "team", name: team?.name ?? "", id: Number(assignee.teamId) }
  }
  const member = organization.members.get(assignee.memberId)
  const { user } = member ?? {}
  return {
    type: "user",
    name: user?.name ?? member?.email ?? "",
    id: Number(user?.id ?? assignee.memberId),
    email: member?.email ?? "",
  }
}

function commentMessage(
  organization: OrganizationData,
  { action, issue, comment }: Happening & { type: "comment" },
): Pick<WebhookMessage, "resource" | "action" | "data"> {
  const data = {
    comment_id: Number(comment.id),
    issue_id: Number(issue.id),
    project_slug: organization.projects.get(issue.projectId)?.slug ?? "",
    timestamp: isoTime(comment.at),
    comment: comment.text,
  }
  return { resource: "comment", action, data }
}

function installationMessage(
  organization: OrganizationData,
  { action, app }: Happening & { type: "installation" },
): WebhookMessage {
  const status = action === "created" && app.verifyInstall ? "pending" : "installed"
  const { code, ...body } = installationBody(organization, app, status)
  const installation = action === "created" && code !== undefined ? { ...body, code } : body
  return { resource: "installation", action, data: { installation }, actor: sentryItself }
}

/** An installation as the list of them has it; `code` only where others may install the integration. */
export function installationBody(
  organization: OrganizationData,
  app: SentryApp,
  status: "pending" | "installed",
): JsonObject {
  const { uuid = "", code } = app.installation ?? {}
  return {
    app: { uuid: app.uuid, slug: app.slug, sentryAppId: app.id },
    organization: { slug: organization.slug, id: Number(organization.id) },
    uuid,
    status,
    ...(code === undefined ? {} : { code }),
  }
}

function actorBody(organization: OrganizationData, memberId: string | undefined): JsonObject {
  const member = memberId === undefined ? undefined : organization.members.get(memberId)
  if (!member?.user) return sentryItself
  return { type: "user", id: Number(member.user.id), name: member.user.name }
}
