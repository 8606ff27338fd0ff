// The paths of one issue: below the organization, or without it on servers older than that.
import type { RawObject } from "../../resync/kind.ts"
import type { Answer } from "../answers.ts"
import type { Calls } from "../calls.ts"
import { type Route, routes } from "../routes.ts"

export interface IssuePaths {
  issue(id: string, signal: AbortSignal): Promise<Answer<RawObject>>
  tagValues(id: string, key: string, signal: AbortSignal): Promise<Answer<RawObject[]>>
  tag(id: string, key: string, signal: AbortSignal): Promise<Answer<RawObject>>
}

export function createIssuePaths(calls: Calls, org: string): IssuePaths {
  // Remembered, so that only the first issues are asked twice.
  let withoutOrganization = false

  /** A 404 without a body is a route that is not there; then the older path is asked. */
  async function eitherPath<T>(
    ask: (route: Route) => Promise<Answer<T>>,
    route: Route,
    older: Route,
  ): Promise<Answer<T>> {
    if (withoutOrganization) return ask(older)
    const answer = await ask(route)
    if (answer.ok || answer.why !== "route-off") return answer
    const second = await ask(older)
    if (second.ok || second.why !== "route-off") withoutOrganization = true
    return second
  }

  return {
    issue: (id, signal) =>
      eitherPath(
        (route) => calls.one(route, [], signal),
        routes.issue({ org, issue: id }),
        routes.issueWithoutOrganization({ issue: id }),
      ),
    tagValues: (id, key, signal) =>
      eitherPath(
        (route) => calls.all(route, [], signal),
        routes.issueTagValues({ org, issue: id, key }),
        routes.issueTagValuesWithoutOrganization({ issue: id, key }),
      ),
    tag: (id, key, signal) =>
      eitherPath(
        (route) => calls.one(route, [], signal),
        routes.issueTag({ org, issue: id, key }),
        routes.issueTagWithoutOrganization({ issue: id, key }),
      ),
  }
}
