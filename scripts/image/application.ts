// The program as it lies in the image: the npm package with what it needs to run, and nothing else.
import { spawnSync } from "node:child_process"
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"

/** Fills `root` with `/app` and the two names of the program. `tarball` is what `npm pack` made. */
export function layApplication(
  root: string,
  { tarball, repository }: { tarball: string; repository: string },
): void {
  const app = join(root, "app")
  mkdirSync(app, { recursive: true })
  run("tar", ["--extract", "--gzip", "--strip-components=1", "--file", tarball, "--directory", app], app)
  copyFileSync(join(repository, "package-lock.json"), join(app, "package-lock.json"))
  run("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], app)
  rmSync(join(app, "package-lock.json"))
  removeDevelopersPackages(app)
  removeDevelopersFiles(app)

  const image = join(repository, "deploy/image")
  mkdirSync(join(app, "image"))
  for (const name of ["entry.js", "health.js"]) copyFileSync(join(image, name), join(app, "image", name))
  const programs = join(root, "usr/local/bin")
  mkdirSync(programs, { recursive: true })
  for (const name of ["ocean", "ocean-sentry"]) cpSync(join(image, "ocean"), join(programs, name))
  // What must last goes to the one place that can be written to, where the chart mounts its volume.
  symlinkSync("/tmp/ocean", join(app, ".ocean-sentry"))
}

/** What is not installed is not named either, so that npm finds the folder complete. */
function removeDevelopersPackages(app: string): void {
  const path = join(app, "package.json")
  const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(path, "utf8")) as Record<
    string,
    unknown
  >
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
}

/** Types, maps, texts for readers: a third of the folder, and nothing that runs. Licences stay. */
function removeDevelopersFiles(app: string): void {
  const isForDevelopers = /\.(d\.[cm]?ts|map|[cm]?ts|md|markdown|flow)$/i
  for (const entry of readdirSync(app, { recursive: true, withFileTypes: true })) {
    const isLicence = /^(licen[cs]e|copying|notice)/i.test(entry.name)
    if (entry.isFile() && isForDevelopers.test(entry.name) && !isLicence) {
      rmSync(join(entry.parentPath, entry.name))
    }
  }
  rmSync(join(app, "node_modules/.bin"), { recursive: true, force: true })
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stderr}`)
}
