// The embedded catalog: Port's API under /v1, on one database.
import { randomUUID } from "node:crypto"
import { Hono } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import { type Clock, systemClock } from "../common/sleep.ts"
import type { AskVisitor } from "../common/visitor.ts"
import type { Database } from "../database/database.ts"
import { migrate } from "../database/migrate.ts"
import type { Jq } from "../mapping/jq.ts"
import { type AccessTokens, createAccessTokens } from "./access-tokens.ts"
import { ApiError, errorBody, type Refusal, refuse } from "./api-error.ts"
import { auditFailures } from "./audit-failures.ts"
import { auditRetention, defaultAuditDays } from "./audit-retention.ts"
import type { Catalog } from "./catalog.ts"
import type { CatalogCredentials } from "./credentials.ts"
import { catalogSteps } from "./migrations/index.ts"
import { rateLimit } from "./rate-limit.ts"
import type { CatalogContext, CatalogEnv } from "./requests.ts"
import { auditRoutes } from "./routes/audit-log.ts"
import { authRoutes } from "./routes/auth.ts"
import { blueprintRoutes } from "./routes/blueprints.ts"
import { documentRoutes } from "./routes/documents.ts"
import { entityRoutes } from "./routes/entities.ts"
import { bulkRoutes } from "./routes/entities-bulk.ts"
import { searchRoutes } from "./routes/entities-search.ts"
import { ingestRoutes } from "./routes/integration-reports.ts"
import { integrationRoutes } from "./routes/integrations.ts"
import { type OrganizationFacts, organizationRoutes } from "./routes/organization.ts"
import { permissionRoutes } from "./routes/permissions.ts"
import { runRoutes } from "./routes/runs.ts"
import { secretRoutes } from "./routes/secrets.ts"
import { teamRoutes } from "./routes/teams.ts"
import { userRoutes } from "./routes/users.ts"
import { webhookRoutes } from "./routes/webhooks.ts"
import { blueprintShapeCheck } from "./rules/blueprint-shape.ts"
import { isQuestion } from "./rules/questions.ts"
import { systemBlueprints } from "./rules/system-blueprints.ts"
import { type BlueprintStore, createBlueprintStore } from "./store/blueprints.ts"
import { readState, writeState } from "./store/state.ts"
import type { CatalogTables } from "./store/tables.ts"
import { createWriteTogether } from "./write-together.ts"

export interface CatalogDeps {
  database: Database
  log: Logger
  /** Of its own: calculation properties see no environment. */
  jq: Jq
  clock?: Clock
  /** Who asks without a token: a person with a session of the pages. By default nobody. */
  askVisitor?: AskVisitor | undefined
  /** From `ensureCredentials`. */
  credentials: CatalogCredentials
  /** The origin clients are told for logs and metrics; by default the one their request came to. */
  publicUrl?: string
  /** The origin that senders of webhooks are told; by default the same. */
  ingestUrl?: string
  /** What the organization is said to have beside its entities; nothing by default. */
  organization?: OrganizationFacts
  /** Requests per minute before 429; by default none is refused. */
  rateLimit?: number
  /** For so many days the audit log keeps what was written; 30 by default. */
  auditDays?: number
  /** Types of integration that clients are told are provisioned by Port itself; none by default. */
  provisionedTypes?: readonly string[]
}

