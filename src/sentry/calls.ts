// How the endpoints are asked: a list page by page, a whole list, one object, always at the organization's own host.
import type { RetryPolicy } from "../common/http-retry.ts"
import type { RawObject } from "../resync/kind.ts"
import { type Answer, type Got, objectOf } from "./answers.ts"
import type { Getter } from "./get.ts"
import { collectPages, paginate } from "./pagination.ts"
import type { Route } from "./routes.ts"

export type Query = readonly (readonly [string, string])[]

export interface Calls {
  /** One page, as it came; `retry` is for a request whose failure tells as much as its answer. */
  page(route: Route, query: Query, signal: AbortSignal, retry?: RetryPolicy): Promise<Answer<Got>>
  /** A list, page by page; a page that could not be read is a failure and the last. */
  pages(route: Route, query: Query, signal: AbortSignal): AsyncIterable<Answer<RawObject[]>>
  /** A whole list, or why it could not be read to its end. */
  all(route: Route, query: Query, signal: AbortSignal): Promise<Answer<RawObject[]>>
  /** One object. */
  one(route: Route, query: Query, signal: AbortSignal): Promise<Answer<RawObject>>
}

/** `host` says where the organization's data is: its region, where it has one. */
export function createCalls(getter: Getter, host: (signal: AbortSignal) => Promise<string>): Calls {
  const page: Calls["page"] = async (route, query, signal, retry) =>
    getter.get({ host: await host(signal), route, query, signal, retry })
  const pages: Calls["pages"] = (route, query, signal) =>
    paginate((cursor) => page(route, withCursor(query, cursor), signal))
  return {
    page,
    pages,
    all: (route, query, signal) => collectPages(pages(route, query, signal)),
    async one(route, query, signal) {
      const got = await page(route, query, signal)
      return got.ok ? objectOf(got.value) : got
    },
  }
}

export function withCursor(query: Query, cursor: string | undefined): Query {
  return cursor === undefined ? query : [...query, ["cursor", cursor]]
}
