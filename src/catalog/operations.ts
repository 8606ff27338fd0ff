// The catalog's routes as the API page shows them, with the shape of their bodies. A test holds this list against the
// routes, and another sends bodies made from these shapes.
import type { JsonObject } from "../common/json.ts"
import type { Operation } from "../common/operation.ts"
import { credentialsBody } from "./routes/auth.ts"
import { deleteBody, listingBody, upsertBody } from "./routes/entities-bulk.ts"
import { searchBody } from "./routes/entities-search.ts"
import { organizationChange } from "./routes/organization.ts"
import { runBody, runChange, runLog } from "./routes/runs.ts"
import { secretBody, secretChange } from "./routes/secrets.ts"
import { teamBody, teamChange } from "./routes/teams.ts"
import { invitation, userChange } from "./routes/users.ts"
import { blueprintBody } from "./rules/blueprint-shape.ts"
import { configChange, integrationBody, integrationChange } from "./rules/integration-change.ts"
import { webhookBody, webhookChange, webhookEvaluation } from "./rules/webhook-definition.ts"

const anything: JsonObject = { type: "object" }
const document: JsonObject = {
  type: "object",
  required: ["identifier"],
  properties: { identifier: { type: "string", minLength: 1, maxLength: 200 } },
}
const query: JsonObject = {
  type: "object",
  required: ["combinator", "rules"],
  properties: {
    combinator: { enum: ["and", "or"] },
    rules: {
      type: "array",
      items: {
        type: "object",
        required: ["operator"],
        properties: {
          property: { type: "string" },
          relation: { type: "string" },
          operator: { type: "string" },
          value: {},
        },
      },
    },
  },
}
const textOrQuery: JsonObject = { anyOf: [{ type: "string" }, query] }
const link: JsonObject = {
  anyOf: [{ type: ["string", "null"] }, { type: "array", items: { type: "string" } }, query],
}
const entity: JsonObject = {
  type: "object",
  properties: {
    identifier: textOrQuery,
    title: { type: ["string", "null"] },
    icon: { type: ["string", "null"] },
    team: link,
    properties: anything,
    relations: { type: "object", additionalProperties: link },
  },
}

