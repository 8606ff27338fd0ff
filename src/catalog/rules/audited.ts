// What the audit log shows of an entity: its stored values, without what is calculated. Pure.
import type { JsonObject } from "../../common/json.ts"
import type { EntityRecord } from "../store/entities.ts"
import { teamRelation } from "../store/relations.ts"
import type { BlueprintDefinition } from "./blueprint-definition.ts"

export function auditedEntity(
  record: EntityRecord | undefined,
  definition: BlueprintDefinition | undefined,
): JsonObject | null {
  if (!record) return null
  const relations: JsonObject = {}
  let team: string[] = []
  for (const [name, targets] of record.targets) {
    const identifiers = targets.map((target) => target.identifier)
    if (name === teamRelation) team = identifiers
    else relations[name] = definition?.relations[name]?.many ? identifiers : (identifiers[0] ?? null)
  }
  return {
    identifier: record.identifier,
    title: record.title,
    icon: record.icon,
    team,
    properties: record.properties,
    relations,
    createdAt: new Date(record.createdAt).toISOString(),
    createdBy: record.createdBy,
    updatedAt: new Date(record.updatedAt).toISOString(),
    updatedBy: record.updatedBy,
  }
}
