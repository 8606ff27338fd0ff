// The mapping studio: raw samples of a kind, and what a mapping makes of them. Nothing is written.
import { Hono } from "hono"
import { z } from "zod"
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import { maskValue } from "../../common/mask-value.ts"
import { onceEach } from "../../common/once-per.ts"
import type { Operation } from "../../common/operation.ts"
import type { Integration } from "../../integration.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { KindSelectors, Resource } from "../../port/app-config.ts"
import { parseAppConfig } from "../../port/app-config.ts"
import type { PortClient } from "../../port/client.ts"
import type { PagesContext, PagesEnv } from "../guard.ts"
import { operation } from "../operation.ts"
import { PageError, wrongRequest } from "../page-error.ts"
import { readBody } from "../request.ts"
import { evaluate } from "./evaluate.ts"
import { readText } from "./read-text.ts"
import type { KeptSamples, SampleShelf } from "./samples.ts"

export interface StudioRoutesDeps {
  port: Pick<PortClient, "integration" | "blueprints">
  integration: Pick<Integration, "kinds">
  jq: Jq
  shelf: SampleShelf
  mask: (text: string) => string
}

export const studioOperations: readonly Operation[] = [
  operation(
    "get",
    "/kinds/{kind}/samples",
    "Raw objects of a kind that were read before, their secrets hidden.",
  ),
  operation("post", "/kinds/{kind}/samples", "Reads some raw objects of a kind now.", {
    body: { type: "object", properties: { limit: { type: "integer", minimum: 1, maximum: 100 } } },
  }),
  operation(
    "post",
    "/mapping/evaluate",
    "What a mapping makes of samples: entities, what is null and why; nothing is written.",
    {
      body: {
        type: "object",
        required: ["text"],
        properties: {
          text: { type: "string" },
          resource: { type: "integer", minimum: 0 },
          kind: { type: "string" },
          samples: { type: "array", maxItems: 100, items: { type: "object" } },
        },
      },
    },
  ),
]

const Evaluate = z.strictObject({
  text: z.string(),
  resource: z.int().min(0).optional(),
  kind: z.string().optional(),
  samples: z.array(z.custom<JsonObject>(isJsonObject, "must be an object")).min(1).max(100).optional(),
})

/** Longer than Sentry takes for a few pages; a person has gone by then. */
const longestMs = 60_000

export function studioRoutes({ port, integration, jq, shelf, mask }: StudioRoutesDeps): Hono<PagesEnv> {
  const kinds: KindSelectors = new Map(integration.kinds.map((kind) => [kind.name, kind.selector]))
  const app = new Hono<PagesEnv>()

  app.get("/kinds/:kind/samples", async (c) => {
    const resource = await resourceOf(c)
    return c.json({ ok: true, kind: resource.kind, ...viewSamples(shelf.kept(resource)) })
  })

  app.post("/kinds/:kind/samples", async (c) => {
    const body = z.strictObject({ limit: z.int().min(1).max(100).default(10) })
    const { limit } = await readBody(c, body)
    const resource = await resourceOf(c)
    return c.json({
      ok: true,
      kind: resource.kind,
      ...viewSamples(await shelf.fetch(resource, limit, within(c))),
    })
  })

  app.post("/mapping/evaluate", async (c) => {
    const { text, resource, kind, samples } = await readBody(c, Evaluate)
    const read = await readText(text, { jq, kinds })
    const all = read.parsed?.config.resources ?? []
    const resources = all.filter(
      (one) =>
        (resource === undefined || one.index === resource) && (kind === undefined || one.kind === kind),
    )
    if (samples && new Set(resources.map((one) => one.kind)).size > 1) {
      throw wrongRequest({
        where: "body.samples",
        what: "of which kind are they?",
        hint: "name a resource or a kind",
      })
    }
    // A kind that only events give has no list to take samples of.
    const listed = samples ? resources : resources.filter((one) => !isEventsOnly(one.kind))
    const blueprint = onceEach((identifier: string) => port.blueprints.get(identifier))
    const { valid, problems, warnings } = read
    const results = await evaluate({ jq, shelf, blueprint }, { read, resources: listed, samples }, within(c))
    return c.json({ ok: true, valid, problems, warnings, resources: results })
  })

  return app

  function isEventsOnly(name: string): boolean {
    return integration.kinds.some((one) => one.name === name && one.eventsOnly === true)
  }

  /** With the selector that the mapping has for it, else with its defaults. */
  async function resourceOf(c: PagesContext): Promise<Pick<Resource, "kind" | "selector">> {
    const kind = c.req.param("kind") ?? ""
    const selector = kinds.get(kind)
    if (!selector) throw new PageError(404, "not_found", `there is no kind ${kind}`)
    if (isEventsOnly(kind))
      throw new PageError(409, "no_list", `no list gives objects of the kind ${kind}; events do`)
    const record = await port.integration.get()
    const mapped = parseAppConfig(record?.config, kinds).config.resources.find((one) => one.kind === kind)
    return { kind, selector: mapped?.selector ?? (selector.parse({}) as Record<string, unknown>) } // its own schema's
  }

  function viewSamples(kept: KeptSamples | undefined): JsonObject {
    if (!kept) return { fetchedAt: null, samples: [], unread: [] }
    return {
      fetchedAt: new Date(kept.fetchedAt).toISOString(),
      samples: kept.items.map(({ raw, origin }) => ({
        id: origin.id,
        part: origin.part,
        raw: maskValue(raw, mask).value,
      })),
      unread: kept.unread,
    }
  }
}

function within(c: PagesContext): AbortSignal {
  return AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(longestMs)])
}
