// What a person should look at after a run, each thing told once with its count.
import type { MappedBatch } from "../mapping/map-batch.ts"
import {
  describeField,
  type FieldNote,
  gatherMappingProblems,
  type MappingProblems,
  type ToldProblems,
} from "../mapping/mapping-problems.ts"
import type { Resource } from "../port/app-config.ts"
import type { Entity } from "../port/entity.ts"
import { createDuplicates, type ToldDuplicates } from "./duplicates.ts"
import type { Origin } from "./kind.ts"

export interface RunNotes {
  /** What one batch of a resource was mapped to; `idOf` gives the id of the object at a position of the batch. */
  add(resource: Resource, batch: MappedBatch, idOf?: (index: number) => string | undefined): void
  /** The entities of that batch, to find those that are made more than once. */
  made(resource: Resource, entities: readonly { entity: Entity; origin: Origin }[]): void
  /** Something that happens to single entities and is told as one sentence with a count. */
  count(sentence: string): void
  sentences(): string[]
  /** Fields that are null in some entities: probably data that may be missing, so one line a resource, for a closer look. */
  partialNulls(): string[]
  /** Fields that never have a value, or whose expressions fail. */
  emptyFields(): { kind: string; field: string }[]
  /** All of it, for the run that this one is a part of. */
  told(): ToldNotes
  /** `resourceOf` gives the resource at a position of the mapping. */
  take(told: ToldNotes, resourceOf: (index: number) => Resource | undefined): void
}

/** JSON. */
export interface ToldNotes {
  problems: [index: number, problems: ToldProblems][]
  duplicates: ToldDuplicates
  counts: [sentence: string, count: number][]
}

/** Reasons for unmapped objects that are told of one resource. */
const reasonsTold = 5

export function createRunNotes(): RunNotes {
  const problems = new Map<Resource, MappingProblems>()
  const duplicates = createDuplicates()
  const counts = new Map<string, number>()

  function problemsOf(resource: Resource): MappingProblems {
    const known = problems.get(resource) ?? gatherMappingProblems()
    problems.set(resource, known)
    return known
  }

  function count(sentence: string, more = 1): void {
    counts.set(sentence, (counts.get(sentence) ?? 0) + more)
  }

  return {
    add: (resource, batch, idOf) => problemsOf(resource).add(batch, idOf),
    made: duplicates.note,
    count: (sentence) => count(sentence),
    told: () => ({
      problems: [...problems].map(([{ index }, gathered]) => [index, gathered.told()]),
      duplicates: duplicates.told(),
      counts: [...counts],
    }),
    take(told, resourceOf) {
      for (const [index, gathered] of told.problems) {
        const resource = resourceOf(index)
        if (resource) problemsOf(resource).take(gathered)
      }
      duplicates.take(told.duplicates)
      for (const [sentence, more] of told.counts) count(sentence, more)
    },
    sentences: () => [
      ...[...problems].flatMap(([resource, gathered]) => sentencesOf(resource, gathered)),
      ...duplicates.sentences(),
      ...[...counts].map(([sentence, count]) => `${count} ${sentence}`),
    ],
    partialNulls: () => [...problems].flatMap(([resource, gathered]) => partialNullsOf(resource, gathered)),
    emptyFields: () =>
      [...problems].flatMap(([{ kind }, gathered]) =>
        tellingFields(gathered.fields()).map((field) => ({ kind, field: describeField(field) })),
      ),
  }
}

/** Fields whose expression is probably a mistake: null in every entity, or with an error. */
function tellingFields(fields: readonly FieldNote[]): FieldNote[] {
  return fields.filter((field) => field.always || field.error !== undefined)
}

function sentencesOf(resource: Resource, gathered: MappingProblems): string[] {
  const where = placeOf(resource)
  const failures = gathered.failures().slice(0, reasonsTold)
  return [
    ...tellingFields(gathered.fields()).map((field) => `${where}: ${describeField(field)}`),
    ...failures.map(({ reason, count, example }) => {
      const told = example === undefined ? "" : `, for example ${resource.kind} ${example}`
      return `${where}: ${count} not mapped${told}: ${reason}`
    }),
  ]
}

function partialNullsOf(resource: Resource, gathered: MappingProblems): string[] {
  const fields = gathered.fields()
  const telling = tellingFields(fields)
  const sometimes = fields.filter((field) => !telling.includes(field))
  return sometimes.length > 0 ? [`${placeOf(resource)}: ${sometimes.map(describeField).join("; ")}`] : []
}

function placeOf({ index, kind }: Resource): string {
  return `resources[${index}] (${kind})`
}
