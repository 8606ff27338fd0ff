// Tries what the token may read, one small request for each thing that a kind needs, and names what is missing.
import type { Probe, ProbeFinding } from "../integration.ts"
import type { RawObject } from "../resync/kind.ts"
import { type Answer, type Failure, refusesSeveralProjects } from "./answers.ts"
import { regionOf } from "./api/organization.ts"
import type { SentryClient } from "./client.ts"
import { isSentryCloud } from "./redirects.ts"
import type { SentrySettings } from "./settings.ts"
import { tokenKind } from "./token-kind.ts"

interface ProbeDeps {
  client: SentryClient
  settings: SentrySettings
}

const allKinds = ["user", "team", "project", "project-tag", "issue", "issue-tag"]

/** Throws only when the signal fires. */
export async function probeSentry(deps: ProbeDeps, signal: AbortSignal): Promise<Probe> {
  const kind = tokenKind(deps.settings.token)
  if (!kind.usable) {
    const what = `The token cannot be used: ${kind.reason}.`
    return {
      findings: [{ state: "setting", what, hint: kind.hint, kinds: allKinds }],
      webhookUrls: undefined,
    }
  }
  const organization = await deps.client.organization(signal)
  const blocking = wholeFailure(organization)
  if (blocking) return { findings: [noneReadable(deps.settings, blocking)], webhookUrls: undefined }
  const scopes = await deps.client.scopes(signal)
  const webhooks = await deps.client.webhookUrls(signal)
  return {
    findings: [
      organizationFinding(deps.settings, organization),
      ...tokenFindings(kind.kind, scopes.ok ? scopes.value : undefined),
      ...(await peopleFindings(deps, signal)),
      ...(await projectFindings(deps, signal)),
    ],
    webhookUrls: webhooks.ok ? webhooks.value : undefined,
  }
}

/** What keeps every request from being answered. A missing scope is none of these. */
function wholeFailure(answer: Answer<unknown>): Failure | undefined {
  return answer.ok || answer.why === "forbidden" || answer.why === "route-off" ? undefined : answer
}

function noneReadable({ host, organization }: SentrySettings, failed: Failure): ProbeFinding {
  const { reason, hint } = failed.outcome
  const region = isSentryCloud(new URL(host)) && new URL(host).hostname !== "sentry.io"
  if (failed.why === "missing") {
    return {
      state: "blocked",
      what: `There is no organization "${organization}" at ${host}, or the token may not see it (${reason}).`,
      hint: `${hint ?? "check the organization's slug"}${region ? "; the host may be another region's: https://sentry.io finds the right one" : ""}`,
      kinds: allKinds,
    }
  }
  const what = `Nothing can be read from ${host}: ${reason}.`
  return { state: "blocked", what, ...(hint ? { hint } : {}), kinds: allKinds }
}

function organizationFinding(
  { host, organization }: SentrySettings,
  answer: Answer<RawObject>,
): ProbeFinding {
  if (!answer.ok) return blocked("The organization itself", answer, ["project", "project-tag"])
  const region = regionOf(answer.value)
  const name = typeof answer.value.name === "string" ? ` (${answer.value.name})` : ""
  const from = region && region !== host ? `; its data is read from its region, ${region}` : ""
  return {
    state: "fine",
    what: `The organization "${organization}"${name} answers at ${host}${from}.`,
    kinds: [],
  }
}

function tokenFindings(kind: string, scopes: string[] | undefined): ProbeFinding[] {
  const owner = { user: "a user's", integration: "an integration's", application: "an application's" }[kind]
  const whose = owner ? `${owner} token` : "a token without a prefix, as older servers make them"
  const has = scopes && scopes.length > 0 ? `, with the scopes ${scopes.join(", ")}` : ""
  const sentence = `Requests are made with ${whose}${has}.`
  if (kind !== "user") return [{ state: "fine", what: sentence, kinds: [] }]
  return [
    {
      state: "note",
      what: `${sentence} It sees no more than that user does.`,
      hint: "the token of an internal integration (Settings → Custom Integrations) sees the whole organization, and Sentry allows it more requests",
      kinds: [],
    },
  ]
}

