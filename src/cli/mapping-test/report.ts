// What a test of a mapping found, as a person reads it.
import { describeProblem, type InputProblem } from "../../common/errors.ts"
import { describeField } from "../../mapping/mapping-problems.ts"
import type { ResourceResult } from "../../resync/try-mapping/test-resource.ts"

export interface MappingTest {
  /** Where the mapping is from. */
  mapping: string
  /** Where the objects are from. */
  samples: string
  problems: readonly InputProblem[]
  warnings: readonly InputProblem[]
  resources: readonly ResourceResult[]
}

/** Ids that are told of one matter; the rest is counted. */
const idsTold = 10

/** `entities`: how many are printed of each resource. */
export function describeMappingTest(test: MappingTest, { entities }: { entities: number }): string {
  return [
    `Tested ${test.mapping} on ${test.samples}`,
    ...section("Wrong", test.problems.map(describeProblem)),
    ...section("Worth a look", test.warnings.map(describeProblem)),
    ...test.resources.flatMap((result) => ["", ...describeResource(result, entities)]),
    "",
    verdict(test),
  ].join("\n")
}

function describeResource(result: ResourceResult, printed: number): string[] {
  const { entities, filteredOut, excluded, failures } = result
  const told = entities.slice(0, printed)
  const counts = [
    counted(result.read, "object", "objects"),
    counted(entities.length, "entity", "entities"),
    ...(filteredOut.length > 0 ? [`${filteredOut.length} filtered out`] : []),
    ...(failures.length > 0 ? [`${failures.length} not mapped`] : []),
    ...(result.without > 0 ? [`${result.without} without items`] : []),
  ]
  return [
    `resources[${result.index}] ${result.kind} → ${result.blueprint}: ${counts.join(", ")}`,
    ...told.flatMap(({ entity }) => indented(JSON.stringify(entity, undefined, 2))),
    ...(entities.length > told.length
      ? [`  … ${entities.length - told.length} more; --all prints them`]
      : []),
    ...result.nulls.map((field) => `  null: ${describeField(field)}${placeText(field)}`),
    ...listed("filtered out by selector.query", filteredOut),
    ...listed("excluded by the selector's other keys", excluded),
    ...failures.map(({ object, reason }) => `  not mapped: ${object}: ${reason}`),
    ...result.unread.map((reason) => `  not read: ${reason}`),
  ]
}

/** The path is told already; a line of a file is news. */
function placeText({ where, path }: ResourceResult["nulls"][number]): string {
  return where.endsWith(path) ? "" : `, at ${where}`
}

function verdict({ problems, resources }: MappingTest): string {
  const failed = resources.reduce((sum, { failures }) => sum + failures.length, 0)
  if (problems.length > 0) {
    return `The mapping is wrong in ${counted(problems.length, "place", "places")}.`
  }
  if (failed > 0) return `The mapping is wrong for ${counted(failed, "object", "objects")}.`
  if (resources.some(({ unread }) => unread.length > 0)) return "Not all could be read to try the mapping on."
  if (resources.length === 0) return "The mapping has no resources: a resync would do nothing."
  return "The mapping is right."
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `  ${line}`)]
}

function listed(what: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return []
  const rest = ids.length > idsTold ? ` … and ${ids.length - idsTold} more` : ""
  return [`  ${what}: ${ids.slice(0, idsTold).join(", ")}${rest}`]
}

function indented(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`)
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
