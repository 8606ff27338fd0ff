// Faults of Port for tests: which requests are struck, how often, and how Port answers of single entities of a bulk.
import { expect } from "vitest"
import type { RunRecord } from "../../src/resync/run-record.ts"
import type { Interception, SentToPort } from "./port-proxy.ts"
import { everything, mirrorOf, type SmallWorld } from "./small-world.ts"

export const bulkUpsert = /^\/blueprints\/[^/]+\/entities\/bulk$/
/** Entities one by one, and in bulk. */
export const anyUpsert = /^\/blueprints\/[^/]+\/entities(\/bulk)?$/
export const bulkDelete = /\/bulk\/entities\/delete$/
export const listing = "/blueprints/entities/datasource-entities"

const html = (status: number) =>
  new Response("<html>Bad gateway</html>", { status, headers: { "content-type": "text/html" } })

export const error = (status: number, headers: Record<string, string> = {}) =>
  Response.json({ ok: false, error: "struck", message: "by the test" }, { status, headers })

/** How Port may fail a whole request. Made anew for each, since a body is read once. */
export const faults: [string, () => Interception][] = [
  ["500", () => error(500)],
  ["503", () => error(503)],
  ["502 with a page", () => html(502)],
  ["200 with a page", () => html(200)],
  ["429 without headers", () => error(429)],
  ["429 with Retry-After", () => error(429, { "retry-after": "3" })],
  ["a broken connection", () => "hang-up"],
  ["an answer that is lost", () => "lost-answer"],
  ["half an answer", () => "half-answer"],
]

/** Requests by method and path. */
export function isSent(sent: SentToPort, method: string, path: RegExp | string): boolean {
  return sent.method === method && (typeof path === "string" ? sent.path === path : path.test(sent.path))
}

export function entitiesOf({ body }: SentToPort): { identifier: string }[] {
  const { entities } = (body ?? {}) as { entities?: { identifier: string }[] } // a bulk, or else one entity
  return entities ?? [body as { identifier: string }]
}

export interface EntityError {
  statusCode?: number
  error: string
  message: string
}

/**
 * A bulk upsert carried out but for the entities that `errorOf` names; those get their own error (207), or, where it
 * gives "unanswered", are passed over in silence.
 */
export async function partlyRefused(
  world: SmallWorld,
  sent: SentToPort,
  errorOf: (identifier: string) => EntityError | "unanswered" | undefined,
): Promise<Response | undefined> {
  const entities = entitiesOf(sent)
  const errors = entities.flatMap(({ identifier }, index) => {
    const found = errorOf(identifier)
    return found === undefined ? [] : [{ identifier, index, found }]
  })
  if (errors.length === 0) return undefined
  const bad = new Set(errors.map(({ index }) => index))
  const places = entities.map((_, index) => index).filter((index) => !bad.has(index))
  const { body } = await world.catalog.request(
    "POST",
    `/v1${sent.path}?${sent.query}`,
    { entities: places.map((index) => entities[index]) },
    { "user-agent": "port-ocean/sentry/0.0.0/my-sentry/exporter" },
  )
  const { entities: written = [] } = body as { entities?: { index: number }[] } // the catalog's own answer
  return Response.json(
    {
      ok: true,
      entities: written.map((one) => ({ ...one, index: places[one.index] })),
      errors: errors.flatMap(({ identifier, index, found }) =>
        found === "unanswered" ? [] : [{ identifier, index, ...found }],
      ),
    },
    { status: 207 },
  )
}

/** What changed is changed in the catalog too, not only what came or went. */
export async function expectTitles(world: SmallWorld): Promise<void> {
  const projects = Object.values(await world.entities("project"))
  const ours = [...world.organization.projects.values()].map(({ slug, name }) => [slug, name])
  expect(Object.fromEntries(projects.map(({ identifier, title }) => [identifier, title]))).toEqual(
    Object.fromEntries(ours),
  )
}

/** Whatever failed: what Sentry still has and the catalog had is still in the catalog. */
export async function expectNothingLost(world: SmallWorld, before: Record<string, string[]>): Promise<void> {
  const now = await everything(world)
  for (const [blueprint, names] of Object.entries(mirrorOf(world))) {
    const mustStay = names.filter((name) => before[blueprint]?.includes(name))
    expect(now[blueprint]).toEqual(expect.arrayContaining(mustStay))
  }
}

/** Every entity of Sentry that the catalog does not have is told by name. */
export async function expectHonest(world: SmallWorld, record: RunRecord): Promise<void> {
  const now = await everything(world)
  const told = new Set(
    record.refusedEntities.map(({ blueprint, identifier }) => `${blueprint} ${identifier}`),
  )
  for (const [blueprint, names] of Object.entries(mirrorOf(world))) {
    const missing = names.filter((name) => !now[blueprint]?.includes(name))
    expect(missing.filter((name) => !told.has(`${blueprint} ${name}`))).toEqual([])
  }
}
