// "Explore": error events, grouped.
import { badRequest, json, noRoute } from "../answers.ts"
import { askedPage, type Endpoint, linkFor, pageByOffset } from "../endpoint.ts"
import { eventFieldTypes, eventRows } from "../events-query.ts"
import { askedProjects } from "../projects-asked.ts"
import { parseIssueQuery } from "../search.ts"
import { askedWindow } from "../window.ts"

export const eventEndpoints: readonly Endpoint[] = [
  {
    template: "organizations/{org}/events/",
    scopes: ["org:read"],
    absentInLegacy: "all",
    answer(call) {
      const { organization, query } = call
      if (!organization.features.includes("discover-basic")) throw noRoute()
      const fields = query.getAll("field")
      if (fields.length === 0) throw badRequest("No columns selected")
      if (fields.length > 20)
        throw badRequest("You can view up to 20 fields at a time. Please delete some and try again.")
      const dataset = query.get("dataset") ?? "errors"
      if (dataset !== "errors" && dataset !== "discover")
        throw badRequest(`dataset must be one of: discover, errors`)
      askedPage(call)
      const projects = new Set(askedProjects(call).map(({ id }) => id))
      const window = askedWindow(call)
      const environments = query.has("environment") ? query.getAll("environment") : undefined
      const sort = query.get("sort") ?? undefined
      const text = query.get("query") ?? ""
      const key = JSON.stringify(["events", [...projects], window, environments, sort, text, fields])
      const rows = organization.memo(key, () => {
        const test = parseIssueQuery(text, organization)
        const issues = [...organization.issues.values()].filter(
          (issue) =>
            issue.issueCategory === "error" &&
            projects.has(issue.projectId) &&
            (organization.ageless || (issue.lastSeen >= window.start && issue.firstSeen <= window.end)) &&
            test(issue),
        )
        const since = organization.ageless ? 0 : window.start
        return eventRows(organization, { issues, fields, environments, since, sort })
      })
      const page = pageByOffset(call, rows)
      const meta = {
        fields: eventFieldTypes(fields),
        units: {},
        isMetricsData: false,
        dataset,
        datasetReason: "unchanged",
      }
      return json({ data: page.items, meta }, { link: linkFor(call, page) })
    },
  },
]
