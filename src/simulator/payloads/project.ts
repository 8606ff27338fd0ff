// A project, in the three shapes the API has for it.
import type { JsonObject } from "../../common/json.ts"
import type { Environment, Project, Team } from "../model.ts"
import type { OrganizationData } from "../organization.ts"
import { letterAvatar, readAccess } from "./organization.ts"
import { isoTime, optionalTime } from "./time.ts"

/** What all shapes share, with color and status: as inside a team. */
export function projectBody(project: Project): JsonObject {
  return project.payload ?? { ...projectCore(project), ...projectLooks(project) }
}

/** A row of `projects/`. */
export function ownProjectRow(project: Project, organization: JsonObject): JsonObject {
  if (project.payload) return project.payload
  return { ...projectBody(project), organization }
}

/** A row of `organizations/{org}/projects/`: no organization, no status, but teams and environments. */
export function organizationProjectRow(
  organization: OrganizationData,
  project: Project,
  hasAccess: boolean,
): JsonObject {
  const teams = teamsOf(organization, project)
  const core = { ...(project.payload ?? projectCore(project)) }
  delete core.organization
  delete core.status
  return {
    team: teams[0] ?? null,
    teams,
    ...core,
    ...(hasAccess ? {} : { hasAccess: false, access: [] }),
    environments: project.environments.filter(({ hidden }) => !hidden).map(({ name }) => name),
    eventProcessing: { symbolicationDegraded: false },
    platforms: platformsOf(project),
    latestRelease: latestRelease(project),
    hasUserReports: false,
    latestDeploys: null,
  }
}

export function projectDetail(
  organization: OrganizationData,
  project: Project,
  organizationBody: JsonObject,
): JsonObject {
  const teams = teamsOf(organization, project)
  return {
    ...projectBody(project),
    team: teams[0] ?? null,
    teams,
    organization: organizationBody,
    latestRelease: latestRelease(project),
    options: { "sentry:origins": "*" },
    digestsMinDelay: 300,
    digestsMaxDelay: 1800,
    subjectPrefix: "",
    allowedDomains: ["*"],
    resolveAge: 0,
    dataScrubber: true,
    defaultEnvironment: null,
    platforms: platformsOf(project),
    processingIssues: 0,
    plugins: [],
  }
}

export function environmentBody({ id, name, hidden }: Environment): JsonObject {
  return { id, name, isHidden: hidden }
}

function projectCore(project: Project): JsonObject {
  return {
    id: project.id,
    slug: project.slug,
    name: project.name,
    platform: project.platform,
    dateCreated: isoTime(project.dateCreated),
    isBookmarked: false,
    isMember: false,
    features: ["alert-filters", "minidump", "similarity-view", "releases"],
    firstEvent: optionalTime(project.firstEvent),
    firstTransactionEvent: false,
    access: readAccess,
    hasAccess: true,
    hasFeedbacks: false,
    hasFlags: false,
    hasMinifiedStackTrace: false,
    hasMonitors: project.hasMonitors,
    hasNewFeedbacks: false,
    hasProfiles: false,
    hasReplays: false,
    hasSessions: project.hasSessions,
    hasInsightsHttp: false,
    hasInsightsDb: false,
    hasInsightsAssets: false,
    hasInsightsAppStart: false,
    hasInsightsScreenLoad: false,
    hasInsightsVitals: false,
    hasInsightsCaches: false,
    hasInsightsQueues: false,
    hasInsightsAgentMonitoring: false,
    hasInsightsMCP: false,
    hasLogs: false,
    hasTraceMetrics: false,
  }
}

function projectLooks(project: Project): JsonObject {
  return { isInternal: false, isPublic: false, avatar: letterAvatar, color: project.color, status: "active" }
}

function teamsOf(organization: OrganizationData, project: Project): JsonObject[] {
  return [...organization.teams.values()]
    .filter((team: Team) => team.projectIds.includes(project.id))
    .sort((left, right) => (left.slug < right.slug ? -1 : 1))
    .map(({ id, slug, name }) => ({ id, slug, name }))
}

function latestRelease(project: Project): JsonObject | null {
  return project.latestRelease === null ? null : { version: project.latestRelease }
}

function platformsOf(project: Project): string[] {
  const family = project.platform?.split("-")[0]
  return family ? [family] : []
}
