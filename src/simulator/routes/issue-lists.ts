// Lists of issues: of a project, and of the organization.
import { type Answer, badRequest, internalError, jsonText, notFound } from "../answers.ts"
import {
  askedLimit,
  askedProject,
  type Call,
  type Endpoint,
  listText,
  mapPage,
  pageAnswer,
  pageByKey,
} from "../endpoint.ts"
import {
  askedQuery,
  askedSort,
  issueRow,
  type Listing,
  listIssues,
  type RowShape,
  sortKey,
} from "../issue-list.ts"
import type { Issue, Project } from "../model.ts"
import type { StatsPeriod } from "../payloads/stats.ts"
import { askedProjects } from "../projects-asked.ts"
import { askedWindow, retentionWindow } from "../window.ts"

export const issueListEndpoints: readonly Endpoint[] = [
  {
    template: "projects/{org}/{project}/issues/",
    scopes: ["event:read"],
    answer(call) {
      const project = askedProject(call)
      const listing: Listing = {
        projectIds: new Set([project.id]),
        query: askedQuery(call),
        sort: askedSort(call),
        window: retentionWindow(call.organization),
        // An environment nobody knows gives an empty list here.
        environments: environmentsOf(call),
      }
      return listAnswer(call, listing, {
        collapse: new Set(),
        statsPeriod: periodOf(call, "statsPeriod"),
        lifetime: false,
      })
    },
  },
  {
    template: "organizations/{org}/issues/",
    scopes: ["event:read"],
    answer(call) {
      if (call.legacy) throw internalError() // that server has no search service
      const projects = askedProjects(call)
      const shape: RowShape = {
        collapse: new Set(call.query.getAll("collapse")),
        statsPeriod: periodOf(call, "groupStatsPeriod"),
        lifetime: true,
      }
      const environments = environmentsOf(call)
      const projectIds = new Set(projects.map(({ id }) => id))
      const window = askedWindow(call)
      if (call.query.has("group")) return groupsAnswer(call, { projectIds, environments, window }, shape)
      if (environments && !isKnown(call, projects, environments)) throw notFound()
      return listAnswer(
        call,
        { projectIds, query: askedQuery(call), sort: askedSort(call), window, environments },
        shape,
      )
    },
  },
]

function listAnswer(call: Call, listing: Listing, shape: RowShape): Answer {
  const direct = directHit(call, listing, shape)
  if (direct) return direct
  const issues = listIssues(call, listing)
  const page = pageByKey(call, issues, sortKey(listing.sort), askedLimit(call))
  return pageAnswer(
    call,
    mapPage(page, (issue) => issueRow(call, issue, listing, shape)),
    { "x-hits": String(Math.min(1000, issues.length)), "x-max-hits": "1000" },
  )
}

/** Asked for by id: any status, any age; unknown, foreign, merged and denied ones are silently missing. */
function groupsAnswer(call: Call, listing: Omit<Listing, "query" | "sort">, shape: RowShape): Answer {
  const ids = new Set(call.query.getAll("group"))
  for (const id of ids) if (!/^\d+$/.test(id)) throw badRequest("Group ids must be integers")
  const issues = [...ids].flatMap((id) => call.organization.issues.get(id) ?? [])
  const known = issues.filter(({ projectId }) => listing.projectIds.has(projectId))
  const { organization } = call
  const window = { start: 0, end: organization.clock.now() }
  const everywhere = { ...listing, window }
  return jsonText(listText(known.map((issue) => issueRow(call, issue, everywhere, shape))))
}

/** `shortIdLookup=1` with a short id as the query: that issue, and no pages. */
function directHit(call: Call, listing: Listing, shape: RowShape): Answer | undefined {
  const query = (call.query.get("query") ?? "").trim()
  if (call.query.get("shortIdLookup") !== "1" || !/^[\w-]+-[0-9A-Z]+$/i.test(query)) return undefined
  const issue = call.organization.issueOf(query.toUpperCase())
  if (!issue || !listing.projectIds.has(issue.projectId)) return undefined
  return jsonText(listText([issueRow(call, issue, { ...listing, environments: undefined }, shape)]), {
    "x-sentry-direct-hit": "1",
  })
}

function environmentsOf(call: Call): string[] | undefined {
  const names = call.query.getAll("environment")
  return names.length > 0 ? names : undefined
}

/** The environment of events that name none is "", and exists where there are such events. */
function isKnown({ organization }: Call, projects: readonly Project[], names: readonly string[]): boolean {
  const hasNameless = ({ tags }: Issue) => tags.get("environment")?.some(({ value }) => value === "") ?? false
  return names.every((name) =>
    projects.some(
      ({ id, environments }) =>
        environments.some((known) => known.name === name) ||
        (name === "" && organization.issuesOf(id).some(hasNameless)),
    ),
  )
}

function periodOf(call: Call, name: "statsPeriod" | "groupStatsPeriod"): StatsPeriod | "" {
  const period = call.query.get(name) ?? "24h"
  if (period === "" || period === "24h" || period === "14d") return period
  if (period === "auto" && name === "groupStatsPeriod") return "24h"
  throw badRequest("Invalid stats_period. Valid choices are '', '24h', and '14d'")
}
