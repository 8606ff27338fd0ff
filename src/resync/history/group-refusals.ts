// Pure: refusals that differ in names alone are one matter.
import type { JsonObject } from "../../common/json.ts"
import type { RefusedDelete, RefusedEntity } from "../run-record.ts"
import type { Grouped } from "./run-summary.ts"

const examplesShown = 20
const groupsShown = 50

export function groupRefusedEntities(refused: readonly RefusedEntity[]): Grouped<"message"> {
  return group(
    refused,
    "message",
    ({ message }) => message,
    ({ kind, blueprint, identifier, ...one }) => ({
      ...{ kind, blueprint, identifier, message: one.message, lost: one.lost },
      status: one.status ?? null,
      objectId: one.objectId ?? null,
    }),
  )
}

export function groupRefusedDeletes(refused: readonly RefusedDelete[]): Grouped<"reason"> {
  return group(
    refused,
    "reason",
    ({ reason }) => reason,
    ({ kind, blueprint, identifier, reason }) => ({
      ...{ kind, blueprint, identifier, reason },
    }),
  )
}

function group<T extends { identifier: string }, Key extends string>(
  all: readonly T[],
  key: Key,
  textOf: (one: T) => string,
  view: (one: T) => JsonObject,
): Grouped<Key> {
  const groups = [...Map.groupBy(all, (one) => withoutNames(textOf(one), one.identifier)).values()]
    .sort((left, right) => right.length - left.length)
    .slice(0, groupsShown)
    .map((alike) => {
      const [first] = alike
      const text = first
        ? alike.length > 1
          ? withoutNames(textOf(first), first.identifier)
          : textOf(first)
        : ""
      const told = { count: alike.length, examples: alike.slice(0, examplesShown).map(view) }
      return { [key]: text, ...told } as Grouped<Key>["groups"][number] // TypeScript widens a computed key
    })
  return { total: all.length, groups }
}

/** Texts name the entity, its object by number, and how many there are. */
function withoutNames(text: string, identifier: string): string {
  return text.replaceAll(identifier, "…").replaceAll(/\b\d{3,}\b/g, "…")
}
