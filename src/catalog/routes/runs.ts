// /v1/actions/…/runs: what was asked for, and what became of it. Nothing here executes an action: others do, and report.
import { randomUUID } from "node:crypto"
import { Hono } from "hono"
import type { JsonObject } from "../../common/json.ts"
import { ApiError, invalidRequest, notFound } from "../api-error.ts"
import { type Catalog, writerOf, writing } from "../catalog.ts"
import { type CatalogEnv, pathPart, readJsonObject } from "../requests.ts"
import { fixedCheck } from "../rules/json-schema.ts"
import {
  insertDocument,
  readDocument,
  readDocuments,
  type StoredDocument,
  updateDocument,
} from "../store/documents.ts"
import { auditDocument, viewDocument } from "./documents.ts"

export const runBody: JsonObject = {
  type: "object",
  properties: { properties: { type: ["object", "null"] }, entity: { type: ["string", "null"] } },
}
const text = { type: ["string", "null"] }
export const runChange: JsonObject = {
  type: "object",
  properties: {
    status: { enum: ["IN_PROGRESS", "SUCCESS", "FAILURE", "WAITING_FOR_APPROVAL", "DECLINED"] },
    statusLabel: text,
    link: { type: ["string", "array", "null"], items: { type: "string" } },
    summary: text,
    externalRunId: text,
  },
}
export const runLog: JsonObject = {
  type: "object",
  required: ["message"],
  properties: { message: { type: "string" }, statusLabel: text, terminationStatus: text },
}

export function runRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const { db } = catalog
  const checks = {
    create: fixedCheck(runBody, "body"),
    change: fixedCheck(runChange, "body"),
    log: fixedCheck(runLog, "body"),
  }

  // The literal paths stand before those with an action in their place.
  app.get("/actions/runs", async (c) => {
    const wanted = c.req.query("external_run_id")
    const runs = await readDocuments(db, { kind: "run" })
    const shown = runs.filter(({ document }) => wanted === undefined || document.externalRunId === wanted)
    return c.json({ ok: true, runs: shown.map(viewRun) })
  })

  app.get("/actions/runs/:run", async (c) =>
    c.json({ ok: true, run: viewRun(await requireRun(db, pathPart(c, "run"))) }),
  )

  app.patch("/actions/runs/:run", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.change(body))
    const run = await writing(catalog, async (tx) => {
      const before = await requireRun(tx, pathPart(c, "run"))
      const { status } = before.document
      if (body.status !== undefined && (status === "SUCCESS" || status === "FAILURE"))
        throw new ApiError(invalidRequest(`the run has ended with ${status}; its status cannot change`))
      await updateDocument(tx, before, {
        document: { ...before.document, ...only(body, Object.keys(runChange.properties ?? {})) },
        by: writerOf(catalog, c),
      })
      const after = await requireRun(tx, before.identifier)
      await auditDocument(catalog, c, tx, { before, after })
      return after
    })
    return c.json({ ok: true, run: viewRun(run) })
  })

  app.post("/actions/runs/:run/logs", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.log(body))
    const id = newId("log")
    const line = { ...only(body, ["message", "statusLabel"]), id, runId: pathPart(c, "run") }
    await writing(catalog, async (tx) => {
      const { identifier: owner } = await requireRun(tx, pathPart(c, "run"))
      const by = writerOf(catalog, c)
      await insertDocument(tx, { kind: "runLog", owner, identifier: id }, { document: line, by })
    })
    return c.json({ ok: true, runLog: line }, 201)
  })

  // This catalog sends nobody to work, so that there is never anything to claim.
  app.post("/actions/runs/claim-pending", (c) => c.json({ ok: true, runs: [] }))
  app.post("/workflows/runs/claim-pending", (c) => c.json({ ok: true, nodeRuns: [] }))

  app.post("/actions/:id/runs", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.create(body))
    const action = pathPart(c, "id")
    const key = { kind: "run" as const, owner: action, identifier: newId("r") }
    const document = {
      status: "IN_PROGRESS",
      properties: body.properties ?? {},
      entity: body.entity ?? null,
    }
    const run = await writing(catalog, async (tx) => {
      if (!(await readDocument(tx, { kind: "action", owner: "", identifier: action })))
        throw new ApiError(notFound("action", action))
      await insertDocument(tx, key, { document, by: writerOf(catalog, c) })
      const after = await requireRun(tx, key.identifier)
      await auditDocument(catalog, c, tx, { before: undefined, after })
      return after
    })
    return c.json({ ok: true, run: viewRun(run) }, 202)
  })

  return app
}

async function requireRun(db: Catalog["db"], identifier: string): Promise<StoredDocument> {
  const runs = await readDocuments(db, { kind: "run", identifier })
  const [run] = runs
  if (!run) throw new ApiError(notFound("run", identifier))
  return run
}

function viewRun(run: StoredDocument): JsonObject {
  return { ...viewDocument(run), id: run.identifier, action: { identifier: run.owner } }
}

function only(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)))
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "").slice(0, 16)}`
}

function refuseUnless(problem: string | undefined): void {
  if (problem !== undefined) throw new ApiError(invalidRequest(problem))
}
