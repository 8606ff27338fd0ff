// Events without the tag: some ways show them as a row without a value. Whether Sentry's own list of values has them, as
// a value "", differs between servers; the first issue that has such events is asked exactly, and tells.
import type { RawObject } from "../../resync/kind.ts"
import type { RunContext } from "../run-context.ts"
import { askExactly } from "./exact.ts"
import type { FoundValues } from "./explore-rows.ts"
import type { TagWay } from "./plan.ts"
import { inOrder, tagValue } from "./values.ts"

export interface FoundTags {
  way: TagWay
  key: string
  id: string
  found: FoundValues
}

/** The values as its own list has them; undefined where that cannot be told, and the issue is to be asked. */
export async function settleNameless(
  context: RunContext,
  { way, key, id, found }: FoundTags,
  signal: AbortSignal,
): Promise<RawObject[] | undefined> {
  const values = found.values.map((numbers) => tagValue(key, numbers))
  if (!found.nameless) return inOrder(values)
  const { nameless } = context.tags
  const learned = nameless.get(`${way} ${key}`)
  if (learned) {
    if (learned.state === "left-out") return inOrder(values)
    return inOrder([...values, { ...tagValue(key, found.nameless), name: learned.name }])
  }
  const answer = await askExactly(context.client, id, key, signal)
  if (!answer.ok) return undefined
  const listed = answer.value.find(({ value }) => value === "")
  const named = answer.value.filter((value) => value !== listed)
  if (!isSame(values, named)) {
    context.tags.off.set(way, `it does not know the values of ${key} as the issues do`)
    return inOrder(answer.value)
  }
  nameless.set(`${way} ${key}`, listed ? { state: "listed", name: listed.name ?? "" } : { state: "left-out" })
  return inOrder(answer.value)
}

function isSame(left: readonly RawObject[], right: readonly RawObject[]): boolean {
  const text = (values: readonly RawObject[]) => JSON.stringify(values.map(({ value }) => value).sort())
  return text(left) === text(right)
}
