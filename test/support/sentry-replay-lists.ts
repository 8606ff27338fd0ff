// Lists of the recorded Sentry 9.1.2 server, asked for in ways that were not recorded: filtered, sorted and cut from
// the rows that were, by the rules the recordings show.
import { isJsonObject, type JsonObject } from "../../src/common/json.ts"
import { type Cursor, keyPage, linkHeader, numberedPage, type Page } from "../../src/simulator/paging.ts"
import type { Recorded, Recording, ReplayAnswer } from "./sentry-replay.ts"

/** Where that server believed to be; its Link headers say so. */
const recordedHost = "http://127.0.0.1:42900"

/** Undefined where the path is no list that was recorded, or this token was recorded apart. */
export function listAnswer(
  recorded: Recorded,
  pathname: string,
  query: URLSearchParams,
  token: string,
): ReplayAnswer | undefined {
  const project = /^\/api\/0\/projects\/acme\/([^/]+)\/issues\/$/.exec(pathname)?.[1]
  const ask = { recorded, pathname, query }
  if (project !== undefined) {
    const rows = projectIssues(recorded, pathname)
    return rows && issueList(ask, rows)
  }
  const plain = wholeList(recorded, pathname, token)
  return plain && plainList(ask, plain)
}

/** All issues that are in any recorded list, by id. */
export function listedIssues(recorded: Recorded): Map<string, JsonObject> {
  return recorded.once("issues", () => {
    const paths = new Set(
      recorded.recordings.map(({ path }) => pathOf(path)).filter((path) => path.endsWith("/issues/")),
    )
    const rows = [...paths].flatMap((path) => projectIssues(recorded, path) ?? [])
    return new Map(rows.map((row) => [String(row.id), row]))
  })
}

interface Ask {
  recorded: Recorded
  pathname: string
  query: URLSearchParams
}

function pathOf(address: string): string {
  return new URL(address, recordedHost).pathname
}

/** All recorded issues of a project, each once; undefined where no list of it was recorded. */
function projectIssues(recorded: Recorded, pathname: string): JsonObject[] | undefined {
  const lists = recorded.recordings.filter(
    ({ path, method, status }) => method === "GET" && status === 200 && pathOf(path) === pathname,
  )
  if (lists.length === 0) return undefined
  const rows = lists.flatMap((list) => rowsOf(recorded, list))
  // The bodies with other sparklines come later and lose.
  const byId = new Map<string, JsonObject>()
  for (const row of rows) {
    const known = byId.get(String(row.id))
    if (!known || !isJsonObject(known.stats) || !("24h" in known.stats)) byId.set(String(row.id), row)
  }
  return [...byId.values()]
}

function rowsOf(recorded: Recorded, list: Recording): JsonObject[] {
  const body: unknown = JSON.parse(recorded.bodyOf(list))
  return Array.isArray(body) ? body.filter(isJsonObject) : []
}

function issueList(ask: Ask, rows: JsonObject[]): ReplayAnswer {
  const { query, pathname } = ask
  const limit = query.get("limit") ?? "100"
  if (!/^-?\d+$/.test(limit)) return json(400, { detail: "invalid limit" })
  const period = query.get("statsPeriod") ?? "24h"
  if (!["", "24h", "14d"].includes(period)) {
    return json(400, { detail: "Invalid stats_period. Valid choices are '', '24h', and '14d'" })
  }
  const cursor = cursorOf(query)
  if (cursor === "bad") return internalError()
  if (period === "14d" || query.has("environment")) {
    return json(501, { detail: `${pathname} was not recorded with these parameters` })
  }
  const test = issueTest(query.get("query") ?? "is:unresolved")
  if (!test)
    return json(400, { detail: "Your search query could not be parsed: it has terms nobody recorded" })
  const keyOf = sortKeyOf(query.get("sort") ?? "date")
  if (!keyOf) return json(501, { detail: "lists in this order were not recorded" })
  const found = rows.filter(test).sort((left, right) => keyOf(right) - keyOf(left))
  const asked = { cursor, limit: Math.max(0, Math.min(100, Number(limit))) }
  const page = keyPage({ items: found }, keyOf, asked)
  const items = period === "" ? page.items.map(({ stats: _stats, ...row }) => row) : page.items
  return pageAnswer(ask, { ...page, items })
}

