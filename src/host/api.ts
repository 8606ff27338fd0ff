// Installations over HTTP, for whoever has the host's token.
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { describeProblem, errorText, InvalidInput } from "../common/errors.ts"
import { parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import { parseInput } from "../common/schema.ts"
import {
  type Installation,
  InstallationId,
  InstallationInput,
  shownInstallation,
  splitSecrets,
} from "./installation.ts"
import type { InstallationStore } from "./installation-store.ts"
import { InstallationConflict } from "./refuse-twin.ts"
import type { Removals } from "./removals.ts"
import type { Resyncs } from "./resyncs.ts"
import type { RunRow } from "./run-store.ts"
import type { Workers } from "./workers.ts"

export interface HostApiDeps {
  store: InstallationStore
  resyncs: Pick<Resyncs, "request" | "isRunning">
  removals: Pick<Removals, "remove">
  workers: Pick<Workers, "linesOf">
  /** Whether the header is the host's token. */
  mayEnter(authorization: string | undefined): boolean
  /** Its webhooks come here. */
  webhookOf(id: string): string
  mostInstallations: number
  log: Logger
}

const mostBytes = 1_000_000
const runsShown = 50

export function hostApi(deps: HostApiDeps): Hono {
  const { store, resyncs, workers } = deps
  const app = new Hono()
  const shown = (one: Installation) => ({
    ...shownInstallation(one),
    webhookUrl: deps.webhookOf(one.id),
    isRunning: resyncs.isRunning(one.id),
  })
  const missing = (c: Context) => c.json({ ok: false, message: "there is no such installation" }, 404)

  app.use("*", async (c, next) => {
    if (deps.mayEnter(c.req.header("authorization"))) return await next()
    c.header("www-authenticate", "Bearer")
    return c.json({ ok: false, message: "the header authorization: Bearer … lacks the host's token" }, 401)
  })
  app.onError((error, c) => {
    if (error instanceof InvalidInput) {
      return c.json(
        { ok: false, message: "this cannot be used", problems: error.problems.map(describeProblem) },
        422,
      )
    }
    if (error instanceof InstallationConflict)
      return c.json({ ok: false, message: [error.message, error.hint ?? []].flat().join(": ") }, 409)
    deps.log.error({ error: errorText(error) }, "A request to the host failed")
    return c.json({ ok: false, message: errorText(error) }, 500)
  })

  app.get("/", async (c) => c.json({ ok: true, installations: (await store.all()).map(shown) }))
  app.get("/:id", async (c) => {
    const one = await store.get(c.req.param("id"))
    return one ? c.json({ ok: true, installation: shown(one) }) : missing(c)
  })
  app.put("/:id", bodyLimit({ maxSize: mostBytes }), async (c) => {
    const id = parseInput(InstallationId, c.req.param("id"), "the installation's name")
    const input = parseInput(InstallationInput, parseJson(await c.req.text()), "the installation")
    const known = await store.get(id)
    if (known?.source === "file")
      return c.json({ ok: false, message: "it comes from a file, which is where it is changed" }, 409)
    if (!known && (await store.all()).length >= deps.mostInstallations)
      return c.json(
        { ok: false, message: `there are ${deps.mostInstallations} installations, which is the most` },
        409,
      )
    await store.put({ id, source: "api", ...splitSecrets(input) })
    const one = await store.get(id)
    return one ? c.json({ ok: true, installation: shown(one) }, known ? 200 : 201) : missing(c)
  })
  app.delete("/:id", async (c) => {
    const id = c.req.param("id")
    const known = await store.get(id)
    if (!known) return missing(c)
    if (known.source === "file")
      return c.json({ ok: false, message: "it comes from a file, which is where it is removed" }, 409)
    const state = await deps.removals.remove(id)
    if (state === "unknown") return missing(c)
    return state === "removed" ? c.json({ ok: true }) : c.json({ ok: true, status: "being removed" }, 202)
  })
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

function shownRun({ id, trigger, startedAt, endedAt, outcome, said }: RunRow) {
  return {
    id,
    trigger,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    outcome: outcome ?? "running",
    said: said ?? null,
  }
}
