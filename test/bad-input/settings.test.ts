// Every setting with a wrong value, in every place where it may be written: told where, what and how, all at once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { listSettings, type Setting } from "../../src/cli/settings/setting-list.ts"
import { readSettings } from "../../src/cli/settings-sources.ts"
import { describeProblem, type InputProblem, InvalidInput } from "../../src/common/errors.ts"
import type { JsonObject, JsonValue } from "../../src/common/json.ts"

interface Written {
  flags?: Record<string, unknown>
  environment?: Record<string, string>
  files?: Record<string, string>
}

interface Place {
  name: string
  /** How settings get wrong values there; where that is not possible, undefined. */
  write(wrong: readonly (readonly [Setting, JsonValue])[]): Written
  /** What a problem's place looks like. */
  where(setting: Setting): RegExp
  /** Whether a value keeps its JSON type there. */
  typed: boolean
}

const mark = "s3cr3t-mark"

/** For each form of setting the values that are none, as text; `null`: any text is one. */
const wrongTexts: Record<string, readonly string[] | null> = {
  text: null,
  "text, lower-cased": null,
  path: null,
  "true or false": [`perhaps-${mark}`, "2", "tru"],
  "whole number": [`5m-${mark}`, "1.5", "0x10", "", "1e3", "99999999999999999999", "-7"],
  URL: [`sentry-${mark}.io`, "ftp://a.example", "https://", "http:// a"],
  "span, such as `30d`": [`soon-${mark}`, "30", "-1d"],
  "minutes, or `1h`": [`soon-${mark}`, "90s", "*/5 * * * *"],
  choice: [`neither-${mark}`],
  list: ['["a", 1]', '[{"a":1}]', "[", '{"a":1}'],
  key: [`short-${mark}`, "ab"],
  "Kafka address": [`kafka://${mark}:x@broker/topic`, "kafka://broker:9092/", "http://broker:9092/topic"],
  "path or URL": [`mysql://root:${mark}@db/x`],
}

const wrongValues: readonly JsonValue[] = [{ a: mark }, [mark, [1]]]

const settings = listSettings()

const places: readonly Place[] = [
  {
    name: "its variable",
    write: (wrong) => ({
      environment: Object.fromEntries(wrong.map(([{ variable }, value]) => [variable, asText(value)])),
    }),
    where: ({ variable }) => new RegExp(`^${variable}: `),
    typed: false,
  },
  {
    name: "JSON in its parent's variable",
    write: (wrong) => {
      const tree: JsonObject = {}
      for (const [setting, value] of wrong) setAt(tree, setting.path.split("."), value)
      const entries = Object.entries(tree).filter(([, value]) => typeof value === "object")
      return {
        environment: Object.fromEntries(
          entries.map(([name, value]) => [`OCEAN__${snake(name)}`, JSON.stringify(value)]),
        ),
      }
    },
    where({ path }) {
      const [top = "", ...rest] = path.split(".")
      return new RegExp(`^OCEAN__${snake(top)}: ${rest.join("\\.")}: `)
    },
    typed: true,
  },
  {
    name: ".env",
    write: (wrong) => ({
      files: {
        ".env": wrong.map(([{ variable }, value]) => `${variable}='${asText(value)}'\n`).join(""),
      },
    }),
    where: ({ variable }) => new RegExp(`^\\.env:\\d+: ${variable}: `),
    typed: false,
  },
  {
    name: "config.yaml",
    write(wrong) {
      const tree: JsonObject = {}
      for (const [setting, value] of wrong) setAt(tree, setting.path.split("."), value)
      return { files: { "config.yaml": JSON.stringify(tree, null, 2) } } // JSON is YAML
    },
    where: ({ path }) => new RegExp(`^config\\.yaml:\\d+:\\d+: ${path.replaceAll(".", "\\.")}: `),
    typed: true,
  },
  {
    name: "its option",
    write: (wrong) => ({
      flags: Object.fromEntries(wrong.map(([{ path }, value]) => [path, asText(value)])),
    }),
    where: ({ flag }) => new RegExp(`^${flag}: `),
    typed: false,
  },
]

