// Relations on blueprints that Port owns, such as `_user`: merged in where the mapping writes them, never insisted on.
import { errorText, isAbort } from "../common/errors.ts"
import { isJsonObject, type JsonObject } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { PortClient } from "./client.ts"
import { constantText } from "./constant-text.ts"

export interface SystemRelations {
  blueprint: string
  relations: JsonObject
}

/** Where Port refuses, the program says so and goes on: entities that need the relation are refused one by one. */
export async function installSystemRelations(
  { port, log }: { port: PortClient; log: Logger },
  { wanted, mapping }: { wanted: readonly SystemRelations[]; mapping: unknown },
  signal?: AbortSignal,
): Promise<void> {
  for (const { blueprint, relations } of wanted) {
    const written = relationsWritten(mapping, blueprint)
    const needed = Object.entries(relations).filter(([name]) => written.has(name))
    if (needed.length === 0) continue
    try {
      await addRelations(port, { blueprint, relations: Object.fromEntries(needed), signal })
    } catch (error) {
      if (isAbort(error)) throw error
      log.warn(
        { blueprint, relations: needed.map(([name]) => name), error: errorText(error) },
        "Port did not take the relation on its own blueprint; entities that need it will be refused",
      )
    }
  }
}

async function addRelations(
  port: PortClient,
  { blueprint, relations, signal }: SystemRelations & { signal: AbortSignal | undefined },
): Promise<void> {
  const known = ((await port.blueprints.get(blueprint, signal))?.relations ?? {}) as JsonObject // Port's JSON
  if (Object.keys(relations).every((name) => known[name])) return
  // Together with those that are there: right whether Port merges relations by name or replaces them all.
  await port.blueprints.patch(blueprint, { relations: { ...relations, ...known } }, signal)
}

/** Names of the relations that a mapping writes on entities of a blueprint. A mapping that cannot be read writes none. */
function relationsWritten(mapping: unknown, blueprint: string): Set<string> {
  const resources = isJsonObject(mapping) && Array.isArray(mapping.resources) ? mapping.resources : []
  const names = resources.flatMap((resource) => {
    const port = isJsonObject(resource) ? resource.port : undefined
    const entity = isJsonObject(port) ? port.entity : undefined
    const mappings = isJsonObject(entity) ? [entity.mappings].flat() : []
    return mappings.flatMap((one) =>
      isJsonObject(one) && isJsonObject(one.relations) && constantText(String(one.blueprint)) === blueprint
        ? Object.keys(one.relations)
        : [],
    )
  })
  return new Set(names)
}
