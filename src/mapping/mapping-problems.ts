// What a mapping could not make of a run's objects, gathered over many batches and told once per field.
import type { MappedBatch, NullField } from "./map-batch.ts"

export interface FieldNote extends NullField {
  /** The field was null in every entity of the run: the expression is probably wrong, not the data. */
  always: boolean
}

interface FailureNote {
  reason: string
  /** Raw objects. */
  count: number
  /** The id of the first, where it is known. */
  example?: string
}

/** One per resource of a run. */
export interface MappingProblems {
  /** `idOf` gives the id of the object at a position of the batch. */
  add(
    batch: Pick<MappedBatch, "entities" | "failures" | "nulls">,
    idOf?: (index: number) => string | undefined,
  ): void
  /** Always-null fields first, then by count. */
  fields(): FieldNote[]
  /** The most frequent first. */
  failures(): FailureNote[]
  /** All of it, for the run that this one is a part of. */
  told(): ToldProblems
  take(told: ToldProblems): void
}

/** JSON. */
export interface ToldProblems {
  entities: number
  fields: NullField[]
  failures: FailureNote[]
}

/** Reasons quote values, so that there may be as many as objects. */
const maximumReasons = 100

export function gatherMappingProblems(): MappingProblems {
  const fields = new Map<string, NullField>()
  const failures = new Map<string, FailureNote>()
  let entities = 0

  function addField(field: NullField): void {
    const known = fields.get(field.path)
    fields.set(field.path, known ? merge(known, field) : field)
  }

  function addFailure({ reason, count, example }: FailureNote): void {
    const told = failures.has(reason) || failures.size < maximumReasons ? reason : "other reasons"
    const known = failures.get(told)
    if (known) known.count += count
    else failures.set(told, { reason: told, count, ...(example === undefined ? {} : { example }) })
  }

  return {
    add(batch, idOf) {
      entities += batch.entities.length
      for (const field of batch.nulls) addField(field)
      for (const { reason, index } of batch.failures) addFailure(failureNote(reason, idOf?.(index)))
    },
    told: () => ({ entities, fields: [...fields.values()], failures: [...failures.values()] }),
    take(told) {
      entities += told.entities
      for (const field of told.fields) addField(field)
      for (const failure of told.failures) addFailure(failure)
    },
    fields: () =>
      [...fields.values()]
        .map((field) => ({ ...field, of: entities, always: field.count === entities }))
        .sort((left, right) => Number(right.always) - Number(left.always) || right.count - left.count),
    failures: () => [...failures.values()].sort((left, right) => right.count - left.count),
  }
}

/** `relations.assignedTo (.assignedTo.email) null in 412 of 500, for example 4605173695` */
export function describeField(note: FieldNote): string {
  const often = note.always ? `always null (${note.of})` : `null in ${note.count} of ${note.of}`
  const example = note.example === undefined ? "" : `, for example ${note.example}`
  const why = note.error === undefined ? "" : `: ${note.error}`
  return `${note.path} (${note.expression}) ${often}${example}${why}`
}

function failureNote(reason: string, example: string | undefined): FailureNote {
  return { reason, count: 1, ...(example === undefined ? {} : { example }) }
}

function merge(known: NullField, added: NullField): NullField {
  return { ...added, ...known, count: known.count + added.count, ...stopped(known, added) }
}

function stopped(left: NullField, right: NullField): { quarantined?: boolean } {
  return left.quarantined || right.quarantined ? { quarantined: true } : {}
}
