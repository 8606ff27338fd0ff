// Pure: where an object is found in Sentry: the request that reads it, and its page.
import type { Origin } from "../resync/kind.ts"
import { type Route, routes } from "./routes.ts"

export function whereIs(
  { host, organization }: { host: string; organization: string },
  kind: string,
  { id, part }: Origin,
): { call: string; url: string | undefined } {
  const org = organization
  const called = (route: Route, page?: string) => ({
    call: `GET /api/0/${route.path}`,
    url: page === undefined ? undefined : `${host}/organizations/${encodeURIComponent(org)}/${page}`,
  })
  const named = encodeURIComponent(id)
  switch (kind) {
    case "user":
      return called(routes.members({ org }))
    case "team":
      return called(routes.teams({ org }))
    case "project":
      return called(routes.project({ org, project: id }), `projects/${named}/`)
    case "project-tag":
      return called(routes.project({ org, project: part }), `projects/${encodeURIComponent(part)}/`)
    case "issue":
    case "issue-tag":
      return called(routes.issue({ org, issue: id }), `issues/${named}/`)
    default:
      return { call: "a webhook of Sentry", url: undefined }
  }
}