/** An app to be mounted at the root of a server; creates its tables and the system blueprints where needed. */
export async function createCatalog(deps: CatalogDeps): Promise<Hono> {
  const clock = deps.clock ?? systemClock
  await migrate(deps.database, "catalog", catalogSteps)
  const blueprints = createBlueprintStore()
  const organizationId = await prepare(deps.database, blueprints, clock)
  const catalog: Catalog = {
    database: deps.database,
    db: deps.database.kysely<CatalogTables>(),
    log: deps.log,
    clock,
    jq: deps.jq,
    blueprints,
    checkBlueprint: blueprintShapeCheck(),
    publicUrl: deps.publicUrl?.replace(/\/+$/, ""),
    ingestUrl: deps.ingestUrl?.replace(/\/+$/, ""),
    organizationId,
    // Part of every write, so that the audit log stays within its time; mostly it does nothing.
    writeTogether: createWriteTogether(
      deps.database,
      auditRetention(deps.auditDays ?? defaultAuditDays, clock),
    ),
  }
  const tokens = createAccessTokens(deps.credentials, organizationId, clock)

  const v1 = new Hono<CatalogEnv>()
  v1.use(rateLimit(deps.rateLimit, clock))
  v1.route("/", authRoutes(deps.credentials, tokens))
  v1.use((c, next) => authenticate({ tokens, ask: deps.askVisitor }, c, next))
  v1.use(auditFailures(catalog))
  v1.route("/", auditRoutes(catalog))
  v1.route("/", bulkRoutes(catalog))
  v1.route("/", searchRoutes(catalog))
  v1.route("/", blueprintRoutes(catalog))
  v1.route("/", entityRoutes(catalog))
  v1.route("/", integrationRoutes(catalog, deps.provisionedTypes))
  v1.route("/", runRoutes(catalog)) // its literal paths stand before those of the actions
  v1.route("/", documentRoutes(catalog))
  v1.route("/", permissionRoutes(catalog))
  v1.route("/", teamRoutes(catalog))
  v1.route("/", userRoutes(catalog))
  v1.route("/", secretRoutes(catalog))
  v1.route("/", ingestRoutes(catalog))
  v1.route("/", webhookRoutes(catalog))
  v1.route("/", organizationRoutes(catalog, deps.organization))
  v1.all("/*", (c) =>
    c.json(
      errorBody(refuse(404, "not_found", `${c.req.method} ${c.req.path} is no route of this catalog`)),
      404,
    ),
  )
  v1.onError((error, c) => answerError(deps.log, error, c))

  const app = new Hono()
  app.route("/v1", v1)
  return app
}

async function prepare(database: Database, blueprints: BlueprintStore, clock: Clock): Promise<string> {
  return await database.transaction<CatalogTables, string>(
    async (tx) => {
      const set = await blueprints.current(tx)
      for (const definition of systemBlueprints) {
        if (set.get(definition.identifier)) continue
        await blueprints.insert(tx, definition, { actor: "port", now: clock.now() })
      }
      const known = await readState(tx, "organization.id")
      if (known !== undefined) return known
      const id = `org_${randomUUID().replaceAll("-", "").slice(0, 16)}`
      await writeState(tx, "organization.id", id)
      return id
    },
    { lock: "catalog" },
  )
}

async function authenticate(
  { tokens, ask }: { tokens: AccessTokens; ask: AskVisitor | undefined },
  c: CatalogContext,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  // One documented sample has no scheme before the token.
  const token = (c.req.header("authorization") ?? "").replace(/^bearer\s+/i, "").trim()
  const actor = token === "" ? undefined : tokens.verify(token)
  if (actor !== undefined) c.set("actor", actor)
  else {
    const visitor = token === "" ? await ask?.(c.req.raw) : undefined
    const refusal = refuseVisitor(visitor, c)
    if (refusal) return c.json(errorBody(refusal), refusal.status)
    if (visitor && visitor !== "cross-site") {
      c.set("actor", visitor.name)
      c.set("visitor", visitor)
    }
  }
  await next()
  return undefined
}

function refuseVisitor(visitor: Awaited<ReturnType<AskVisitor>>, c: CatalogContext): Refusal | undefined {
  if (visitor === undefined) return refuse(401, "unauthorized", "a valid access token is required")
  if (visitor === "cross-site")
    return refuse(403, "cross_site", "a session works for requests of its own pages alone")
  if (visitor.mayChange || isQuestion(c.req.method, c.req.path)) return undefined
  return refuse(403, "read_only", "this session may look, and change nothing")
}

function answerError(log: Logger, error: Error, c: CatalogContext): Response {
  if (error instanceof ApiError) return c.json(errorBody(error.refusal), error.refusal.status)
  log.error(
    { method: c.req.method, path: c.req.path, error: errorText(error), stack: error.stack },
    "Catalog request failed",
  )
  const status: ContentfulStatusCode = 500
  return c.json(
    { ok: false, error: "internal_error", message: "the catalog could not answer; its log says why" },
    status,
  )
}
