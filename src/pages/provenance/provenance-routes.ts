// Where an entity comes from: the objects it was made of, and the expression behind each value.
import { Hono } from "hono"
import { stringify } from "yaml"
import type { JsonObject, JsonValue } from "../../common/json.ts"
import type { Operation } from "../../common/operation.ts"
import type { Integration } from "../../integration.ts"
import { compileResource } from "../../mapping/compile-resource.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { KindSelectors } from "../../port/app-config.ts"
import type { PortClient } from "../../port/client.ts"
import { entityKey } from "../../port/entity.ts"
import { mayWriteInto } from "../../resync/blueprint-use.ts"
import type { OriginStore } from "../../resync/origin-store.ts"
import { mappingPathOf } from "../../resync/try-mapping/test-resource.ts"
import type { PagesEnv } from "../guard.ts"
import { readText } from "../mapping/read-text.ts"
import { operation } from "../operation.ts"
import { wrongRequest } from "../page-error.ts"
import { queryText } from "../request.ts"

export interface ProvenanceRoutesDeps {
  port: Pick<PortClient, "integration">
  integration: Pick<Integration, "kinds" | "whereIs">
  origins: OriginStore
  jq: Jq
}

export const provenanceOperations: readonly Operation[] = [
  operation(
    "get",
    "/provenance",
    "The objects of Sentry that an entity was made of, and the expression behind each value.",
    {
      query: { blueprint: "Of the entity.", entity: "Its identifier." },
    },
  ),
]

export function provenanceRoutes({ port, integration, origins, jq }: ProvenanceRoutesDeps): Hono<PagesEnv> {
  const kinds: KindSelectors = new Map(integration.kinds.map((kind) => [kind.name, kind.selector]))
  const app = new Hono<PagesEnv>()

  app.get("/provenance", async (c) => {
    const blueprint = queryText(c, "blueprint")
    const identifier = queryText(c, "entity")
    if (blueprint === undefined || identifier === undefined) {
      throw wrongRequest({ where: blueprint === undefined ? "blueprint" : "entity", what: "is needed" })
    }
    const recorded = await origins.originsOf([{ blueprint, identifier }])
    const sources = recorded.get(entityKey(blueprint, identifier)) ?? []
    return c.json({
      ok: true,
      sources: sources.map(({ kind, origin, leftAt }) => {
        const { call, url } = integration.whereIs(kind, origin)
        return {
          ...{ kind, objectId: origin.id, part: origin.part, call },
          url: url ?? null,
          leftAt: leftAt === undefined ? null : new Date(leftAt).toISOString(),
        }
      }),
      values: await valuesOf(blueprint, new Set(sources.map(({ kind }) => kind))),
    })
  })

  return app

  /** Of the mapping as it is now; of the kinds that it was made of, as far as that is recorded. */
  async function valuesOf(blueprint: string, made: ReadonlySet<string>): Promise<JsonObject[]> {
    const record = await port.integration.get()
    const config = (record?.config ?? {}) as JsonValue // as Port's JSON was parsed
    const read = await readText(stringify(config), { jq, kinds })
    const resources = read.parsed?.config.resources ?? []
    return resources
      .filter((resource) => mayWriteInto(resource, blueprint) && (made.size === 0 || made.has(resource.kind)))
      .flatMap((resource) => {
        const path = mappingPathOf(read.parsed, resource)
        return compileResource(resource).leaves.map((leaf) => ({
          field: leaf.path,
          expression: leaf.expression,
          resource: resource.index,
          kind: resource.kind,
          ...read.placeOf([...path, ...leaf.at]),
        }))
      })
  }
}
