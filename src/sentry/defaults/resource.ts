// A mapping's resource in a line or two: what all resources of the presets share is written once.
import type { JsonObject } from "../../common/json.ts"

export interface ResourceParts {
  kind: string
  selector?: JsonObject
  /** Beside the entity, such as `itemsToParse`. */
  port?: JsonObject
  blueprint: string
  identifier: string
  title?: string
  properties?: JsonObject
  relations?: JsonObject
}

/** `blueprint` is its name; in the mapping it is jq, so a text in quotes. */
export function resource({ kind, selector, port, blueprint, ...mappings }: ResourceParts): JsonObject {
  const { identifier, title, properties, relations } = mappings
  return {
    kind,
    selector: { query: "true", ...selector },
    port: {
      ...port,
      entity: {
        mappings: {
          identifier,
          ...(title === undefined ? {} : { title }),
          blueprint: JSON.stringify(blueprint),
          ...(properties === undefined ? {} : { properties }),
          ...(relations === undefined ? {} : { relations }),
        },
      },
    },
  }
}

/** A mapping that makes missing targets, and deletes with what depends on it: the defaults of both pages. */
export function mappingOf(resources: JsonObject[]): JsonObject {
  return { deleteDependentEntities: true, createMissingRelatedEntities: true, resources }
}
