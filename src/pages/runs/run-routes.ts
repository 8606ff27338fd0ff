// Runs: those of the past and the one under way, and how one is started and stopped.
import { randomUUID } from "node:crypto"
import { Hono } from "hono"
import { z } from "zod"
import type { Operation } from "../../common/operation.ts"
import type { RunHistory } from "../../resync/history/run-history.ts"
import type { KindDefinition } from "../../resync/kind.ts"
import type { RunOrder } from "../../resync/run-order.ts"
import type { PagesEnv } from "../guard.ts"
import { operation } from "../operation.ts"
import { PageError, wrongRequest } from "../page-error.ts"
import { queryText, readBody, wholeNumber } from "../request.ts"
import type { RunControl, RunStarter } from "../run-control.ts"

export interface RunRoutesDeps {
  history: RunHistory
  control: RunControl
  kinds: readonly KindDefinition[]
}

const statuses = ["running", "completed", "failed", "aborted", "interrupted"]
const names = { type: "array", minItems: 1, items: { type: "string" } }

export const runOperations: readonly Operation[] = [
  operation("get", "/runs", "The runs, newest first: what each came to.", {
    query: {
      limit: "At most so many, 25 by default.",
      before: "`next` of the page before.",
      status: statuses.join(", "),
      trigger: "What started it.",
    },
  }),
  operation(
    "get",
    "/runs/{id}",
    "One run: each resource and source, what was refused and why, the requests.",
  ),
  operation(
    "post",
    "/runs",
    "Starts a run: of the whole mapping, or of some kinds or projects. Nothing else is deleted.",
    {
      body: {
        type: "object",
        properties: { kinds: names, projects: names, replace: { type: "boolean" } },
        additionalProperties: false,
      },
      answers: {
        202: { text: "It is started." },
        409: { text: "One is under way, or this process does not resync." },
      },
    },
  ),
  operation("post", "/runs/{id}/cancel", "Cancels the run under way.", {
    answers: { 202: { text: "It ends." }, 409: { text: "It is not under way here." } },
  }),
]

const Start = z.strictObject({
  kinds: z.array(z.string()).min(1, "must name a kind").optional(),
  projects: z.array(z.string().min(1)).min(1, "must name a project").optional(),
  replace: z.boolean().default(false),
})

export function runRoutes({ history, control, kinds }: RunRoutesDeps): Hono<PagesEnv> {
  const app = new Hono<PagesEnv>()

  app.get("/runs", async (c) => {
    const limit = wholeNumber(c, "limit", { min: 1, max: 200, otherwise: 25 })
    const [before, status, trigger] = [
      queryText(c, "before"),
      queryText(c, "status"),
      queryText(c, "trigger"),
    ]
    if (status !== undefined && !statuses.includes(status)) {
      throw wrongRequest({ where: "status", what: `must be one of ${statuses.join(", ")}` })
    }
    const found = await history.list({
      limit: limit + 1,
      ...(before === undefined ? {} : { before }),
      ...(status === undefined ? {} : { status }),
      ...(trigger === undefined ? {} : { trigger }),
    })
    const runs = found.slice(0, limit)
    return c.json({ ok: true, runs, next: found.length > limit ? (runs.at(-1)?.id ?? null) : null })
  })

  app.get("/runs/:id", async (c) => {
    const run = await history.find(c.req.param("id"))
    if (!run) throw noRun(c.req.param("id"))
    return c.json({ ok: true, run })
  })

  app.post("/runs", async (c) => {
    const { replace, ...wanted } = await readBody(c, Start)
    for (const kind of wanted.kinds ?? []) refuseUnknown(kinds, kind)
    const starter = need(control)
    const current = starter.current()
    if (current !== undefined && !replace) {
      throw new PageError(409, "run_under_way", "a run is under way", {
        hint: "wait for its end, or send replace: true to cancel it first",
        run: { id: current },
      })
    }
    const order: RunOrder = { id: randomUUID(), by: c.get("visitor").name, ...scopeOf(wanted) }
    starter.start(order)
    return c.json({ ok: true, run: { id: order.id } }, 202)
  })

  app.post("/runs/:id/cancel", async (c) => {
    const id = c.req.param("id")
    if (!need(control).cancel(id)) {
      if (!(await history.find(id))) throw noRun(id)
      throw new PageError(409, "not_running", "this run is not under way in this process")
    }
    return c.json({ ok: true }, 202)
  })

  return app
}

function need(control: RunControl): RunStarter {
  const starter = control.starter()
  if (starter) return starter
  throw new PageError(409, "does_not_resync", "this process does not resync, or has not begun to", {
    hint: "see its event listener, and whether it is ready at /health/ready",
  })
}

function scopeOf({ kinds, projects }: Omit<z.output<typeof Start>, "replace">): Pick<RunOrder, "scope"> {
  if (!kinds && !projects) return {}
  return { scope: { ...(kinds ? { kinds } : {}), ...(projects ? { parts: projects } : {}) } }
}

function refuseUnknown(kinds: readonly KindDefinition[], kind: string): void {
  const listed = kinds.filter(({ eventsOnly }) => !eventsOnly).map(({ name }) => name)
  if (listed.includes(kind)) return
  throw wrongRequest({
    where: "body.kinds",
    what: `no list gives objects of the kind "${kind}"`,
    hint: `there are ${listed.join(", ")}`,
  })
}

function noRun(id: string): PageError {
  return new PageError(404, "not_found", `there is no run ${id}, or it is forgotten by now`)
}