async function peopleFindings({ client }: ProbeDeps, signal: AbortSignal): Promise<ProbeFinding[]> {
  const members = await firstPage(client.members(signal))
  const teams = await firstPage(client.teams(signal))
  const findings = [
    finding("Members", "member:read", members, ["user"]),
    finding("Teams", "team:read", teams, ["team"]),
  ]
  const slug = teams.ok ? teams.value[0]?.slug : undefined
  if (typeof slug !== "string") return findings
  const of = await client.teamMembers(slug, signal)
  const needed = `Members of teams (for selector.includeMembers; tried on ${slug})`
  return [...findings, finding(needed, "team:read", of, ["team"])]
}

async function projectFindings({ client }: ProbeDeps, signal: AbortSignal): Promise<ProbeFinding[]> {
  const projects = await client.projects(signal)
  if (!projects.ok) return [blocked("Projects", projects, ["project", "project-tag", "issue", "issue-tag"])]
  const [first] = projects.value
  if (!first) {
    const what = "The token sees no project, so there is nothing to read of projects and issues."
    const hint = "check that the organization has projects, and that the token's owner is in their teams"
    return [{ state: "note", what, hint, kinds: ["project", "project-tag", "issue", "issue-tag"] }]
  }
  const tags = await client.projectTagValues(first.slug, "environment", signal)
  const noSuchTag = !tags.ok && tags.why === "missing"
  return [
    finding(`Projects (${projects.value.length})`, "project:read", projects, ["project"]),
    finding(
      `Tag values of projects (tried on ${first.slug})`,
      "project:read",
      noSuchTag ? { ok: true, value: [] } : tags,
      ["project-tag"],
    ),
    ...(await issueFindings(client, first.slug, signal)),
  ]
}

async function issueFindings(
  client: SentryClient,
  slug: string,
  signal: AbortSignal,
): Promise<ProbeFinding[]> {
  const kinds = ["issue", "issue-tag"]
  const end = new Date(client.serverNow())
  const window = { start: new Date(end.getTime() - 86_400_000), end }
  const list = { projects: ["-1"], query: "is:unresolved", window, limit: 1 }
  const whole = await firstPage(client.organizationIssues(list, signal))
  if (whole.ok || !(whole.why === "route-off" || refusesSeveralProjects(whole)))
    return [finding("Issues", "event:read", whole, kinds)]
  const one = await firstPage(client.projectIssues(slug, "is:unresolved", signal, 1))
  if (!one.ok) return [blocked(`Issues (tried on ${slug})`, one, kinds)]
  const what =
    "Issues can be read project by project only (an older server, or a plan without global views): more requests, the same result."
  return [{ state: "fine", what, kinds }]
}

async function firstPage(pages: AsyncIterable<Answer<RawObject[]>>): Promise<Answer<RawObject[]>> {
  for await (const page of pages) return page
  return { ok: true, value: [] }
}

function finding(
  what: string,
  scope: string,
  answer: Answer<unknown>,
  kinds: readonly string[],
): ProbeFinding {
  if (!answer.ok) return blocked(what, answer, kinds)
  return { state: "fine", what: `${what} can be read (${scope}).`, kinds }
}

function blocked(what: string, failed: Failure, kinds: readonly string[]): ProbeFinding {
  const { reason, hint } = failed.outcome
  const permissions = permissionsIn(hint ?? "")
  const fix = hint && permissions ? `${hint} (of an internal integration: ${permissions})` : hint
  return {
    state: "blocked",
    what: `${what} cannot be read: ${reason}.`,
    ...(fix ? { hint: fix } : {}),
    kinds,
  }
}

/** As Sentry's form for an internal integration calls them. */
const permissionOf: Readonly<Record<string, string>> = {
  "org:read": "Organization: Read",
  "project:read": "Project: Read",
  "team:read": "Team: Read",
  "member:read": "Member: Read",
  "event:read": "Issue & Event: Read",
}

function permissionsIn(hint: string): string {
  return Object.entries(permissionOf)
    .flatMap(([scope, name]) => (hint.includes(scope) ? [name] : []))
    .join(", ")
}
