import { expect, it } from "vitest"
import { keepStatements } from "./kept-statements.ts"

/** Statements of which it is known how often each was prepared. */
function counted(characters?: number) {
  const kept = keepStatements<{ text: string }>(characters)
  const made: string[] = []
  const use = (text: string) =>
    kept.of(text, () => {
      made.push(text)
      return { text }
    })
  return { use, made }
}

it("prepares a statement once", () => {
  const { use, made } = counted()
  expect(use("select 1")).toBe(use("select 1"))
  expect(made).toEqual(["select 1"])
})

it("lets the longest unused ones go, by the length of all texts", () => {
  const { use, made } = counted(12)
  for (const text of ["aaaa", "bbbb", "cccc", "aaaa", "dddd", "aaaa", "bbbb"]) use(text)
  expect(made).toEqual(["aaaa", "bbbb", "cccc", "dddd", "bbbb"])
})

it("does not let all others go for one that is too long", () => {
  const { use, made } = counted(6)
  for (const text of ["aaaa", "far too long", "aaaa", "far too long"]) use(text)
  expect(made).toEqual(["aaaa", "far too long", "far too long"])
})
