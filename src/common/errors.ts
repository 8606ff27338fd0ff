// The errors this program throws on purpose, and the text of any other thrown thing.

/** Something a person can mend: what is wrong, and in `hint` what to do about it. Printed without a stack. */
export class AppError extends Error {
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = "AppError"
    this.code = code
    this.hint = options.hint
  }
}

/** One wrong place in what a person wrote: a setting, a mapping, a request. */
export interface InputProblem {
  /** Where: a variable's name, `config.yaml:4:14`, or a path such as `resources[2].port`. */
  where: string
  what: string
  /** How to mend it, where there is more to say than `what` does. */
  hint?: string
}

/** Input of a person that cannot be used, with every problem found in it. */
export class InvalidInput extends AppError {
  readonly problems: readonly InputProblem[]

  constructor(subject: string, problems: readonly InputProblem[]) {
    super("invalid_input", `${subject}: ${problems.map(describeProblem).join("; ")}`)
    this.name = "InvalidInput"
    this.problems = problems
  }
}

export function describeProblem(problem: InputProblem): string {
  return `${problem.where}: ${problem.what}${problem.hint ? ` (${problem.hint})` : ""}`
}

/** Whether an error only says that the work was cancelled. */
export function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "AbortError" || (error as { code?: string }).code === "ABORT_ERR")
  )
}

/** One line for any thrown thing, its causes included. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.message || error.name
  const nested = error instanceof AggregateError ? error.errors.map(errorText).join("; ") : ""
  const cause = error.cause === undefined ? nested : errorText(error.cause)
  return cause && !own.includes(cause) ? `${own}: ${cause}` : own
}