export const catalogOperations: readonly Operation[] = [
  post(
    "/auth/access_token",
    "An access token, good for three hours, for the client's credentials.",
    credentialsBody,
  ),
  get("/auth/permissions", "What the client may do beside reading and writing: run each action."),
  get("/audit-log", "What was written, by whom, and how it was before and after; the newest first."),

  get("/blueprints", "All blueprints."),
  post("/blueprints", "Creates a blueprint.", blueprintBody, 201),
  get("/blueprints/{id}", "One blueprint."),
  put("/blueprints/{id}", "Replaces a blueprint: what the body leaves out is gone.", blueprintBody),
  patch("/blueprints/{id}", "Changes what the body names of a blueprint.", anything),
  remove("/blueprints/{id}", "Deletes a blueprint without entities."),
  get("/blueprints/system/{id}/structure", "Port's own part of a system blueprint."),
  get(
    "/blueprints/{id}/permissions",
    "Who may do what with its entities: fixed, since there is one kind of client.",
  ),
  remove(
    "/blueprints/{b}/all-entities",
    "Deletes all entities of a blueprint, and the blueprint where asked.",
  ),
  ...["properties", "mirror", "relations"].map((kind) =>
    patch(
      `/blueprints/{id}/${kind}/{name}/rename`,
      "Renames a part of a blueprint; what uses it follows.",
      anything,
    ),
  ),
  get("/migrations/{id}", "What became of such a deletion."),

  get("/blueprints/{b}/entities", "All entities of a blueprint."),
  post(
    "/blueprints/{b}/entities",
    "Creates an entity, or with `upsert` and `merge` changes it.",
    entity,
    201,
  ),
  get("/blueprints/{b}/entities-count", "How many entities a blueprint has."),
  get("/blueprints/{b}/entities/{id}", "One entity."),
  put("/blueprints/{b}/entities/{id}", "Replaces an entity.", entity),
  patch("/blueprints/{b}/entities/{id}", "Changes what the body names of an entity.", entity),
  remove(
    "/blueprints/{b}/entities/{id}",
    "Deletes an entity, and with `delete_dependents` those that require it.",
  ),
  post("/blueprints/{b}/entities/bulk", "Up to twenty entities, each on its own feet.", {
    ...upsertBody,
    properties: { entities: { type: "array", minItems: 1, maxItems: 20, items: entity } },
  }),
  post("/blueprints/{b}/bulk/entities/delete", "Deletes up to a hundred entities, all or none.", deleteBody),
  post("/blueprints/entities/datasource-entities", "What a data source has written, in pages.", listingBody),
  post("/entities/search", "Entities of all blueprints that a query finds.", query),
  post(
    "/blueprints/{b}/entities/search",
    "Entities of a blueprint that a query finds, in pages.",
    searchBody,
  ),

  get("/integration", "All integrations."),
  post("/integration", "Creates an integration.", integrationBody, 201),
  get("/integration/provision-enabled", "Types of integration that get their defaults from the catalog."),
  get("/integration/{id}", "One integration, with its mapping and the addresses for its logs and metrics."),
  patch(
    "/integration/{id}",
    "Changes an integration; with an empty body it asks it to resync.",
    integrationChange,
  ),
  patch("/integration/{id}/config", "Another mapping, which asks it to resync.", configChange),
  patch("/integration/{id}/resync-state", "What the integration says of its resync.", anything),
  get("/integration/{id}/resync-request", "When a resync was last asked for."),
  remove("/integration/{id}", "Deletes an integration; its entities stay."),
  get("/integration/{id}/logs", "What the integration has logged."),
  get("/integration/{id}/syncMetrics", "What each kind of a resync came to."),
  get("/integration/{id}/syncsMetadata", "Its resyncs."),
  get("/integration/{id}/kinds/{kind}/examples", "Raw objects of a kind, as the mapping sees them."),
  post("/integration/{id}/kinds/{kind}/examples", "Keeps such objects.", list("examples")),
  post("/logs/integration/{ingestId}", "Takes an integration's logs.", list("logs")),
  post("/metrics/integration/{ingestId}/{rest}", "Takes metrics of resyncs, and signs of life.", anything),
  put("/metrics/integration/{ingestId}/{rest}", "Takes the metrics of one kind.", anything),

  get("/webhooks", "All webhook data sources."),
  post("/webhooks", "Creates a webhook data source.", webhookBody, 201),
  post(
    "/webhooks/evaluate",
    "What an event would come to by some mappings; nothing is written.",
    webhookEvaluation,
  ),
  get("/webhooks/metadata", "Where events are sent to, and what a data source can be set to."),
  get("/webhooks/{id}", "One webhook data source."),
  put("/webhooks/{id}", "Replaces a webhook data source; its address stays.", webhookBody),
  patch("/webhooks/{id}", "Changes what the body names of a webhook data source.", webhookChange),
  remove("/webhooks/{id}", "Deletes a webhook data source."),
  get("/webhooks/{id}/events", "The events it received, with what became of each."),
  get("/webhooks/{id}/events/{event}", "One event."),

  ...documents("/actions", "action"),
  ...documents("/pages", "page"),
  ...documents("/blueprints/{blueprint}/scorecards", "scorecard"),
  put("/blueprints/{blueprint}/scorecards", "All scorecards of a blueprint at once.", {
    type: "array",
    items: document,
  }),
  get("/scorecards", "The scorecards of all blueprints."),
  post("/actions/{id}/runs", "Notes that an action was asked for; nothing here executes it.", runBody, 202),
  get("/actions/runs", "All runs, or those with an `external_run_id`."),
  get("/actions/runs/{run}", "One run."),
  patch("/actions/runs/{run}", "What became of a run.", runChange),
  post("/actions/runs/{run}/logs", "A line of a run's log.", runLog, 201),
  post("/actions/runs/claim-pending", "Runs to be executed: never any."),
  post("/workflows/runs/claim-pending", "Steps of workflows to be executed: never any."),

  get("/teams", "All teams, with their users."),
  post("/teams", "Creates a team.", teamBody, 201),
  get("/teams/{name}", "One team."),
  put("/teams/{name}", "Replaces a team.", teamBody),
  patch("/teams/{name}", "Changes what the body names of a team.", teamChange),
  remove("/teams/{name}", "Deletes a team."),
  get("/users", "All users."),
  post("/users/invite", "Creates a user; nobody is written to.", invitation, 201),
  get("/users/{email}", "One user."),
  patch("/users/{email}", "A user's role and teams.", userChange),
  remove("/users/{email}", "Deletes a user."),

  get("/organization", "The organization that this catalog is."),
  patch("/organization", "Changes its name and settings.", organizationChange),
  put("/organization", "The same.", organizationChange),
  get("/organization/secrets", "The secrets' names and descriptions."),
  post("/organization/secrets", "Notes a secret; its value is not kept.", secretBody, 201),
  get("/organization/secrets/{name}", "One secret's description."),
  patch("/organization/secrets/{name}", "Changes a secret's description.", secretChange),
  remove("/organization/secrets/{name}", "Deletes a secret."),
  get("/kafka-credentials", "Credentials of the Kafka beside this catalog, where there is one."),
]

function documents(path: string, kind: string): Operation[] {
  return [
    get(path, `All of them: each ${kind} as it was sent.`),
    post(path, `Creates a ${kind}; what is in it is its author's affair.`, document, 201),
    get(`${path}/{id}`, `One ${kind}.`),
    put(`${path}/{id}`, `Replaces a ${kind}.`, anything),
    patch(`${path}/{id}`, `Changes what the body names of a ${kind}.`, anything),
    remove(`${path}/{id}`, `Deletes a ${kind}.`),
  ]
}

function list(name: string): JsonObject {
  return { type: "object", required: [name], properties: { [name]: { type: "array", items: anything } } }
}

function get(path: string, summary: string): Operation {
  return operation("get", path, summary)
}

function post(path: string, summary: string, body?: JsonObject, status = 200): Operation {
  return operation("post", path, summary, body, status)
}

function put(path: string, summary: string, body: JsonObject): Operation {
  return operation("put", path, summary, body)
}

function patch(path: string, summary: string, body: JsonObject): Operation {
  return operation("patch", path, summary, body)
}

function remove(path: string, summary: string): Operation {
  return operation("delete", path, summary)
}

function operation(
  method: Operation["method"],
  path: string,
  summary: string,
  body?: JsonObject,
  status = 200,
): Operation {
  const answers = {
    [status]: { text: "Done." },
    ...(path === "/auth/access_token"
      ? { 401: { text: "Unknown credentials." } }
      : { 401: { text: "No valid token." } }),
    ...(path.includes("{") ? { 404: { text: "There is none." } } : {}),
    ...(body
      ? { 413: { text: "More than 1 MiB." }, 422: { text: "The body does not fit; the message says where." } }
      : {}),
    429: { text: "Too many requests, where a limit is set." },
  }
  return { method, path: `/v1${path}`, summary, ...(body ? { body } : {}), answers }
}
