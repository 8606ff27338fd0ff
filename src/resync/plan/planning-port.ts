// Port's client for a plan: reads go to Port, writes are recorded instead of sent. The run above it does not know.
import pLimit from "p-limit"
import type { JsonObject, JsonValue } from "../../common/json.ts"
import { onceEach } from "../../common/once-per.ts"
import { Blueprint } from "../../port/blueprint.ts"
import type { PortClient } from "../../port/client.ts"
import type { Entity } from "../../port/entity.ts"
import type { UpsertOptions } from "../../port/entity-upserts.ts"
import { IntegrationRecord } from "../../port/integrations-api.ts"
import { PortError } from "../../port/request.ts"
import { createPlannedDeletes } from "./planned-deletes.ts"
import { planUpserts } from "./planned-upserts.ts"
import { changedFields, type FieldChange } from "./planned-write.ts"
import { createShadowCatalog } from "./shadow-catalog.ts"

/** What would become of one entity. */
export interface EntityChange {
  what: "create" | "update" | "delete"
  blueprint: string
  identifier: string
  title: string | undefined
  /** Empty for a delete, and for an update that changes only whose entity it is. */
  fields: FieldChange[]
  /** Why, where it is not the mapping that asks for it. */
  because: string | undefined
}

export interface PlanningPort extends PortClient {
  /** What was not sent, in the order in which entities were first touched. */
  changes(): EntityChange[]
  /** What a first start would make beside entities, a sentence each. */
  installs(): string[]
}

export function createPlanningPort(port: PortClient): PlanningPort {
  const installs: string[] = []
  const blueprints = planBlueprints(port, installs)
  const shadow = createShadowCatalog({ port, blueprint: blueprints.get, isNew: blueprints.isNew })
  const deletes = createPlannedDeletes({
    port,
    shadow,
    blueprints: onceEach((_: "all") => blueprints.all()).bind(undefined, "all"),
    isNew: blueprints.isNew,
  })
  const deps = {
    entities: port.entities,
    shadow,
    blueprint: blueprints.get,
    isUnknownToPort: blueprints.isChanged,
  }
  // A single upsert is checked as one, since Port refuses it in other words.
  const single = {
    ...deps,
    entities: {
      upsert: (blueprint: string, entities: readonly Entity[], how: UpsertOptions) =>
        Promise.all(entities.map((entity) => port.entities.upsertOne(blueprint, entity, how))),
    },
  }
  // One after the other, so that no two batches both take a target for missing.
  const inTurn = pLimit(1)

  const planning: PlanningPort = {
    // What is only recorded needs nobody's leave.
    askingFirst: () => planning,
    signIn: port.signIn,
    serverNow: port.serverNow,
    organization: port.organization,
    ingest: sendsNothing,
    extras: planExtras(installs),
    integration: planIntegration(port, installs),
    blueprints: { ...port.blueprints, ...blueprints.api },
    entities: {
      ...port.entities,
      upsert: (blueprint, entities, how) => inTurn(() => planUpserts(deps, blueprint, entities, how)),
      async upsertOne(blueprint, entity, how) {
        const [outcome] = await inTurn(() => planUpserts(single, blueprint, [entity], how))
        if (!outcome) throw new Error("one entity gave no outcome")
        return outcome
      },
      search: shadow.search,
      async searchAll(query, include, signal) {
        const found = await port.entities.searchAll(query, include, signal)
        return found.filter(({ identifier, blueprint = "" }) => !shadow.touchedIn(blueprint).has(identifier))
      },
      async *owned(before, signal) {
        for await (const page of port.entities.owned(before, signal))
          yield page.filter(({ identifier, blueprint = "" }) => !shadow.touchedIn(blueprint).has(identifier))
      },
      async patch(blueprint, identifier, body) {
        const before = (await shadow.get(blueprint, [identifier])).get(identifier)
        if (!before) throw refused("PATCH", blueprint, 404, "not_found")
        const merged = (name: "properties" | "relations") => ({
          ...before[name],
          ...(body[name] as JsonObject),
        }) // ours
        shadow.put(blueprint, { ...before, properties: merged("properties"), relations: merged("relations") })
      },
      async *deleteBulk(blueprint, identifiers) {
        yield { ok: true, asked: identifiers, deleted: await deletes.withDependents(blueprint, identifiers) }
      },
      async deleteOne(blueprint, identifier) {
        const holder = await deletes.requiring(blueprint, identifier)
        if (holder) throw refused("DELETE", blueprint, 403, "has_dependents")
        await deletes.alone(blueprint, identifier)
      },
    },
    installs: () => installs,
    changes: () =>
      shadow.touched().flatMap(({ blueprint, identifier, before, now, because }) => {
        if (!before && !now) return []
        const title = (now ?? before)?.title
        return {
          what: !before ? "create" : now ? "update" : "delete",
          blueprint,
          identifier,
          title: typeof title === "string" && title !== identifier ? title : undefined,
          fields: now ? changedFields(before, now) : [],
          because,
        } satisfies EntityChange
      }),
  }
  return planning
}

