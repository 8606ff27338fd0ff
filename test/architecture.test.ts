// Holds the shape of the code: the order of imports between areas, where packages may be used, and the size of files.
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize, relative } from "node:path"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "..")

/** From below to above; areas of one row are strangers to each other. An area imports only rows below it. */
const rows: readonly (readonly string[])[] = [
  ["common"],
  ["port", "database"],
  ["mapping"],
  ["resync"],
  ["listeners", "live-events"],
  ["integration.ts"],
  ["host"],
  ["sentry", "catalog", "simulator", "pages"],
  ["cli"],
]

/** Packages and globals that have a home, so that replacing one touches one place. */
const homes: readonly { what: RegExp; allowed: RegExp; why: string }[] = [
  { what: /from "undici"/, allowed: /^src\/common\//, why: "HTTP goes through common/http-client.ts" },
  { what: /from "(pg|node:sqlite)"/, allowed: /^src\/database\//, why: "one database area" },
  { what: /from "jq-wasm"/, allowed: /^src\/mapping\//, why: "the engine belongs to the mapping" },
  {
    what: /(from |import\()"@platformatic\/kafka"/,
    allowed: /^src\/(listeners|live-events)\//,
    why: "listeners and live events alone speak to Kafka",
  },
  { what: /from "pino"/, allowed: /^src\/common\/logger\.ts$/, why: "all others take a Logger" },
  { what: /"prom-client"/, allowed: /^src\/common\/metrics\.ts$/, why: "all others take Metrics" },
  {
    what: /AsyncLocalStorage/,
    allowed: /^src\/common\/log-context\.ts$/,
    why: "what is passed on unseen is hard to follow; log fields are the one exception",
  },
  { what: /\bprocess\.env\b/, allowed: /^src\/cli\/settings-sources\.ts$/, why: "settings have one source" },
  {
    what: /\bprocess\.exit\b/,
    allowed: /^src\/cli\/main\.ts$/,
    why: "only the main program ends the process",
  },
]

const files = listFiles(join(root, "src")).map((path) => ({
  path,
  text: readFileSync(join(root, path), "utf8"),
}))
const imports = files.flatMap(({ path, text }) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target = ""]) => ({
    from: path,
    to: normalize(join(dirname(path), target)),
  })),
)

describe("the order of imports", () => {
  it("finds files and imports to hold it against", () => {
    expect(files.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(100)
  })

  it("knows every area", () => {
    expect(files.map(({ path }) => areaOf(path)).filter((area) => rowOf(area) === -1)).toEqual([])
  })

  it("is kept: an area imports only rows below it", () => {
    const wrong = imports.filter(({ from, to }) => {
      if (isTest(from) || areaOf(from) === areaOf(to)) return false
      return rowOf(areaOf(to)) >= rowOf(areaOf(from))
    })
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it("holds for tests too, which may reach only what their file may", () => {
    const wrong = imports.filter(({ from, to }) => isTest(from) && rowOf(areaOf(to)) > rowOf(areaOf(from)))
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })
})

describe("the pages", () => {
  const pages = listFiles(join(root, "web"), /\.tsx?$/).map((path) => ({
    path,
    text: readFileSync(join(root, path), "utf8"),
  }))
  const ofSources = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/^import (.*?) from "((?:\.\.\/)+src\/[^"]+)"/gm)].map(
      ([, what = "", target = ""]) => ({
        path,
        what,
        target: normalize(join(dirname(path), target)),
      }),
    ),
  )

  it("know of the program nothing but the types of Port's language", () => {
    expect(ofSources.length).toBeGreaterThan(0)
    const wrong = ofSources.filter(
      ({ what, target }) => !what.startsWith("type ") || !target.startsWith("src/port/"),
    )
    expect(wrong).toEqual([])
  })

  it("are in files of one idea each", () => {
    const lengths = pages.map(({ path, text }) => ({ path, lines: text.split("\n").length }))
    expect(lengths.length).toBeGreaterThan(20)
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([])
    const sorted = lengths.map(({ lines }) => lines).sort((left, right) => left - right)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(120)
  })
})

describe("packages at home", () => {
  it.each(homes)("$what only where it belongs: $why", ({ what, allowed }) => {
    const users = files.filter(({ path, text }) => !isTest(path) && what.test(text)).map(({ path }) => path)
    expect(users.length).toBeGreaterThan(0)
    expect(users.filter((path) => !allowed.test(path))).toEqual([])
  })
})

describe("files", () => {
  const sources = files.filter(({ path }) => !isTest(path))

  it("are one idea each: none over 400 lines, the median under 120", () => {
    const lengths = sources.map(({ path, text }) => ({ path, lines: text.split("\n").length }))
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([])
    const sorted = lengths.map(({ lines }) => lines).sort((left, right) => left - right)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(120)
  })

  it("are no barrels: nothing is called index but the two lists", () => {
    const barrels = sources.map(({ path }) => path).filter((path) => /\/index\.ts$/.test(path))
    const lists = ["src/catalog/migrations/index.ts", "src/sentry/kinds/index.ts"]
    expect(barrels.filter((path) => !lists.includes(path))).toEqual([])
  })
})

function listFiles(folder: string, name = /\.ts$/): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

/** `src/port/client.ts` is of `port`; a file directly in `src` is an area of its own. */
function areaOf(path: string): string {
  return path.split("/")[1] ?? ""
}

function rowOf(area: string): number {
  return rows.findIndex((row) => row.includes(area))
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts")
}
