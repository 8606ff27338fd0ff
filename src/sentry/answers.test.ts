import { readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { fixtureText } from "../../test/support/fake-sentry.ts"
import { readAnswer, refusesSeveralProjects } from "./answers.ts"
import { routes } from "./routes.ts"

interface ErrorFixture {
  status: number
  headers: Record<string, string>
  body: unknown
}

const meanings: Record<string, { why: string; state: string; says: string }> = {
  "302.project-moved": { why: "moved", state: "failed", says: "resource-moved" },
  "400.cursor": { why: "bad-request", state: "failed", says: "Invalid cursor" },
  "400.multi-project": { why: "bad-request", state: "failed", says: "multi project" },
  "400.per-page": { why: "bad-request", state: "failed", says: "Cannot exceed 100" },
  "400.search": { why: "bad-request", state: "failed", says: "Error parsing search query" },
  "400.validation": { why: "bad-request", state: "failed", says: "events: issue webhooks" },
  "401.invalid-org-token": { why: "token", state: "denied", says: "token refused" },
  "401.invalid-token": { why: "token", state: "denied", says: "Invalid token" },
  "401.member-disabled": { why: "token", state: "denied", says: "Organization over member limit" },
  "401.missing": { why: "token", state: "denied", says: "credentials were not provided" },
  "401.sso-required": { why: "token", state: "denied", says: "Must login via SSO" },
  "403.permission": { why: "forbidden", state: "denied", says: "permission" },
  "404.empty": { why: "route-off", state: "failed", says: "no such route" },
  "404.resource": { why: "missing", state: "failed", says: "does not exist" },
  "429.concurrent": { why: "busy", state: "failed", says: "Concurrency limit is 5" },
  "429.window": { why: "busy", state: "failed", says: "too frequently" },
  "429.window.older-text-body": { why: "busy", state: "failed", says: "3 requests in 1 seconds" },
  "500.internal": { why: "server", state: "failed", says: "Internal Error" },
}
const names = readdirSync(new URL("../../test/fixtures/sentry/errors", import.meta.url)).map((file) =>
  file.replace(/\.json$/, ""),
)

describe("readAnswer", () => {
  it("knows every error of the fixtures", () => {
    expect(names.sort()).toEqual(Object.keys(meanings).sort())
  })

  it.each(names)("tells what %s means", (name) => {
    const { status, headers, body } = JSON.parse(fixtureText(`sentry/errors/${name}.json`)) as ErrorFixture // written in this form

    const answer = read(status, body === null ? "" : JSON.stringify(body), headers)

    const meaning = meanings[name]
    expect(answer).toMatchObject({ ok: false, why: meaning?.why, status })
    expect(answer).toMatchObject({ outcome: { state: meaning?.state } })
    expect(answer.ok ? "" : answer.outcome.reason).toContain(meaning?.says)
  })

  it("names the scope that is missing", () => {
    const answer = read(403, '{"detail": "no"}')

    expect(answer).toMatchObject({ outcome: { hint: expect.stringContaining("member:read") } })
  })

  it("suspects the organization's slug where its own paths are missing", () => {
    const answer = read(404, '{"detail": "The requested resource does not exist"}')

    expect(answer).toMatchObject({ outcome: { hint: expect.stringContaining("slug") } })
  })

  it("says how to mend an account that must sign in again", () => {
    const answer = read(401, fixtureBody("401.sso-required"))

    expect(answer).toMatchObject({ outcome: { hint: expect.stringContaining("single sign-on") } })
  })

  it.each([404, 200])("takes a page of HTML with status %d for a wrong address", (status) => {
    const answer = read(status, "<!doctype html><title>Login</title>")

    expect(answer).toMatchObject({ ok: false, why: "not-sentry" })
    expect(answer).toMatchObject({ outcome: { hint: expect.stringContaining("/api/0/") } })
  })

  it("tells the plan without a list over projects from a wrong search", () => {
    const several = read(400, fixtureBody("400.multi-project"))
    const other = read(400, '{"detail": "You cannot view events from multiple projects."}')
    const search = read(400, fixtureBody("400.search"))

    expect([several, other, search].map((one) => !one.ok && refusesSeveralProjects(one))).toEqual([
      true,
      true,
      false,
    ])
  })
})

function read(status: number, text: string, headers: Record<string, string> = {}) {
  const route = routes.members({ org: "acme" })
  return readAnswer({ status, text, headers: new Headers(headers), receivedAt: 0 }, route)
}

function fixtureBody(name: string): string {
  const fixture = JSON.parse(fixtureText(`sentry/errors/${name}.json`)) as ErrorFixture // written in this form
  return JSON.stringify(fixture.body)
}
