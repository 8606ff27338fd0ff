// The JSON Schema of a mapping with Sentry's kinds: printed by a verb, and written to docs/reference.
import { mappingJsonSchema } from "../port/mapping-json-schema.ts"
import { sentryKinds } from "../sentry/kinds/index.ts"

export function mappingSchemaText(): string {
  const kinds = new Map(sentryKinds.map((kind) => [kind.name, kind.selector]))
  return `${JSON.stringify(mappingJsonSchema(kinds), undefined, 2)}\n`
}
