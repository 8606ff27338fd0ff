import { describe, expect, it, onTestFinished } from "vitest"
import { isJsonObject } from "../../src/common/json.ts"
import {
  type Recording,
  readRecorded,
  replay,
  type SentryReplay,
  startSentryReplay,
} from "./sentry-replay.ts"
import { listAnswer } from "./sentry-replay-lists.ts"
import { ask, walk } from "./simulator.ts"

async function useReplay(): Promise<SentryReplay> {
  const server = await startSentryReplay()
  onTestFinished(() => server.close())
  return server
}

interface Listed {
  id: string
  lastSeen: string
}

const recorded = readRecorded()

function questionOf({ path }: Recording) {
  const { pathname, searchParams } = new URL(path, "http://recorded")
  return { pathname, query: searchParams }
}

const computable = recorded.recordings.filter(({ name, status, token, path }) => {
  const { pathname, query } = questionOf({ path } as Recording) // nothing else of it is read
  const isIssueList = /^\/api\/0\/projects\/acme\/[^/]+\/issues\/$/.test(pathname)
  const usual = [...query.keys()].every((key) =>
    ["query", "limit", "sort", "per_page", "cursor"].includes(key),
  )
  return isIssueList && status === 200 && token === "token" && usual && name !== "issues.bad-query"
})

describe("the recorded server", () => {
  it("answers every recorded request with what was recorded", async () => {
    const server = await useReplay()
    const names: Record<string, string | null> = { ...server.tokens, token: server.token }
    for (const recording of recorded.recordings) {
      // These two were recorded with headers that are no bearer token as we send it.
      if (["error.basic-auth", "error.lowercase-bearer"].includes(recording.name)) continue
      const { pathname, search } = new URL(recording.path, "http://recorded")
      const token = recording.token === null ? null : (names[recording.token] ?? recording.token)

      const answer = await ask(server, `${pathname.slice("/api/0/".length)}${search}`, {
        token,
        method: recording.method,
      })

      expect({ name: recording.name, status: answer.status, text: answer.text }).toEqual({
        name: recording.name,
        status: recording.status,
        text: recorded.bodyOf(recording),
      })
      expect(answer.headers.get("link")).toBe(recording.headers.Link ?? null)
    }
  })

  it("has lists enough to compare with", () => expect(computable.length).toBeGreaterThan(20))

  it.each(computable.map((recording) => [recording.name, recording] as const))(
    "computes %s as it was recorded",
    (_name, recording) => {
      const { pathname, query } = questionOf(recording)

      const answer = listAnswer(recorded, pathname, query, "token")

      const expected: Listed[] = JSON.parse(recorded.bodyOf(recording))
      const computed: Listed[] = JSON.parse(answer?.body ?? "[]")
      // Issues last seen at the same moment came in any order.
      expect(computed.map(({ lastSeen }) => lastSeen)).toEqual(expected.map(({ lastSeen }) => lastSeen))
      expect(computed.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort())
      const edges = (link: string | undefined) => link?.match(/results="\w+"; cursor="[^"]*"/g)
      // With a limit of 0 that server says that more follows, for ever.
      if (query.get("limit") !== "0" && query.get("limit") !== "-1") {
        expect(edges(answer?.headers.Link)).toEqual(edges(recording.headers.Link))
      }
    },
  )

  it("serves lists that were not recorded from the rows that were", async () => {
    const server = await useReplay()

    const everything = await walk(server, "projects/acme/storefront/issues/?limit=33&query=")
    const unresolved = await walk(server, "projects/acme/storefront/issues/?query=is:unresolved&limit=100")
    const archived = await walk(server, "projects/acme/api/issues/?query=is:ignored&limit=2")

    expect(everything.pages).toEqual([33, 33, 33, 31])
    expect(unresolved.pages).toEqual([100, 23])
    expect(archived.rows.map((row) => isJsonObject(row) && row.status)).toEqual([
      "ignored",
      "ignored",
      "ignored",
    ])
  })

  it("keeps another host in Link headers", async () => {
    const server = await useReplay()
    const { headers } = await ask(server, "projects/acme/storefront/issues/?limit=33&query=")
    expect(headers.get("link")).toMatch(/^<http:\/\/127\.0\.0\.1:42900\/api\/0\//)
    expect(server.url).not.toContain("42900")
  })

  it("passes over parameters that server does not read", async () => {
    const server = await useReplay()
    const plain = await ask(server, "organizations/acme/")
    const asked = await ask(server, "organizations/acme/?detailed=0")
    expect(asked).toMatchObject({ status: 200, text: plain.text })
  })

  it.each([
    ["organizations/acme/issues/?project=-1&query=&limit=100", 500, "Internal Error"],
    ["organizations/acme/tags/environment/values/?project=1", 500, "Internal Error"],
    ["organizations/acme/issues/18/tags/environment/values/", 404, ""],
    ["organizations/acme/events/?field=issue.id", 404, ""],
    ["users/me/regions/", 404, ""],
    ["projects/acme/nowhere/tags/environment/values/", 404, "does not exist"],
    ["teams/acme/nobody/members/?per_page=100", 404, "does not exist"],
    ["issues/424242/tags/environment/values/", 404, "does not exist"],
    ["organizations/nowhere/members/", 404, "does not exist"],
    ["projects/acme/api/tags/region/values/", 501, "not recorded"],
  ])("%s is %i", async (path, status, text) => {
    const server = await useReplay()
    const answer = await ask(server, path)
    expect(answer.status).toBe(status)
    if (text === "") expect(answer.text).toBe("")
    else expect(answer.text).toContain(text)
  })

  it("accepts the scheme of the token in any case", () => {
    const request = { method: "GET", pathname: "/api/0/projects/", query: new URLSearchParams() }
    expect(replay(recorded, { ...request, authorization: "bearer replay-token" }).status).toBe(200)
    expect(replay(recorded, { ...request, authorization: "Basic YTo=" }).status).toBe(401)
  })
})
