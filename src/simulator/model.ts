// What an organization in Sentry is made of, as the simulator keeps it. Times are milliseconds since the epoch.
import type { JsonObject, JsonValue } from "../common/json.ts"

export type IssueStatus = "unresolved" | "resolved" | "ignored"
export type IssueLevel = "sample" | "debug" | "info" | "warning" | "error" | "fatal"
export type MemberRole = "billing" | "member" | "admin" | "manager" | "owner"

/** Where an object came as a raw payload, that payload is served as it is; changes are written into it. */
export interface WithPayload {
  payload?: JsonObject
}

export interface User {
  id: string
  name: string
  username: string
  email: string
  emailId: string
  hasPassword: boolean
  has2fa: boolean
  dateJoined: number
  lastLogin: number | null
  lastActive: number | null
}

export interface Member extends WithPayload {
  /** The membership's id: another number space than `user.id`. */
  id: string
  email: string
  role: MemberRole
  /** Null until the invitation is accepted. */
  user: User | null
  expired: boolean
  provisioned: boolean
  ssoLinked: boolean
  dateCreated: number
  inviterName: string | null
}

export interface Team extends WithPayload {
  id: string
  slug: string
  name: string
  dateCreated: number
  provisioned: boolean
  memberships: { memberId: string; role: "admin" | "contributor" | null }[]
  projectIds: string[]
  externalTeams: JsonValue[]
  /** The member rows as given, where the team came as a payload. */
  memberPayloads?: JsonObject[]
}

export interface Environment {
  id: string
  name: string
  hidden: boolean
}

export interface Project extends WithPayload {
  id: string
  slug: string
  name: string
  platform: string | null
  dateCreated: number
  firstEvent: number | null
  hasMonitors: boolean
  hasSessions: boolean
  color: string
  latestRelease: string | null
  environments: Environment[]
  /** Slugs it had before; they answer 302 as long as nobody else uses them. */
  formerSlugs: string[]
  issuesMade: number
  /** Values of project tags as given, by tag key, where they came as payloads. */
  tagPayloads?: Map<string, JsonObject[]>
}

export interface TagValue extends WithPayload {
  value: string
  count: number
  firstSeen: number
  lastSeen: number
  /** Place in the list asked for without a sort, highest first; else the newest `firstSeen` comes first. */
  rank?: number
}

export interface Comment {
  id: string
  text: string
  /** Who wrote it. */
  memberId: string
  /** Of its last change. */
  at: number
}

export type Assignee = { type: "user"; memberId: string } | { type: "team"; teamId: string }

export interface Issue extends WithPayload {
  id: string
  shortId: string
  projectId: string
  title: string
  culprit: string | null
  logger: string | null
  level: IssueLevel
  status: IssueStatus
  substatus: string | null
  statusDetails: JsonObject
  platform: string | null
  type: string
  metadata: JsonObject
  numComments: number
  assignedTo: Assignee | null
  annotations: JsonValue[]
  issueType: string
  issueCategory: string
  priority: "high" | "medium" | "low" | null
  isUnhandled: boolean
  count: number
  userCount: number
  firstSeen: number
  lastSeen: number
  tags: Map<string, TagValue[]>
  comments?: Comment[]
  /** The JSON text of what does not move by time; dropped at every change. */
  text?: string
}

export type AppResource = "issue" | "error" | "comment" | "seer"

/** An integration of the organization's own ("Sentry app"), which may have a webhook. */
export interface SentryApp {
  /** A number of its own, which alerts name it by. */
  id: number
  uuid: string
  slug: string
  name: string
  status: "internal" | "unpublished" | "published"
  author: string
  overview: string
  webhookUrl: string | null
  redirectUrl: string | null
  /** Resources whose events it wants. */
  events: AppResource[]
  scopes: string[]
  /** May be named as the action of an alert rule. */
  isAlertable: boolean
  /** The server has switched it off after too many failures: nothing is sent to it. */
  isDisabled: boolean
  verifyInstall: boolean
  schema: JsonObject
  allowedOrigins: JsonValue[]
  clientId: string
  clientSecret: string
  dateCreated: number
  /** Where it is installed; internal ones always are. */
  installation?: { uuid: string; code?: string }
  /** What was sent to its webhook, oldest first. */
  requests: WebhookRequest[]
}

export interface WebhookRequest {
  /** `issue.created` */
  eventType: string
  webhookUrl: string
  at: number
  /** 0: no answer in time. */
  responseCode: number
}
