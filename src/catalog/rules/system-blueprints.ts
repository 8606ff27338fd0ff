// The blueprints that are there from the start. What stands here cannot be changed; own properties may be added.
import { type BlueprintDefinition, completeBlueprint } from "./blueprint-definition.ts"

export const systemBlueprints: readonly BlueprintDefinition[] = [
  completeBlueprint({
    identifier: "_user",
    title: "User",
    icon: "User",
    schema: {
      properties: {
        status: { title: "Status", type: "string", enum: ["Staged", "Invited", "Active", "Disabled"] },
        port_role: { title: "Port role", type: "string" },
        port_type: { title: "Port type", type: "string", enum: ["Standard", "Service Account"] },
        moderated_blueprints: { title: "Moderated blueprints", type: "array", items: { type: "string" } },
      },
    },
  }),
  completeBlueprint({
    identifier: "_team",
    title: "Team",
    icon: "Team",
    schema: {
      properties: {
        description: { title: "Description", type: "string" },
        size: { title: "Size", type: "number" },
      },
    },
  }),
]

/** Port's own part of a system blueprint; undefined for all others. */
export function systemBlueprint(identifier: string): BlueprintDefinition | undefined {
  return systemBlueprints.find((blueprint) => blueprint.identifier === identifier)
}
