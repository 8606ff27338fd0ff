// Everything from outside passes a Zod schema once; what does not fit becomes problems with their places.
import type { z } from "zod"
import { AppError, InvalidInput } from "./errors.ts"

/**
 * A peer's answer as the schema gives it, or an `AppError` (`odd_answer`) that names every wrong place: nothing that the
 * user wrote, so no `InvalidInput`.
 */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, subject: string, hint?: string): T {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  const problems = issuesOf(result.error).map(
    ({ path, what }) => `${pathText(path) || "(top)"}: ${plainly(what)}`,
  )
  throw new AppError(
    "odd_answer",
    `${subject} is not as expected: ${problems.join("; ")}`,
    hint === undefined ? {} : { hint },
  )
}

/** What a person wrote as the schema gives it, or an `InvalidInput` with every wrong place. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, subject: string): T {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  const problems = issuesOf(result.error).map(({ path, what }) => {
    return { where: pathText(path) || subject, what: plainly(what) }
  })
  throw new InvalidInput(`${subject} cannot be used`, problems)
}

/** Zod's own words are a programmer's. */
function plainly(what: string): string {
  return what
    .replace(/^Invalid input: expected (.+), received undefined$/, "$1 missing")
    .replace(/^Invalid input: /, "")
}

/** Keys and positions, from the top of a value to a place in it. */
export type ValuePath = readonly (string | number)[]

/** One wrong place of a value. */
export interface ValueIssue {
  path: ValuePath
  what: string
}

/** A Zod error as places and sentences, one for each mistake. */
export function issuesOf(error: z.ZodError): ValueIssue[] {
  return error.issues.flatMap((issue) => issuesOfOne(issue, []))
}

/**
 * Of a union, what is wrong inside the form that the value comes closest to; a value of no form gets the union's own
 * sentence.
 */
function issuesOfOne(issue: z.core.$ZodIssue, above: ValuePath): ValueIssue[] {
  const path = [...above, ...(issue.path as (string | number)[])] // what is parsed here is JSON, which has no symbols
  if (issue.code === "invalid_union") {
    const inside = issue.errors
      .filter((issues) => issues.length > 0 && issues.every((one) => one.path.length > 0))
      .reduce<z.core.$ZodIssue[] | undefined>(
        (least, issues) => (least && least.length <= issues.length ? least : issues),
        undefined,
      )
    if (inside) return inside.flatMap((one) => issuesOfOne(one, path))
  }
  return [{ path, what: issue.message }]
}

/** `["resources", 2, "port"]` as `resources[2].port`; keys that are no plain words in quotes. */
export function pathText(path: ValuePath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`
    if (!/^[\w$-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`
    return text ? `${text}.${part}` : part
  }, "")
}

/** The message of a schema: what is needed there, and what stands there instead. */
export function expected(what: string): (issue: { input?: unknown }) => string {
  return ({ input }) =>
    input === undefined ? `required: ${what}` : `expected ${what}, not ${described(input)}`
}

function described(value: unknown): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object") return "an object"
  const text = JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}
