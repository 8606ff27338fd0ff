// The order that a search asks for, as expressions over `catalog_entities`.
import { type RawBuilder, type SqlBool, sql } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { jsonSubject, metaSubject, type SearchSubject } from "./search-subjects.ts"

export interface EntityOrder {
  isNull: RawBuilder<SqlBool>
  by: RawBuilder<unknown>
  way: "asc" | "desc"
}

const own = ["$identifier", "$title", "$createdAt", "$updatedAt", "$createdBy", "$updatedBy"]

/** Undefined for what nothing can be put in order by: lists, objects, calculated properties, relations. */
export function entityOrder(
  { property, way }: { property: string; way: "asc" | "desc" },
  { blueprint, json }: { blueprint: BlueprintDefinition; json: JsonColumns },
): EntityOrder | undefined {
  if (own.includes(property)) {
    const subject = metaSubject(property, json)
    return { isNull: subject.isNull, by: sideOf(subject, json), way }
  }
  const definition = Object.hasOwn(blueprint.schema.properties, property)
    ? blueprint.schema.properties[property]
    : undefined
  if (!definition || definition.type === "array" || definition.type === "object") return undefined
  const subject = jsonSubject(property, { json })
  return { isNull: subject.isNull, by: sideOf(subject, json, definition), way }
}

function sideOf(
  subject: SearchSubject,
  json: JsonColumns,
  { type, format }: { type?: unknown; format?: unknown } = {},
): RawBuilder<unknown> {
  if (type === "boolean") return sql`case when ${subject.equals(true)} then 1 else 0 end`
  if (type === "number") return sql`${subject.number}`
  if (subject.instant && (format === "date-time" || !subject.text)) return sql`${subject.instant}`
  return subject.text ? json.ordered(sql`${subject.text}`) : sql`null`
}
