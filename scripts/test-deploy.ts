// Everything that people install, really installed and run: `npm run test:deploy`. Builds the package and the image, gets the
// tools, runs the tests of test/deploy, and prints what of the documentation's ways to install ran.
// `-- --keep` takes package and image of the last time; other words go to vitest.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { publishedNames } from "../src/cli/install/published-names.ts"
import { haveOriginals, withoutOriginals } from "../test/deploy/support/original-folder.ts"
import { buildImage } from "./build-image.ts"
import { installationTable } from "./deploy-table.ts"
import { type FoundTools, findTools } from "./deploy-tools.ts"
import { prepareContainers } from "./image/containers.ts"
import { packPackage } from "./image/pack.ts"
import { startCluster } from "./kubernetes/cluster.ts"
import { buildCommand, findKubernetes } from "./kubernetes/programs.ts"
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
  const started = new AsyncDisposableStack()
  try {
    const cluster = await withCluster(started)
    const code = await runVitest({ TEST_DEPLOY: built, TEST_REPORT: report, ...cluster })
    if (existsSync(report)) process.stdout.write(`\n${installationTable(readFileSync(report, "utf8"))}\n`)
    tellNotRun(notRun(found), process.env.TEST_REPORT)
    return code
  } finally {
    await started.disposeAsync()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Only where its programs are here already: building them takes half an hour. */
async function withCluster(started: AsyncDisposableStack): Promise<Record<string, string>> {
  const programs = findKubernetes()
  if (programs === undefined) return {}
  const { kubeconfig } = started.adopt(await startCluster(programs), (cluster) => cluster.stop())
  return { TEST_CLUSTER: JSON.stringify({ kubeconfig, kubectl: programs.kubectl }) }
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
    ...(findKubernetes() === undefined
      ? [
          `installing, upgrading and rolling back the chart on a real API server: it is not built yet, which takes half an hour (${buildCommand})`,
        ]
      : []),
    ...(haveOriginals ? [] : [withoutOriginals]),
    ...missing.map((tool) => `tests of test/deploy for want of ${tool}`),
  ]
}

process.exitCode = await main()