const rows = places.flatMap((place) =>
  settings
    // A setting without a parent cannot stand in its parent's JSON.
    .filter(({ path }) => !place.name.startsWith("JSON") || path.includes("."))
    .map((setting) => ({ place, setting, path: setting.path, where: place.name })),
)

it.each(rows)("$path in $where is refused, with its place and what is expected", ({ place, setting }) => {
  for (const value of wrongFor(setting, place)) {
    const problems = problemsOf(place.write([[setting, value]])).filter((problem) =>
      isAbout(problem, setting),
    )
    expect(problems, JSON.stringify(value)).toHaveLength(1)
    const [problem] = problems
    if (!problem) continue
    const text = describeProblem(problem)
    expect(text).toMatch(place.where(setting))
    expect(text).toMatch(/expected |must be |empty/)
    expect(text).not.toContain("\n")
    if (setting.info.secret !== "no") expect(text).not.toContain(mark)
  }
})

it.each(places)("all of them in $name are told at once", (place) => {
  const wrong = settings.flatMap((setting) => {
    const [first] = wrongFor(setting, place)
    const fits = !place.name.startsWith("JSON") || setting.path.includes(".")
    return first === undefined || !fits ? [] : [[setting, first] as const]
  })
  expect(wrong.length).toBeGreaterThan(30)
  const problems = problemsOf(place.write(wrong))
  for (const [setting] of wrong) {
    const own = problems.filter((problem) => place.where(setting).test(describeProblem(problem)))
    expect(own, setting.path).toHaveLength(1)
  }
})

it("the places of several sources are told together", () => {
  const wrong = places.map((place, at) => {
    const setting = settings.filter(({ info }) => info.type === "whole number")[at]
    if (!setting) throw new Error("too few settings")
    return { place, setting }
  })
  const all = wrong
    .filter(({ place, setting }) => !place.name.startsWith("JSON") || setting.path.includes("."))
    .map(({ place, setting }) => ({ place, setting, written: place.write([[setting, "many"]]) }))
  const problems = problemsOf({
    flags: Object.assign({}, ...all.map(({ written }) => written.flags)),
    environment: Object.assign({}, ...all.map(({ written }) => written.environment)),
    files: Object.assign({}, ...all.map(({ written }) => written.files)),
  }).map(describeProblem)
  for (const { place, setting } of all) {
    expect(problems.filter((problem) => place.where(setting).test(problem))).toHaveLength(1)
  }
})

/** What the place can hold and the setting cannot mean. */
function wrongFor(setting: Setting, place: Place): JsonValue[] {
  const { type, emptyIsUnset } = setting.info
  const texts = wrongTexts[type]
  if (texts === undefined) throw new Error(`no wrong value is known for a setting of type ${type}`)
  const listed = (texts ?? []).filter((text) => text !== "-7" || refusesNegative(setting))
  const empty = emptyIsUnset ? [] : [" "]
  const typed = place.typed ? wrongValues.filter((value) => type !== "list" || Array.isArray(value)) : []
  return [...listed, ...empty, ...typed]
}

function refusesNegative({ schema }: Setting): boolean {
  return !schema.safeParse(-7).success
}

/** A wrong value may have a further consequence, told apart: a listener without its address. */
function isAbout(problem: InputProblem, { path, variable, flag }: Setting): boolean {
  const text = describeProblem(problem)
  return (
    !text.includes("missing, and the listener") &&
    [path, variable, flag, path.split(".").slice(1).join(".")].some(
      (name) => name !== "" && text.includes(name),
    )
  )
}

function problemsOf({ flags = {}, environment = {}, files = {} }: Written): readonly InputProblem[] {
  const folder = mkdtempSync(join(tmpdir(), "bad-settings-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  try {
    readSettings({ flags, environment, folder })
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems
  }
  return []
}

function asText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value)
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => `_${letters}`).toUpperCase()
}

function setAt(target: JsonObject, path: readonly string[], value: JsonValue): void {
  const [name = "", ...rest] = path
  if (rest.length === 0) {
    target[name] = value
    return
  }
  target[name] ??= {}
  setAt(target[name] as JsonObject, rest, value) // a group, made one line above or by an earlier setting in it
}
