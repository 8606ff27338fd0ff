import { describe, expect, it } from "vitest"
import { endpointOf } from "./endpoint.ts"

describe("the endpoint of a path", () => {
  it.each([
    ["/auth/access_token", "auth/access_token"],
    ["/blueprints/sentryIssue/entities/bulk", "blueprints/{}/entities/bulk"],
    ["/blueprints/sentryIssue/entities/a%2Fb", "blueprints/{}/entities/{}"],
    ["/blueprints/sentryIssue/bulk/entities/delete", "blueprints/{}/bulk/entities/delete"],
    ["/blueprints/entities/datasource-entities", "blueprints/entities/datasource-entities"],
    ["/integration/my-sentry/kinds/issue-tag/examples", "integration/{}/kinds/{}/examples"],
  ])("%s is %s", (path, endpoint) => {
    expect(endpointOf(path)).toBe(endpoint)
  })
})
