// The mapping: as it is, checked, saved as a version, and brought back.
import { randomUUID } from "node:crypto"
import { Hono } from "hono"
import { stringify } from "yaml"
import { z } from "zod"
import { digestOf } from "../../common/digest.ts"
import type { JsonObject, JsonValue } from "../../common/json.ts"
import type { Operation } from "../../common/operation.ts"
import type { Alone } from "../../database/alone.ts"
import type { Integration } from "../../integration.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { KindSelectors } from "../../port/app-config.ts"
import type { PortClient } from "../../port/client.ts"
import { mappingJsonSchema } from "../../port/mapping-json-schema.ts"
import type { PagesContext, PagesEnv } from "../guard.ts"
import { operation } from "../operation.ts"
import { PageError } from "../page-error.ts"
import { readBody } from "../request.ts"
import type { RunControl } from "../run-control.ts"
import type { MappingVersion, MappingVersions } from "./mapping-versions.ts"
import { readText } from "./read-text.ts"

export interface MappingRoutesDeps {
  port: Pick<PortClient, "integration">
  integration: Pick<Integration, "presets" | "kinds">
  jq: Jq
  versions: MappingVersions
  /** Saves one after the other, in whichever process: each compares what is live with what it was made from. */
  alone: Alone
  control: RunControl
}

const text = { type: "string" }

export const mappingOperations: readonly Operation[] = [
  operation("get", "/mapping", "The mapping as it is, as YAML, with what is wrong with it."),
  operation("put", "/mapping", "Saves a mapping, and keeps it as a version.", {
    body: {
      type: "object",
      required: ["text", "revision"],
      properties: { text, revision: text, note: text, resync: { type: "boolean" } },
    },
    answers: { 200: { text: "It is saved." }, 409: { text: "Somebody else saved another meanwhile." } },
  }),
  operation("get", "/mapping/schema", "The mapping's JSON Schema, for editors."),
  operation(
    "post",
    "/mapping/check",
    "What is wrong with a mapping, each mistake at its line; nothing is saved.",
    {
      body: { type: "object", required: ["text"], properties: { text } },
    },
  ),
  operation(
    "get",
    "/mapping/history",
    "The versions that were saved here, newest first, and the revision of what is live.",
  ),
  operation("get", "/mapping/history/{version}", "One version with its text."),
  operation("post", "/mapping/history/{version}/restore", "Saves that version's text as the newest one.", {
    body: {
      type: "object",
      required: ["revision"],
      properties: { revision: text, resync: { type: "boolean" } },
    },
    answers: { 200: { text: "It is saved." }, 409: { text: "Somebody else saved another meanwhile." } },
  }),
  operation("get", "/presets", "Mappings to begin with, each with the blueprints it writes into."),
]

const Save = z.strictObject({
  text: z.string(),
  revision: z.string(),
  note: z.string().max(500).optional(),
  resync: z.boolean().default(false),
})

const Restore = z.strictObject({ revision: z.string(), resync: z.boolean().default(false) })

/** Versions that a page lists. */
const mostListed = 200

