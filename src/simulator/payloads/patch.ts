// Changes to an object that came as a raw payload: only what changed is written into the payload.
import { isJsonObject, type JsonObject, jsonEqual } from "../../common/json.ts"
import type { WithPayload } from "../model.ts"

/** Applies `patch` to the object, and to its payload what that changes in the body `build` makes of it. */
export function patchPayload<T extends WithPayload>(
  object: T,
  build: () => unknown,
  patch: Partial<T>,
): void {
  if (!object.payload) {
    Object.assign(object, patch)
    return
  }
  const before = objectOf(build())
  Object.assign(object, patch)
  const after = objectOf(build())
  for (const [key, value] of Object.entries(after)) {
    if (key in patch || !jsonEqual(before[key] ?? null, value)) object.payload[key] = value
  }
}

function objectOf(body: unknown): JsonObject {
  return isJsonObject(body) ? body : {}
}
