// Everything that people install, really installed and run: `npm run test:deploy`. Builds the package and the image, gets the
// tools, runs the tests of test/deploy, and prints what of the documentation's ways to install ran.
// `-- --keep` takes package and image of the last time; other words go to vitest.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { publishedNames } from "../src/cli/install/published-names.ts"
import { buildImage } from "./build-image.ts"
import { installationTable } from "./deploy-table.ts"
import { type FoundTools, findTools } from "./deploy-tools.ts"
import { prepareContainers } from "./image/containers.ts"
import { packPackage } from "./image/pack.ts"
import { tellNotRun } from "./not-run.ts"

const repository = fileURLToPath(new URL("..", import.meta.url))
const out = join(repository, ".cache", "deploy")
const kept = join(out, "built.json")
const words = process.argv.slice(2)

async function main(): Promise<number> {
  const found = findTools()
  const built = JSON.stringify({ ...prepare(found.tools.podman), tools: found.tools })
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-deploy-"))
  const report = process.env.TEST_REPORT ?? join(folder, "report.json")
  try {
    const code = await runVitest({ TEST_DEPLOY: built, TEST_REPORT: report })
    if (existsSync(report)) process.stdout.write(`\n${installationTable(readFileSync(report, "utf8"))}\n`)
    tellNotRun(notRun(found), process.env.TEST_REPORT)
    return code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The package, and the image made of it under the name that the documentation's pipelines use. */
function prepare(podman: string | undefined): object {
  if (words.includes("--keep") && existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as object
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    version: string
  }
  const tarball = packPackage(out)
  const image = buildImage({ tarball, out: join(out, "image") })
  const name = `${publishedNames.image}:${version}`
  const containers =
    podman && prepareContainers(join(out, "containers"), { podman, archive: image.archive, name })
  const built = { version, tarball, image: { ...image, name }, ...(containers ? { containers } : {}) }
  writeFileSync(kept, JSON.stringify(built))
  return built
}

function runVitest(environment: Record<string, string>): Promise<number> {
  const filters = words.filter((word) => word !== "--keep")
  return new Promise((resolve) => {
    const child = spawn("vitest", ["run", "--project", "deploy", ...filters], {
      stdio: "inherit",
      env: { ...process.env, ...environment },
    })
    child.on("close", (code) => resolve(code ?? 1))
  })
}

function notRun({ missing }: FoundTools): string[] {
  return [
    // Rendering, schemas and selectors are held by the tests; a cluster is what no script here starts yet.
    "installing, upgrading and rolling back the chart on a real API server",
    ...missing.map((tool) => `tests of test/deploy for want of ${tool}`),
  ]
}

process.exitCode = await main()
