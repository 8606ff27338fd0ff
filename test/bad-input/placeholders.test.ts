// The documentation's placeholders, and what pipelines leave of a variable that nobody defined: refused, never sent.
import { expect, it } from "vitest"
import { listSettings } from "../../src/cli/settings/setting-list.ts"
import { readSettings } from "../../src/cli/settings-sources.ts"
import { describeProblem, InvalidInput } from "../../src/common/errors.ts"

const config = "OCEAN__INTEGRATION__CONFIG__"
const hosts = [`${config}SENTRY_HOST`, "OCEAN__PORT__BASE_URL"]
const texts = [
  "OCEAN__PORT__CLIENT_ID",
  "OCEAN__PORT__CLIENT_SECRET",
  `${config}SENTRY_TOKEN`,
  `${config}SENTRY_ORGANIZATION`,
]

/** Where each stands in the older or newer page, its templates, or a pipeline's answer to an unknown name. */
const placeholders: [variable: string, value: string][] = [
  ["OCEAN__PORT__CLIENT_ID", "PORT_CLIENT_ID"],
  ["OCEAN__PORT__CLIENT_SECRET", "PORT_CLIENT_SECRET"],
  ["OCEAN__PORT__CLIENT_ID", "YOUR_PORT_CLIENT_ID"],
  ["OCEAN__PORT__CLIENT_SECRET", "YOUR_PORT_CLIENT_SECRET"],
  [`${config}SENTRY_TOKEN`, "SENTRY_TOKEN"],
  [`${config}SENTRY_HOST`, "SENTRY_HOST"],
  [`${config}SENTRY_ORGANIZATION`, "SENTRY_ORGANIZATION"],
  ["OCEAN__PORT__BASE_URL", "PORT_BASE_URL"],
  ...texts.flatMap((name): [string, string][] => [
    [name, "string"],
    [name, name],
    [name, "<YOUR_VALUE>"],
    [name, "<your value>"],
  ]),
  ...[...texts, ...hosts].flatMap((name): [string, string][] => [
    [name, `$(${name})`],
    [name, ` $(${name}) `],
    [name, `\${{ secrets.${name} }}`],
    [name, `\${${name}}`],
    [name, `$${name}`],
  ]),
]

it.each(placeholders)("%s=%s is refused with a sentence", (variable, value) => {
  const [problem, ...others] = problemsOf({ [variable]: value })
  expect(others).toEqual([])
  expect(problem).toMatch(new RegExp(`^${variable}: .*(placeholder|was not replaced).* \\(.+\\)$`))
})

it("what stands in angle brackets is not shown, since somebody may have put a secret there", () => {
  const problems = problemsOf({ [`${config}SENTRY_TOKEN`]: "<sntryu_s3cr3t>" })
  expect(problems).toHaveLength(1)
  expect(problems.join()).not.toContain("s3cr3t")
})

it.each(listSettings())("$variable: an undefined macro is named in every setting", ({ variable }) => {
  expect(problemsOf({ [variable]: "$(NOT_DEFINED)" })[0]).toContain("$(NOT_DEFINED) was not replaced")
})

it.each([
  ["OCEAN__PORT__CLIENT_SECRET", "a$(b"],
  ["OCEAN__PORT__CLIENT_SECRET", "$ecret"],
  ["OCEAN__PORT__CLIENT_SECRET", "xX<y>"],
  ["OCEAN__INTEGRATION__IDENTIFIER", "sentry"],
  ["OCEAN__INTEGRATION__IDENTIFIER", "string"],
  [`${config}SENTRY_ORGANIZATION`, "strings"],
  [`${config}SENTRY_ORGANIZATION`, "sentry_organization"],
])("%s=%s may be meant, and is taken", (variable, value) => {
  expect(problemsOf({ [variable]: value })).toEqual([])
})

it.each([
  [`${config}SENTRY_TOKEN`, "sntrys_abc", "an organization token"],
  [`${config}SENTRY_ORGANIZATION`, "Acme Inc.", "the slug of the Sentry organization"],
  [`${config}SENTRY_ORGANIZATION`, "https://acme.sentry.io", "the slug of the Sentry organization"],
  [`${config}SENTRY_HOST`, "https://me:secret@sentry.io", "http or https address"],
  [`${config}SENTRY_HOST`, "https://sentry.io/?a=b", "http or https address"],
])("%s=%s is refused, since Sentry would answer nothing but errors", (variable, value, said) => {
  const problems = problemsOf({ [variable]: value })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(new RegExp(`^${variable}: `))
  expect(problems[0]).toContain(said)
})

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readSettings({ flags: {}, environment, folder: "/no/such/folder" })
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems.map(describeProblem)
  }
  return []
}
