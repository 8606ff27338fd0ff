// The resources that a mapping's text has, as far as it can be read.
import { parseDocument } from "yaml"

export interface NamedResource {
  index: number
  kind: string
  blueprint: string
}

export function resourcesOf(text: string): NamedResource[] {
  const value: unknown = parseDocument(text, { logLevel: "silent" }).toJS()
  const resources = memberOf(value, "resources")
  if (!Array.isArray(resources)) return []
  return resources.map((resource: unknown, index) => {
    const mappings = ["port", "entity", "mappings"].reduce(memberOf, resource)
    const first: unknown = Array.isArray(mappings) ? mappings[0] : mappings
    const blueprint = memberOf(first, "blueprint")
    return {
      index,
      kind: String(memberOf(resource, "kind") ?? "?"),
      blueprint: typeof blueprint === "string" ? blueprint.replace(/^"(.*)"$/, "$1") : "?",
    }
  })
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined
}