/** Only what is in the rows can be asked of them. */
function issueTest(query: string): ((row: JsonObject) => boolean) | undefined {
  const tests = query
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => statusTests[word])
  if (tests.some((test) => test === undefined)) return undefined
  return (row) => tests.every((test) => test?.(row))
}

const statusTests: Record<string, (row: JsonObject) => boolean> = {
  "is:unresolved": ({ status }) => status === "unresolved",
  "is:resolved": ({ status }) => status === "resolved",
  "is:ignored": ({ status }) => status === "ignored",
  "is:assigned": ({ assignedTo }) => assignedTo !== null,
  "is:unassigned": ({ assignedTo }) => assignedTo === null,
}

function sortKeyOf(sort: string): ((row: JsonObject) => number) | undefined {
  if (sort === "date") return ({ lastSeen }) => Date.parse(String(lastSeen))
  if (sort === "new") return ({ firstSeen }) => Date.parse(String(firstSeen))
  return undefined
}

interface WholeList {
  rows: JsonObject[]
  paged: boolean
  /** Whether cursors count pages; otherwise they carry a key. */
  numbered: boolean
}

/** The rows of a list as recorded page by page, with the usual parameters. */
function wholeList(recorded: Recorded, pathname: string, token: string): WholeList | undefined {
  const pages = recorded.recordings.filter(
    ({ path, method, status, token: own }) =>
      method === "GET" && status === 200 && own === token && pathOf(path) === pathname && isWhole(path),
  )
  const [first] = pages
  if (!first) return token === "token" ? undefined : wholeList(recorded, pathname, "token")
  if (!recorded.bodyOf(first).startsWith("[")) return undefined
  const byText = new Map<string, JsonObject>()
  for (const row of pages.flatMap((page) => rowsOf(recorded, page))) byText.set(JSON.stringify(row), row)
  const link = first.headers.Link
  return {
    rows: [...byText.values()],
    paged: link !== undefined,
    numbered: /cursor="\d+:-1:1"/.test(link ?? ""),
  }
}

/** Asked for with nothing but the page size 100, and where to go on. */
function isWhole(path: string): boolean {
  const { searchParams } = new URL(path, recordedHost)
  return [...searchParams].every(
    ([key, value]) => key === "cursor" || (key === "per_page" && value === "100"),
  )
}

function plainList(ask: Ask, list: WholeList): ReplayAnswer | undefined {
  const { query } = ask
  const size = query.get("per_page") ?? "100"
  if (!list.paged) return json(200, list.rows)
  if (!/^\d+$/.test(size) || Number(size) > 100) return internalError()
  const cursor = cursorOf(query)
  if (cursor === "bad") return internalError()
  if ((query.get("query") ?? "") !== "" || query.has("sort")) {
    return json(501, { detail: `${ask.pathname} was not recorded with these parameters` })
  }
  const asked = { cursor, limit: Number(size) }
  if (list.numbered) return pageAnswer(ask, numberedPage({ items: list.rows }, asked))
  const dated = list.rows.every(({ dateCreated }) => typeof dateCreated === "string")
  // Values of tags go by numbers of rows nobody recorded; their places serve as well.
  const places = new Map(list.rows.map((row, index) => [row, list.rows.length - index]))
  const keyOf = (row: JsonObject) => (dated ? Date.parse(String(row.dateCreated)) : (places.get(row) ?? 0))
  return pageAnswer(ask, keyPage({ items: list.rows }, keyOf, asked))
}

function cursorOf(query: URLSearchParams): Cursor | undefined | "bad" {
  const text = query.get("cursor")
  if (text === null || text === "") return undefined
  const [, value, offset, previous] = /^(-?\d+):(-?\d+):([01])$/.exec(text) ?? []
  if (value === undefined) return "bad"
  return { value: Number(value), offset: Number(offset), previous: previous === "1" }
}

function pageAnswer({ pathname, query }: Ask, page: Page<JsonObject>): ReplayAnswer {
  const others = new URLSearchParams([...query].filter(([key]) => key !== "cursor")).toString()
  const url = `${recordedHost}${pathname}${others ? `?${others}` : ""}`
  const answer = json(200, page.items)
  return { ...answer, headers: { ...answer.headers, Link: linkHeader(url, page) } }
}

function internalError(): ReplayAnswer {
  return json(500, { detail: "Internal Error", errorId: "78dc759b458f4283ac25acc8742d4c3f" })
}

function json(status: number, body: unknown): ReplayAnswer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
}
