// The organization this catalog is, and what it has none of.
import { Hono } from "hono"
import { isJsonObject, type JsonObject, parseJson } from "../../common/json.ts"
import { ApiError, invalidRequest, refuse } from "../api-error.ts"
import { type Catalog, writerOf, writing } from "../catalog.ts"
import { type CatalogEnv, readJsonObject } from "../requests.ts"
import { fixedCheck } from "../rules/json-schema.ts"
import { appendAudits } from "../store/audits.ts"
import { readState, writeState } from "../store/state.ts"

/** For a catalog beside a Kafka of one's own. */
export interface OrganizationFacts {
  featureFlags?: readonly string[]
  kafkaCredentials?: { username: string; password: string }
}

const stateKey = "organization.attributes"
export const organizationChange: JsonObject = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 200 },
    settings: { type: ["object", "null"] },
    announcement: { type: ["object", "null"] },
  },
}

export function organizationRoutes(catalog: Catalog, facts: OrganizationFacts = {}): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const check = fixedCheck(organizationChange, "body")

  // By default no flag is on: each makes Port's own integration leave the ordinary way (raw data, other topics).
  app.get("/organization", async (c) =>
    c.json({
      ok: true,
      organization: {
        name: "ocean-sentry",
        ...(await readAttributes(catalog.db)),
        id: catalog.organizationId,
        featureFlags: [...(facts.featureFlags ?? [])],
      },
    }),
  )

  // Kept as sent: nothing here looks at them. Both methods leave alone what they do not name.
  app.on(["PATCH", "PUT"], "/organization", async (c) => {
    const body = await readJsonObject(c)
    const problem = check(body)
    if (problem !== undefined) throw new ApiError(invalidRequest(problem))
    await writing(catalog, async (tx) => {
      const before = await readAttributes(tx)
      const after = { ...before, ...body }
      await writeState(tx, stateKey, JSON.stringify(after))
      await appendAudits(tx, writerOf(catalog, c), [
        { resourceType: "organization", resource: catalog.organizationId, before, after },
      ])
    })
    return c.json({ ok: true })
  })

  app.get("/kafka-credentials", (c) => {
    if (facts.kafkaCredentials) return c.json({ ok: true, credentials: facts.kafkaCredentials })
    throw new ApiError(
      refuse(404, "not_found", "this catalog has no Kafka; use the POLLING or ONCE event listener"),
    )
  })

  return app
}

async function readAttributes(db: Catalog["db"]): Promise<JsonObject> {
  const attributes = parseJson((await readState(db, stateKey)) ?? "{}")
  return isJsonObject(attributes) ? attributes : {}
}
