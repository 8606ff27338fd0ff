// A jq expression that is nothing but a text.

/** The text of a jq string constant such as `"sentryIssue"` or `'sentryIssue'`; undefined for any other expression. */
export function constantText(expression: unknown): string | undefined {
  if (typeof expression !== "string") return undefined
  return /^\s*(["'])([^"'\\]+)\1\s*$/.exec(expression)?.[2]
}
