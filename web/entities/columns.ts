// The columns a blueprint's table can have: its title, its properties of all sorts, its relations, its times.
import type { Blueprint, Property } from "../api/blueprints.ts"
import type { Entity } from "../api/entities.ts"

export interface Column {
  /** As search rules name it: `title`, `$updatedAt`, `level`, `project`. */
  id: string
  title: string
  kind: "title" | "property" | "calculated" | "relation"
  property?: Property
  /** Of a relation: the blueprint it points at. */
  target?: string
  isNumeric: boolean
  /** Whether the catalog can order by it. */
  isSortable: boolean
  isShownAtFirst: boolean
}

/** So many of each sort a table begins with; the rest is a choice. */
const atFirst = { properties: 6, calculated: 2, relations: 3 }

export function columnsOf(blueprint: Blueprint): Column[] {
  const {
    schema,
    relations,
    mirrorProperties = {},
    calculationProperties = {},
    aggregationProperties = {},
  } = blueprint
  const calculated = { ...mirrorProperties, ...calculationProperties, ...aggregationProperties }
  const time: Property = { type: "string", format: "date-time" }
  return [
    { ...column("$title", "Title", "title"), isSortable: true, isShownAtFirst: true },
    { ...column("$identifier", "Identifier", "property"), isSortable: true, isShownAtFirst: false },
    ...Object.entries(schema.properties).map(([id, property], index) => ({
      ...column(id, property.title || id, "property", property),
      isSortable: property.type !== "array" && property.type !== "object",
      isShownAtFirst:
        index < atFirst.properties && property.format !== "markdown" && property.format !== "yaml",
    })),
    ...Object.entries(calculated).map(([id, property], index) => ({
      ...column(id, property.title || id, "calculated", typed(property, id in aggregationProperties)),
      isShownAtFirst: index < atFirst.calculated,
    })),
    ...Object.entries(relations).map(([id, { title, target }], index) => ({
      ...column(id, title || id, "relation"),
      target,
      isShownAtFirst: index < atFirst.relations,
    })),
    { ...column("$updatedAt", "Updated", "property", time), isSortable: true, isShownAtFirst: true },
    { ...column("$createdAt", "Created", "property", time), isSortable: true, isShownAtFirst: false },
    column("$team", "Teams", "property"),
  ]
}

export function cellOf(entity: Entity, { id, kind }: Column): unknown {
  if (kind === "relation") return entity.relations[id]
  if (id === "$title") return entity.title ?? entity.identifier
  if (id === "$identifier") return entity.identifier
  if (id === "$updatedAt") return entity.updatedAt
  if (id === "$createdAt") return entity.createdAt
  if (id === "$team") return entity.team
  return entity.properties[id]
}

function column(id: string, title: string, kind: Column["kind"], property?: Property): Column {
  const isNumeric = property?.type === "number" && !property.enum
  return {
    id,
    title,
    kind,
    isNumeric,
    isSortable: false,
    isShownAtFirst: false,
    ...(property ? { property } : {}),
  }
}

function typed(property: Property | { title?: string }, isAggregation: boolean): Property {
  return isAggregation ? { ...property, type: "number" } : property
}
