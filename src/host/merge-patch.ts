// Pure: a change that names only what it changes (RFC 7396): objects are laid over objects, null takes away.
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"

export function mergePatch(known: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch
  const merged: JsonObject = isJsonObject(known) ? { ...known } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}
