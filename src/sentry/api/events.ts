// What is asked of the store of events: environments, and grouped rows of error events ("explore").
import { isJsonObject } from "../../common/json.ts"
import type { RawObject } from "../../resync/kind.ts"
import { type Answer, failure } from "../answers.ts"
import type { Calls, Query } from "../calls.ts"
import { linkCursor } from "../pagination.ts"
import { routes } from "../routes.ts"

export interface EventsApi {
  /** Every environment of the organization, hidden ones included. */
  environments(signal: AbortSignal): Promise<Answer<RawObject[]>>
  /** Error events of issues, a row per issue and value of the field, with count and first and last time. */
  issueRows(question: IssueRowsQuestion, signal: AbortSignal): Promise<Answer<IssueRows>>
}

export interface IssueRowsQuestion {
  /** Few: all their rows must fit a page of a hundred. */
  ids: readonly string[]
  /** `environment` or `tags[KEY]`. */
  field: string
}

export interface IssueRows {
  rows: RawObject[]
  /** Whether there are more rows than fit the page. */
  cut: boolean
}

export function eventsApi(calls: Calls, org: string): EventsApi {
  return {
    environments: (signal) => calls.all(routes.environments({ org }), [["visibility", "all"]], signal),
    async issueRows(question, signal) {
      const got = await calls.page(routes.events({ org }), rowsQuery(question), signal)
      if (!got.ok) return got
      const { body, link, what } = got.value
      const rows = isJsonObject(body) ? body.data : undefined
      if (!Array.isArray(rows) || !rows.every(isJsonObject)) {
        return failure("shape", `${what} answered JSON without rows under data`)
      }
      return { ok: true, value: { rows, cut: linkCursor(link, "next") !== undefined } }
    },
  }
}

function rowsQuery({ ids, field }: IssueRowsQuestion): Query {
  return [
    ["dataset", "errors"],
    ["project", "-1"],
    ["statsPeriod", "90d"],
    ["per_page", "100"],
    ["sort", "-issue.id"],
    ...["issue.id", field, "count()", "first_seen()", "last_seen()"].map((name) => ["field", name] as const),
    ["query", `issue.id:[${ids.join(",")}]`],
  ]
}
