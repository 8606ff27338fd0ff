// Every route of the catalog with bodies made from its own schema and with bodies made from nothing: it may refuse them,
// but it never breaks, and it always says so in Port's words.
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../test/support/engines.ts"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import type { Operation } from "../common/operation.ts"
import { catalogOperations } from "./operations.ts"

/** For all routes together; the runs are counted, so that a slow machine takes longer and finds the same. */
const runsPerRoute = 12
/** The same bodies each time, unless FUZZ_SEED asks for others. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_310)

describe.each(engines)("bad input on %s", (engine) => {
  let catalog: RunningCatalog
  let authorization: string

  /** What stands for each parameter of a path where it is to name something that is there. */
  const known: Record<string, string> = {}

  beforeAll(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
    authorization = `Bearer ${await catalog.token()}`
  })
  // Before each, since the one before may have deleted it.
  beforeEach(async () => {
    const send = (method: string, path: string, body: unknown) => catalog.request(method, `/v1${path}`, body)
    await send("POST", "/blueprints", {
      identifier: "known",
      title: "Known",
      schema: { properties: { known: { type: "string" }, n: { type: "number" }, list: { type: "array" } } },
      relations: { one: { target: "known" }, many: { target: "known", many: true } },
    })
    await send("POST", "/blueprints/known/entities", { identifier: "known" })
    await send("POST", "/blueprints/known/scorecards", { identifier: "known" })
    await send("POST", "/integration", { installationId: "known" })
    await send("POST", "/webhooks", { identifier: "known", title: "Known", mappings: [] })
    await send("POST", "/actions", { identifier: "known" })
    await send("POST", "/pages", { identifier: "known" })
    await send("POST", "/teams", { name: "known" })
    await send("POST", "/organization/secrets", { secretName: "known", secretValue: "known" })
    await send("POST", "/users/invite", { invitee: { email: "known@example.com" } })
    known.email = "known@example.com"
    known.run = String(at((await send("POST", "/actions/known/runs", {})).body, "run.id"))
    const integration = (await send("GET", "/integration/known", undefined)).body
    known.logs = String(at(integration, "integration.logAttributes.ingestId"))
    known.metrics = String(at(integration, "integration.metricAttributes.ingestId"))
  })
  afterAll(() => catalog.close())

  it.each(
    catalogOperations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const),
  )("%s refuses what it cannot take, and never breaks", async (_, operation) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(place, { minLength: 4, maxLength: 4 }),
        bodyFor(operation),
        questions,
        async (places, body, query) => {
          const left = [...places]
          const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
            const wanted = left.pop() ?? "known"
            const key = name === "ingestId" ? (operation.path.split("/")[2] ?? name) : name
            return encodeURIComponent(wanted === "known" ? (known[key] ?? wanted) : wanted)
          })
          const response = await fetch(`${catalog.url}${path}?${query}`, {
            method: operation.method.toUpperCase(),
            headers: { authorization, "content-type": "application/json" },
            ...(operation.method === "get" ? {} : { body }),
          })
          const text = await response.text()
          expect(response.status, `${path}?${query} ${body}\n${text}`).toBeLessThan(500)
          expect(response.headers.get("x-ratelimit-limit")).not.toBeNull()
          const answer: unknown = JSON.parse(text)
          if (!isJsonObject(answer)) throw new Error(`no object: ${text}`)
          expect(answer.ok).toBe(response.ok)
          if (response.ok) return
          expect(answer.error).toMatch(/^[a-z_]+$/)
          expect(typeof answer.message).toBe("string")
        },
      ),
      { numRuns: runsPerRoute, seed, endOnFailure: true },
    )
  })
})

const text = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      "known",
      "one",
      "many",
      "n",
      "list",
      "$identifier",
      "$team",
      "=",
      "contains",
      "and",
    ),
  },
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "' or 1=1 --",
    '"]}',
    "../..",
    "%00",
    "\u0000",
    "\ud800",
    "a".repeat(1500),
  ),
)
const place = fc.oneof(
  { weight: 8, arbitrary: fc.constant("known") },
  text.filter((part) => part.isWellFormed() && part !== ""),
)
const questions = fc
  .dictionary(
    fc.constantFrom(
      "upsert",
      "merge",
      "create_missing_related_entities",
      "include",
      "exclude",
      "limit",
      "from",
      "to",
      "fields",
      "run_id",
      "before",
    ),
    fc.oneof(
      fc.constantFrom("true", "1", "-1", "title,properties.n"),
      text.filter((part) => part.isWellFormed()),
    ),
    { maxKeys: 3 },
  )
  .map((query) => new URLSearchParams(query).toString())

/** As JSON text: mostly what its schema describes, with here and there a member of another kind; sometimes anything. */
function bodyFor({ body }: Operation): fc.Arbitrary<string> {
  const anything = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value))
  const odd = fc.constantFrom(
    "",
    "{",
    "null",
    "[]",
    '{"a":1}',
    '{"__proto__":{"a":1}}',
    `${"[".repeat(2000)}${"]".repeat(2000)}`,
  )
  if (!body) return fc.oneof(odd, anything)
  const fitting = valuesOf(body, 0).map((value) => JSON.stringify(value) ?? "null")
  return fc.oneof(
    { weight: 6, arbitrary: fitting },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: odd },
  )
}

function valuesOf(schema: JsonValue | undefined, depth: number): fc.Arbitrary<unknown> {
  const stray = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    text,
    fc.constant([]),
    fc.constant({}),
  )
  if (!isJsonObject(schema) || depth > 6) return stray
  return fc.oneof({ weight: 30, arbitrary: fitting(schema, depth) }, { weight: 1, arbitrary: stray })
}

function fitting(schema: JsonObject, depth: number): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  if ("const" in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((one) => valuesOf(one, depth + 1)))
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  return fc.oneof(...types.map((type) => ofType(String(type), schema, depth)))
}

function ofType(type: string, schema: JsonObject, depth: number): fc.Arbitrary<unknown> {
  if (type === "string") return text
  if (type === "boolean") return fc.boolean()
  if (type === "integer" || type === "number") return fc.oneof(fc.integer({ min: -1, max: 30 }), fc.double())
  if (type === "null") return fc.constant(null)
  if (type === "array")
    return fc.array(valuesOf(schema.items, depth + 1), {
      minLength: schema.minItems === 1 ? 1 : 0,
      maxLength: 3,
    })
  const members = isJsonObject(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  const known = fc.record(
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, valuesOf(member, depth + 1)])),
    { requiredKeys: Object.keys(members).filter((name) => required.includes(name)) },
  )
  const other = fc.dictionary(text, valuesOf(schema.additionalProperties ?? {}, depth + 1), { maxKeys: 1 })
  return fc.tuple(other, known).map(([extra, body]) => ({ ...extra, ...body }))
}
