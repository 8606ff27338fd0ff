// The mapping a user writes (Port calls it the integration's config): resources, selector, entity mappings.
import type { z } from "zod"
import type { InputProblem } from "../common/errors.ts"
import { isJsonObject } from "../common/json.ts"
import { nearest } from "../common/nearest.ts"
import { issuesOf, pathText, type ValuePath } from "../common/schema.ts"
import { constantText } from "./constant-text.ts"
import { unknownMappingKeys } from "./mapping-keys.ts"
import { type EntityMapping, MappingShape, ResourceShape } from "./mapping-schema.ts"
import { searchQueryProblems } from "./search-query-problems.ts"

export type { EntityMapping, MappingValue } from "./mapping-schema.ts"

/** One mapping of one kind. A list under `mappings` has become one resource per element. */
export interface Resource {
  /** Position in the mapping's `resources`, for messages and for Port's metrics. */
  index: number
  kind: string
  /** False: reconciliation deletes nothing that this resource makes. */
  enableDelete: boolean
  /** jq; only raw objects for which it gives true are mapped. */
  query: string
  /** The selector's other keys, checked by the kind's own schema. */
  selector: Record<string, unknown>
  itemsToParse: string | undefined
  itemsToParseName: string
  itemsToParseTopLevelTransform: boolean
  mapping: EntityMapping
}

export interface AppConfig {
  deleteDependentEntities: boolean
  createMissingRelatedEntities: boolean
  enableMergeEntity: boolean
  /** Largest share (0…1) of a kind's entities that one run may delete. */
  entityDeletionThreshold: number
  resources: Resource[]
}

/** Something wrong at one place of a mapping. `where` is the path as text. */
export interface MappingProblem extends InputProblem {
  path: ValuePath
  /** Where it is about a place inside a jq expression: that place, counted from 1. */
  inExpression?: { line: number; column: number }
}

export interface BrokenResource {
  index: number
  kind: string | undefined
  /** The blueprints it may have written to, where they are constants; undefined where that cannot be told. */
  blueprints: string[] | undefined
  problems: MappingProblem[]
}

export interface ParsedAppConfig {
  config: AppConfig
  /** Resources that cannot run, each with why. The others run; nothing that these would make is deleted. */
  broken: BrokenResource[]
  /** Keys nobody reads: warnings, since the original ignores them and customers have them. */
  unknownKeys: MappingProblem[]
  /** What runs, but not as its author may think. */
  warnings: MappingProblem[]
  /** What is wrong with the mapping as a whole; with any of these nothing runs. */
  problems: MappingProblem[]
}

/** The selector schema of each kind, by the kind's name. */
export type KindSelectors = ReadonlyMap<string, z.ZodType>

/**
 * Reads a mapping as Port or a file holds it, without compiling its jq. Never throws: what is wrong is in the answer,
 * with its path.
 */
export function parseAppConfig(value: unknown, kinds: KindSelectors): ParsedAppConfig {
  const top = MappingShape.safeParse(value ?? {})
  const parsed: ParsedAppConfig = {
    config: { ...(top.success ? top.data : MappingShape.parse({})), resources: [] },
    broken: [],
    unknownKeys: unknownMappingKeys(value, kinds).map(({ path, ...rest }) => ({
      ...problemAt(path, "unknown key, ignored"),
      ...rest,
    })),
    warnings: [],
    problems: top.success ? [] : issuesOf(top.error).map(({ path, what }) => problemAt(path, what)),
  }
  if (!top.success) return parsed
  top.data.resources.forEach((raw, index) => {
    addResource(parsed, raw, index, kinds)
  })
  return parsed
}

/** A problem with its place as text; of the whole value where the path is empty. */
export function problemAt(path: ValuePath, what: string, hint?: string): MappingProblem {
  return { path, where: pathText(path) || "(top)", what, ...(hint === undefined ? {} : { hint }) }
}

function addResource(parsed: ParsedAppConfig, raw: unknown, index: number, kinds: KindSelectors): void {
  const path: ValuePath = ["resources", index]
  const kind = isJsonObject(raw) && typeof raw.kind === "string" ? raw.kind : undefined
  const schema = kind === undefined ? undefined : kinds.get(kind)
  const shape = ResourceShape.safeParse(raw)
  const selectorValue = isJsonObject(raw) && isJsonObject(raw.selector) ? raw.selector : {}
  const selector = schema?.safeParse(selectorValue)
  const queries = searchQueryProblems(raw, path)
  const problems = [
    ...(kind === undefined || schema ? [] : [unknownKind(kind, path, kinds)]),
    ...problemsBelow(path, shape.error),
    ...problemsBelow([...path, "selector"], selector?.error),
    ...queries.errors.map(placed),
  ]
  parsed.warnings.push(...queries.warnings.map(placed))
  if (problems.length > 0 || !shape.success || !selector?.success) {
    parsed.broken.push({ index, kind, blueprints: constantBlueprints(raw), problems })
    return
  }
  if (shape.data.selector.exportEnvVariables?.length) {
    parsed.warnings.push(
      problemAt(
        [...path, "selector", "exportEnvVariables"],
        "has no effect: it belongs to the original's shipping of raw data",
      ),
    )
  }
  const { query, exportEnvVariables: _, ...rest } = shape.data.selector
  const { entity, itemsToParse, itemsToParseName, itemsToParseTopLevelTransform } = shape.data.port
  for (const mapping of [entity.mappings].flat()) {
    parsed.config.resources.push({
      index,
      kind: shape.data.kind,
      enableDelete: shape.data.enableDelete,
      query,
      selector: isJsonObject(selector.data) ? selector.data : rest,
      itemsToParse,
      itemsToParseName,
      itemsToParseTopLevelTransform,
      mapping,
    })
  }
}

function placed({ path, what, hint }: { path: ValuePath; what: string; hint?: string }): MappingProblem {
  return problemAt(path, what, hint)
}

function problemsBelow(above: ValuePath, error: z.ZodError | undefined): MappingProblem[] {
  if (!error) return []
  return issuesOf(error).map(({ path, what }) => problemAt([...above, ...path], what))
}

function unknownKind(kind: string, path: ValuePath, kinds: KindSelectors): MappingProblem {
  const close = nearest(kind, kinds.keys())
  const known = [...kinds.keys()].join(", ")
  const hint = close ? `did you mean "${close}"?` : `known kinds: ${known}`
  return problemAt([...path, "kind"], `unknown kind "${kind}"`, hint)
}

/** The blueprints a resource writes to, where they are constants; undefined where that cannot be told. */
export function constantBlueprints(raw: unknown): string[] | undefined {
  const port = isJsonObject(raw) && isJsonObject(raw.port) ? raw.port : undefined
  const mappings = port && isJsonObject(port.entity) ? port.entity.mappings : undefined
  const names = [mappings]
    .flat()
    .map((mapping) => (isJsonObject(mapping) ? constantText(mapping.blueprint) : undefined))
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined
}