const sendsNothing: PortClient["ingest"] = {
  sendLogs: async () => {},
  sendKinds: async () => {},
  sendKind: async () => {},
  sendHeartbeat: async () => {},
}

function planExtras(installs: string[]): PortClient["extras"] {
  const nameOf = ({ identifier, title }: JsonObject) => String(identifier ?? title ?? "")
  return {
    async createAction(action) {
      installs.push(`action ${nameOf(action)}`)
    },
    async createScorecard(blueprint, scorecard) {
      installs.push(`scorecard ${nameOf(scorecard)} of the blueprint ${blueprint}`)
    },
    async createPage(page) {
      installs.push(`page ${nameOf(page)}`)
    },
  }
}

function planBlueprints(port: PortClient, installs: string[]) {
  const planned = new Map<string, Blueprint>()
  const created = new Set<string>()
  const ofPort = onceEach((identifier: string) => port.blueprints.get(identifier))
  const get = async (identifier: string) => planned.get(identifier) ?? ofPort(identifier)
  return {
    get,
    isNew: (identifier: string) => created.has(identifier),
    isChanged: (identifier: string) => planned.has(identifier),
    async all(): Promise<Blueprint[]> {
      const others = (await port.blueprints.list()).filter(({ identifier }) => !planned.has(identifier))
      return [...others, ...planned.values()]
    },
    api: {
      get,
      async create(body: JsonObject) {
        const blueprint = Blueprint.parse(body)
        created.add(blueprint.identifier)
        planned.set(blueprint.identifier, blueprint)
        installs.push(`blueprint ${blueprint.identifier}`)
      },
      async patch(identifier: string, changes: JsonObject) {
        const before = await get(identifier)
        if (!before) throw refused("PATCH", identifier, 404, "not_found")
        // Port merges relations by name; mirrors and the like are of no matter to what is written.
        const relations = Blueprint.shape.relations.parse({
          ...before.relations,
          ...(changes.relations as JsonObject),
        }) // ours
        planned.set(identifier, { ...before, relations })
        if (created.has(identifier)) return
        for (const name of Object.keys(relations))
          if (!before.relations[name]) installs.push(`relation ${name} of the blueprint ${identifier}`)
      },
      async remove(identifier: string) {
        planned.delete(identifier)
        created.delete(identifier)
      },
    },
  }
}

function planIntegration(port: PortClient, installs: string[]): PortClient["integration"] {
  let planned: JsonObject = {}
  const { identifier } = port.integration
  const note = (changes: JsonObject) => {
    planned = { ...planned, ...changes }
  }
  return {
    ...port.integration,
    async get(signal) {
      const held = await port.integration.get(signal)
      return held || "installationId" in planned
        ? IntegrationRecord.parse({ ...held, ...planned })
        : undefined
    },
    async create(body, { provisioned }) {
      // What Port would make of it nobody can see before; a mapping of nothing keeps the start from waiting for it.
      note(provisioned ? { ...body, config: { resources: [] } } : body)
      installs.push(
        provisioned
          ? `integration ${identifier}; its mapping and blueprints are Port's to make, so what comes of them is not in this plan`
          : `integration ${identifier} with its mapping`,
      )
    },
    async patch(changes) {
      note(changes)
      if (!("installationId" in planned))
        installs.push(`facts of the integration ${identifier}: ${Object.keys(changes).join(", ")}`)
    },
    async patchConfig(config: JsonValue) {
      note({ config })
      installs.push(`mapping of the integration ${identifier}`)
    },
    reportState: async () => {},
    sendExamples: async () => {},
  }
}

function refused(method: "PATCH" | "DELETE", blueprint: string, status: number, code: string): PortError {
  return new PortError({ method, path: `/blueprints/${blueprint}/…` }, status, code, code)
}