export function mappingRoutes(deps: MappingRoutesDeps): Hono<PagesEnv> {
  const { port, integration, jq, versions } = deps
  const kinds: KindSelectors = new Map(integration.kinds.map((kind) => [kind.name, kind.selector]))
  const app = new Hono<PagesEnv>()

  app.get("/mapping", async (c) => {
    const live = await liveMapping(deps)
    const { problems, warnings } = await readText(live.text, { jq, kinds })
    const { version } = live
    return c.json({
      ok: true,
      text: live.text,
      revision: live.revision,
      version: version?.version ?? null,
      savedAt: version ? iso(version.savedAt) : null,
      savedBy: version?.savedBy ?? null,
      problems,
      warnings,
    })
  })

  app.put("/mapping", async (c) => {
    const order = await readBody(c, Save)
    return c.json({ ok: true, ...(await save(c, order)) })
  })

  app.get("/mapping/schema", (c) => c.json(mappingJsonSchema(kinds)))

  app.post("/mapping/check", async (c) => {
    const body = await readBody(c, z.strictObject({ text: z.string() }))
    const { valid, problems, warnings } = await readText(body.text, { jq, kinds })
    return c.json({ ok: true, valid, problems, warnings })
  })

  app.get("/mapping/history", async (c) => {
    const { revision } = await liveMapping(deps)
    const all = await versions.list(mostListed)
    const current = all.find((one) => one.revision === revision)
    return c.json({ ok: true, revision, versions: all.map((one) => viewVersion(one, one === current)) })
  })

  app.get("/mapping/history/:version", async (c) => {
    const version = await required(c)
    const { revision } = await liveMapping(deps)
    return c.json({
      ok: true,
      version: { ...viewVersion(version, version.revision === revision), text: version.text },
    })
  })

  app.post("/mapping/history/:version/restore", async (c) => {
    const version = await required(c)
    const order = await readBody(c, Restore)
    const note = `version ${version.version} again`
    return c.json({ ok: true, ...(await save(c, { ...order, text: version.text, note })) })
  })

  app.get("/presets", (c) =>
    c.json({
      ok: true,
      presets: integration.presets.map(({ name, text: title, mapping, blueprints }) => ({
        ...{ name, title, blueprints: [...blueprints] },
        mapping: stringify(mapping),
      })),
    }),
  )

  return app

  async function required(c: PagesContext): Promise<MappingVersion> {
    const number = c.req.param("version") ?? ""
    const version = /^\d{1,9}$/.test(number) ? await versions.find(Number(number)) : undefined
    if (!version) throw new PageError(404, "not_found", `there is no version ${number} of the mapping`)
    return version
  }

  async function save(c: PagesContext, order: SaveOrder): Promise<JsonObject> {
    const { mapping, problems } = await readText(order.text, { jq, kinds })
    if (!mapping) {
      throw new PageError(422, "invalid_mapping", "the mapping is wrong, so it was not saved", {
        problems: problems.map((one) => ({ ...one })),
      })
    }
    const by = c.get("visitor").name
    const saved = await deps.alone(() => replaceLive(mapping, { ...order, by }))
    return { ...saved, run: order.resync ? startRun(deps.control, by) : null }
  }

  /** Port itself compares nothing: whoever edits the mapping there at this very moment is not noticed. */
  async function replaceLive(
    mapping: JsonObject,
    order: SaveOrder & { by: string },
  ): Promise<{ revision: string; version: number }> {
    const live = await liveMapping(deps)
    if (order.revision !== live.revision) {
      throw new PageError(409, "changed_meanwhile", "the mapping was changed since you began", {
        hint: "look at what it is now, and save again with its revision",
        current: { text: live.text, revision: live.revision },
      })
    }
    // What was there before must be able to come back, even where nobody saved it here.
    if (!live.version) {
      await versions.save({
        text: live.text,
        revision: live.revision,
        note: "as it was before",
        savedBy: "(found)",
      })
    }
    await port.integration.patchConfig(mapping)
    const revision = digestOf(mapping)
    const note = order.note?.trim() || null
    const version = await versions.save({ text: order.text, revision, note, savedBy: order.by })
    return { revision, version }
  }
}

interface SaveOrder {
  text: string
  revision: string
  note?: string | undefined
  resync: boolean
}

/** As Port has it; in the words of the version that was saved here, where it is that one, else as its values say. */
async function liveMapping({
  port,
  versions,
}: MappingRoutesDeps): Promise<{ text: string; revision: string; version: MappingVersion | undefined }> {
  const record = await port.integration.get()
  if (!record) {
    throw new PageError(
      409,
      "no_integration",
      `Port has no integration "${port.integration.identifier}" yet`,
      {
        hint: "wait for the start to be done: /health/ready",
      },
    )
  }
  const config = (record.config ?? {}) as JsonValue // as Port's JSON was parsed
  const revision = digestOf(config)
  const version = (await versions.list(mostListed)).find((one) => one.revision === revision)
  return { text: version?.text ?? stringify(config), revision, version }
}

function startRun(control: RunControl, by: string): JsonObject | null {
  const starter = control.starter()
  if (!starter) return null
  const id = randomUUID()
  starter.start({ id, by })
  return { id }
}

function viewVersion(version: MappingVersion, current: boolean): JsonObject {
  const { version: number, savedAt, savedBy, note, revision } = version
  return { version: number, savedAt: iso(savedAt), savedBy, note, revision, current }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
