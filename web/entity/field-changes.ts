// The fields in which two states of an entity differ.

export interface FieldChange {
  /** `title`, `properties.status`, `relations.project`. */
  field: string
  before: unknown
  after: unknown
}

/** Every write changes these, so they tell nothing. */
const unsaid = new Set(["updatedAt", "updatedBy", "createdAt", "createdBy", "blueprint"])

export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
  const [left, right] = [fieldsOf(before), fieldsOf(after)]
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  return names
    .filter((field) => JSON.stringify(left[field] ?? null) !== JSON.stringify(right[field] ?? null))
    .map((field) => ({ field, before: left[field], after: right[field] }))
}

function fieldsOf(state: unknown): Record<string, unknown> {
  if (!isRecord(state)) return {}
  const { properties, relations, ...own } = state
  return Object.fromEntries([
    ...Object.entries(own).filter(([name]) => !unsaid.has(name)),
    ...Object.entries(isRecord(properties) ? properties : {}).map(([name, value]) => [
      `properties.${name}`,
      value,
    ]),
    ...Object.entries(isRecord(relations) ? relations : {}).map(([name, value]) => [
      `relations.${name}`,
      value,
    ]),
  ])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
