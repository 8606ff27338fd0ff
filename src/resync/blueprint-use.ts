// Pure: how the resources of a mapping write into one blueprint.
import type { AppConfig, Resource } from "../port/app-config.ts"
import type { Blueprint } from "../port/blueprint.ts"
import { constantText } from "../port/constant-text.ts"
import { shapeOf } from "./entity-shape.ts"
import type { BlueprintUse } from "./known-entities.ts"

/** Whether a resource may make entities of this blueprint: it names it, or computes the name. */
export function mayWriteInto(resource: Resource, blueprint: string): boolean {
  const constant = constantText(resource.mapping.blueprint)
  return constant === undefined || constant === blueprint
}

/** The blueprints that resources may make entities of: those they name, and those of `known` where they compute it. */
export function blueprintsOf(resources: readonly Resource[], known: Iterable<string>): string[] {
  const named = resources.flatMap(({ mapping }) => constantText(mapping.blueprint) ?? [])
  const names = [...new Set([...named, ...known])]
  return names.filter((name) => resources.some((resource) => mayWriteInto(resource, name)))
}

/** Those of the mapping's blueprints that have a relation to any of these, as the catalog defines them. */
export async function relatingTo(
  config: AppConfig,
  targets: ReadonlySet<string>,
  definitionOf: (blueprint: string) => Promise<Blueprint | undefined>,
): Promise<string[]> {
  const found: string[] = []
  for (const name of blueprintsOf(config.resources, [])) {
    const relations = Object.values((await definitionOf(name))?.relations ?? {})
    if (relations.some(({ target }) => targets.has(target))) found.push(name)
  }
  return found
}

export function useOf(config: AppConfig, blueprint: string): BlueprintUse {
  const resources = config.resources.filter((resource) => mayWriteInto(resource, blueprint))
  const searchRelations = resources.flatMap(({ mapping }) => [
    ...Object.entries(mapping.relations).flatMap(([name, value]) =>
      typeof value === "string" ? [] : [name],
    ),
    ...(typeof mapping.team === "object" ? ["$team"] : []),
  ])
  return {
    shapes: shapesOf(config, blueprint).map((text) => JSON.parse(text)),
    searchRelations: [...new Set(searchRelations)],
  }
}

/** The distinct shapes that the mapping writes into a blueprint, as texts, in a stable order. */
export function shapesOf(config: AppConfig, blueprint: string): string[] {
  const resources = config.resources.filter((resource) => mayWriteInto(resource, blueprint))
  return [...new Set(resources.map((resource) => JSON.stringify(shapeOf(resource.mapping))))]
}
