// What installations do, over HTTP: their runs, their log, and a resync beside the interval.
import { Hono } from "hono"
import type { InstallationStore } from "./installation-store.ts"
import { missing } from "./missing.ts"
import type { Resyncs } from "./resyncs.ts"
import { shownRun } from "./views.ts"
import type { Workers } from "./workers.ts"

export interface WorkRoutesDeps {
  store: Pick<InstallationStore, "get" | "runs">
  resyncs: Pick<Resyncs, "request">
  workers: Pick<Workers, "linesOf">
}

const runsShown = 50

export function workRoutes({ store, resyncs, workers }: WorkRoutesDeps): Hono {
  const app = new Hono()
  app.post("/:id/resync", async (c) => {
    const state = await resyncs.request(c.req.param("id"))
    if (state === "unknown") return missing(c)
    if (state === "requested") return c.json({ ok: true, status: state }, 202)
    return c.json({ ok: false, message: state === "disabled" ? "it is disabled" : "it resyncs already" }, 409)
  })
  app.get("/:id/runs", async (c) => {
    const id = c.req.param("id")
    if (!(await store.get(id))) return missing(c)
    return c.json({ ok: true, runs: (await store.runs(id, runsShown)).map(shownRun) })
  })
  app.get("/:id/logs", async (c) => {
    const id = c.req.param("id")
    return (await store.get(id)) ? c.json({ ok: true, lines: workers.linesOf(id) }) : missing(c)
  })
  return app
}
