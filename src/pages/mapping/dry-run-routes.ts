// What a run with a mapping would create, change and delete, without doing it.
import { Hono } from "hono"
import { z } from "zod"
import type { JsonObject } from "../../common/json.ts"
import type { Operation } from "../../common/operation.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { KindSelectors } from "../../port/app-config.ts"
import type { KindDefinition } from "../../resync/kind.ts"
import type { PagesContext, PagesEnv } from "../guard.ts"
import { operation } from "../operation.ts"
import { PageError, wrongRequest } from "../page-error.ts"
import { queryText, readBody, wholeNumber } from "../request.ts"
import { onlyNews, type StreamSource } from "../stream/stream-source.ts"
import type { DryRun } from "./dry-run-store.ts"
import { viewDryRun } from "./dry-run-views.ts"
import type { DryRuns } from "./dry-runs.ts"
import { readText } from "./read-text.ts"

export interface DryRunRoutesDeps {
  dryRuns: DryRuns
  jq: Jq
  kinds: readonly KindDefinition[]
}

const what = ["create", "update", "delete"]

export const dryRunOperations: readonly Operation[] = [
  operation(
    "post",
    "/mapping/dry-runs",
    "Plans a run: with the given mapping, or with the one there is. Nothing is written.",
    {
      body: { type: "object", properties: { text: { type: "string" } } },
      answers: {
        202: { text: "It is begun." },
        409: { text: "Another is under way, which `dryRun` names." },
      },
    },
  ),
  operation("get", "/mapping/dry-runs", "The dry runs of the last hour, newest first."),
  operation("get", "/mapping/dry-runs/{id}", "How a dry run stands, and what it came to."),
  operation(
    "get",
    "/mapping/dry-runs/{id}/changes",
    "What would change, entity by entity, with each field.",
    {
      query: {
        what: what.join(", "),
        blueprint: "Of these entities.",
        limit: "At most so many, 50 by default.",
        offset: "After so many.",
      },
    },
  ),
  operation("delete", "/mapping/dry-runs/{id}", "Cancels a dry run."),
]

export function dryRunRoutes({ dryRuns, jq, kinds }: DryRunRoutesDeps): Hono<PagesEnv> {
  const selectors: KindSelectors = new Map(kinds.map((kind) => [kind.name, kind.selector]))
  const app = new Hono<PagesEnv>()

  app.post("/mapping/dry-runs", async (c) => {
    const { text } = await readBody(c, z.strictObject({ text: z.string().optional() }))
    const started = await dryRuns.start(text === undefined ? undefined : await mappingOf(text))
    if (!started.isNew) {
      throw new PageError(409, "dry_run_under_way", "another dry run is under way", {
        hint: "wait for it, or cancel it",
        dryRun: viewDryRun(started.run),
      })
    }
    return c.json({ ok: true, dryRun: viewDryRun(started.run) }, 202)
  })

  app.get("/mapping/dry-runs", async (c) =>
    c.json({ ok: true, dryRuns: (await dryRuns.all()).map(viewDryRun).reverse() }),
  )

  app.get("/mapping/dry-runs/:id", async (c) => {
    const run = await required(c)
    const plan = run.status === "done" ? await dryRuns.plan(run.id) : undefined
    return c.json({ ok: true, dryRun: { ...viewDryRun(run), ...plan?.summary } })
  })

  app.get("/mapping/dry-runs/:id/changes", async (c) => {
    const plan = await dryRuns.plan((await required(c)).id)
    if (!plan) throw new PageError(409, "not_done", "this dry run has not come to its end")
    const wanted = queryText(c, "what")
    if (wanted !== undefined && !what.includes(wanted)) {
      throw wrongRequest({ where: "what", what: `must be one of ${what.join(", ")}` })
    }
    const blueprint = queryText(c, "blueprint")
    const limit = wholeNumber(c, "limit", { min: 1, max: 500, otherwise: 50 })
    const offset = wholeNumber(c, "offset", { min: 0, max: 10_000_000, otherwise: 0 })
    const found = plan.changes.filter(
      (one) => (wanted ?? one.what) === one.what && (blueprint ?? one.blueprint) === one.blueprint,
    )
    const changes = found.slice(offset, offset + limit).map((one) => ({
      ...{ what: one.what, blueprint: one.blueprint, identifier: one.identifier },
      title: one.title ?? null,
      kind: one.kind ?? null,
      because: one.because ?? null,
      fields: one.fields,
    }))
    return c.json({ ok: true, total: found.length, changes })
  })

  app.delete("/mapping/dry-runs/:id", async (c) => {
    const { id } = await required(c)
    if (!(await dryRuns.cancel(id))) throw new PageError(409, "not_running", "this dry run is not under way")
    return c.json({ ok: true })
  })

  return app

  async function required(c: PagesContext): Promise<DryRun> {
    const id = c.req.param("id") ?? ""
    const run = await dryRuns.find(id)
    if (!run) throw new PageError(404, "not_found", `there is no dry run ${id}, or it is forgotten by now`)
    return run
  }

  async function mappingOf(text: string): Promise<JsonObject> {
    const { mapping, problems } = await readText(text, { jq, kinds: selectors })
    if (mapping) return mapping
    throw new PageError(
      422,
      "invalid_mapping",
      "the mapping is wrong, so that nothing can be planned with it",
      {
        problems: problems.map((one) => ({ ...one })),
      },
    )
  }
}

export function dryRunStream(dryRuns: DryRuns): StreamSource {
  return {
    topic: "dry-runs",
    open() {
      const news = onlyNews<DryRun>(
        ({ id }) => id,
        ({ status, readSoFar }) => `${status} ${readSoFar}`,
      )
      return async (since) =>
        news((await dryRuns.all()).filter(({ endedAt }) => (endedAt ?? since) >= since)).map((run) => ({
          event: "dry-run",
          data: viewDryRun(run),
        }))
    },
  }
}
