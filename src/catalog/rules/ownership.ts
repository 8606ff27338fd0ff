// Whose an entity is: its own teams, or those at the end of a path.
import { isJsonObject } from "../../common/json.ts"
import type { BlueprintDefinition } from "./blueprint-definition.ts"

/** The path, of relations with dots, along which teams are inherited; undefined where entities have their own. */
export function inheritancePath({ ownership, teamInheritance }: BlueprintDefinition): string | undefined {
  if (isJsonObject(ownership)) {
    return ownership.type === "Inherited" && typeof ownership.path === "string" ? ownership.path : undefined
  }
  return isJsonObject(teamInheritance) && typeof teamInheritance.path === "string"
    ? teamInheritance.path
    : undefined
}
