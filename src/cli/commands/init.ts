// Writes what a person needs to begin: settings to fill in, and the resources of a preset to look at and to change.
import { lstatSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { errorText, InvalidInput } from "../../common/errors.ts"
import { presets } from "../../sentry/defaults/presets.ts"
import { exitCodes } from "../exit-codes.ts"
import { initFiles, type NewFile } from "../init-files.ts"
import { systemFiles, systems } from "../install/systems.ts"
import { ownCommand } from "../own-command.ts"

export interface InitFlags {
  preset: string
  /** Files for a system that runs the program, instead of settings and a preset. */
  system?: string
  /** With `system`: the variant that runs the image. */
  docker?: boolean
  dir: string
  /** Files that exist are written over. */
  force: boolean
}

/** Throws `InvalidInput`, with nothing written, where a file exists already. */
export function init(flags: InitFlags): number {
  const { preset: name, system, dir, force } = flags
  if (system !== undefined) return initSystem(system, flags)
  if (flags.docker) {
    throw new InvalidInput("Nothing was written", [
      { where: "--docker", what: "goes with --system", hint: "--system github, for example" },
    ])
  }
  const preset = presets.find((one) => one.name === name)
  if (!preset) {
    const known = presets.map((one) => one.name).join(", ")
    throw new InvalidInput("Nothing was written", [
      { where: "--preset", what: `there is no preset "${name}"`, hint: `one of ${known}` },
    ])
  }
  const files = initFiles(preset)
  writeAll(dir, files, force)
  process.stdout.write(nextSteps(dir, files))
  return exitCodes.success
}

function initSystem(name: string, { docker = false, dir, force }: InitFlags): number {
  const system = systems.find((one) => one.name === name)
  const problem =
    system === undefined
      ? { where: "--system", what: `there is no system "${name}"` }
      : docker && !system.dockerFiles
        ? { where: "--docker", what: `${name} has one variant only`, hint: "leave --docker out" }
        : undefined
  if (problem !== undefined || system === undefined) {
    throw new InvalidInput("Nothing was written", problem === undefined ? [] : [problem])
  }
  const files = systemFiles(system, { docker })
  writeAll(dir, files, force)
  const written = files.map(({ path }) => `wrote ${join(dir, path)}\n`).join("")
  const steps = [...system.next, publishedUnder].map((text, at) => `  ${at + 1}. ${text}\n`).join("")
  process.stdout.write(`${written}\nNext:\n${steps}`)
  return exitCodes.success
}

/** Until somebody of ours owns them. */
const publishedUnder =
  "Names below example.com stand for where you publish package, image and chart: docs/install/README.md tells how."

function writeAll(dir: string, files: readonly NewFile[], force: boolean): void {
  if (!force) refuseExisting(dir, files)
  for (const file of files) write(dir, file)
}

function refuseExisting(dir: string, files: readonly NewFile[]): void {
  const existing = files.filter(({ path }) => lstatSync(join(dir, path), { throwIfNoEntry: false }))
  if (existing.length === 0) return
  throw new InvalidInput(
    "Nothing was written",
    existing.map(({ path }) => ({
      where: join(dir, path),
      what: "exists already",
      hint: "--force writes over it, --dir names another folder",
    })),
  )
}

function write(dir: string, { path, content }: NewFile): void {
  const place = join(dir, path)
  try {
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, content)
  } catch (error) {
    throw new InvalidInput("Not everything was written", [{ where: place, what: errorText(error) }])
  }
}

function nextSteps(dir: string, files: readonly NewFile[]): string {
  const here = resolve(dir) === process.cwd()
  const file = (name: string) => join(dir, name)
  return `${files.map(({ path }) => `wrote ${file(path)}\n`).join("")}
Next:
  1. Fill in sentryOrganization in ${file("config.yaml")}.
  2. cp ${file(".env.example")} ${file(".env")}, and fill in the token; Port's credentials too, if you use Port.
  3. Look at the mapping and the blueprints in ${file(".port/resources")}: the first start installs them.
  4. ${ownCommand()}${here ? "" : ` run ${dir}`}
`
}
