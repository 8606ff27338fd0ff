// The routes of the process itself, as the original has them: health, metrics, its own API page. Others are mounted
// beside them; what nobody answers is 404 in the original's words.
import { Hono, type NotFoundHandler } from "hono"
import type { Metrics } from "../common/metrics.ts"
import type { Operation } from "../common/operation.ts"
import { docsRoutes } from "./docs-routes.ts"
import { type Health, healthOperations, healthRoutes } from "./health-routes.ts"
import { metricsOperations, metricsRoutes } from "./metrics-routes.ts"
import { markRequests } from "./request-marks.ts"
import { rootPage } from "./root-page.ts"

export interface OwnRoutesDeps {
  version: string
  health: Health
  /** Left out where none is embedded. */
  catalog?: { database: string }
  /** Left out where nothing is measured. */
  metrics?: Metrics
  /** Stands before the routes of health and metrics; begins with a slash. */
  prefix: string | undefined
  /** To look at; left out where nobody is to. */
  pages?: { routes: Hono; notFound: NotFoundHandler }
  /** Of further routes, for the API page. Each begins with its prefix. */
  operations?: readonly Operation[]
}

export function ownRoutes({
  version,
  health,
  catalog,
  metrics,
  prefix = "",
  pages,
  operations = [],
}: OwnRoutesDeps): Hono {
  const measured = metrics ? metricsOperations : []
  const documented = [
    ...[...healthOperations, ...measured].map((one) => ({ ...one, path: `${prefix}${one.path}` })),
    ...operations,
  ]
  const root = new Hono({ strict: false }).use(markRequests())
  root.route(prefix || "/", healthRoutes(health, version))
  if (metrics) root.route(prefix || "/", metricsRoutes(metrics))
  const isMeasured = metrics !== undefined
  root.route("/", docsRoutes(documented, version))
  if (pages) root.route("/", pages.routes) // before the root page, which browsers get no more
  root.route("/", rootPage({ version, catalog, isMeasured, prefix }))
  root.notFound(pages?.notFound ?? ((context) => context.json({ detail: "Not Found" }, 404)))
  return root
}
