// Single issues, and counters for a few of them.
import { badRequest, json, notFound } from "../answers.ts"
import type { Endpoint } from "../endpoint.ts"
import { askedIssue } from "../issue-asked.ts"
import { countersBody, issueBody, issueDetail, legacyIssue } from "../payloads/issue.ts"
import { issueStats } from "../payloads/stats.ts"
import { askedProjects } from "../projects-asked.ts"

export const issueEndpoints: readonly Endpoint[] = [
  {
    template: "organizations/{org}/issues/{issue}/",
    aliases: ["issues/{issue}/"],
    scopes: ["event:read"],
    absentInLegacy: "template",
    answer(call) {
      const issue = askedIssue(call)
      const body = issueDetail(call.organization, issue)
      const collapsed = call.query.getAll("collapse")
      if (collapsed.includes("stats")) delete body.stats
      if (collapsed.includes("tags")) delete body.tags
      if (collapsed.includes("release")) {
        delete body.firstRelease
        delete body.lastRelease
      }
      return json(call.legacy ? legacyIssue(body) : body)
    },
  },
  {
    template: "organizations/{org}/shortids/{short}/",
    scopes: ["event:read"],
    answer(call) {
      const { organization, params } = call
      const shortId = (params.short ?? "").toUpperCase()
      const issue = organization.issueOf(shortId)
      if (issue?.shortId !== shortId) throw notFound()
      const { id } = askedIssue({ ...call, params: { ...params, issue: issue.id } })
      const body = issue.payload ?? issueBody(organization, issue)
      return json({
        organizationSlug: organization.slug,
        projectSlug: organization.projects.get(issue.projectId)?.slug ?? null,
        groupId: id,
        group: call.legacy ? legacyIssue(body) : body,
        shortId,
      })
    },
  },
  {
    template: "organizations/{org}/issues-stats/",
    scopes: ["event:read"],
    absentInLegacy: "all",
    answer(call) {
      const { organization, query } = call
      const groups = query.getAll("groups")
      if (groups.length === 0)
        throw badRequest("You should include `groups` with your request. (i.e. groups=1,2,3)")
      if (groups.length > 25) throw badRequest("Too many groups requested.")
      const readable = new Set(askedProjects(call).map(({ id }) => id))
      const issues = groups.flatMap((id) => organization.issues.get(id) ?? [])
      return json(
        issues
          .filter(({ projectId }) => readable.has(projectId))
          .map((issue) => ({
            id: issue.id,
            ...countersBody(issue),
            stats: { "24h": issueStats(issue, "24h", organization.clock.now()) },
            lifetime: { ...countersBody(issue), stats: null },
            filtered: null,
            isUnhandled: issue.isUnhandled,
          })),
      )
    },
  },
]
