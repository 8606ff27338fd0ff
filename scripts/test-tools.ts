// Runs the tests that need something a machine may lack, and gets it: `npm run test:tools`.
// PostgreSQL: found on the machine, or installed with apt-get where the machine has that and we are root.
// Kafka: found in ~/.cache/ocean-sentry-tools, or fetched into it with Maven; needs Java and openssl.
// Chromium: found on the machine, or installed with apt-get too.
// Port's own clients: found there too, or installed into it with pip; need Python 3.12 and 3.13.
import { spawn, spawnSync } from "node:child_process"
import { chromiumPath, findChromium, installChromium } from "./test-chromium.ts"
import { findMcpServer, findOcean } from "./test-clients.ts"
import { findKafka, startKafka } from "./test-kafka.ts"
import { findPostgres, startPostgres } from "./test-postgres.ts"

/** Names, for the closing lines, what could not be run and why. */
const notRun: string[] = []

/** The tests that take a server's address from the environment; all others have run without it. */
const postgresTests = [
  "src/database",
  "src/catalog",
  "src/host",
  "src/live-events",
  "src/resync/origin-store-database.test.ts",
  "src/resync/resync-duty.test.ts",
  "src/sentry/scan-state-database.test.ts",
  "src/sentry/webhooks/secret-store.test.ts",
  "test/e2e/catalog-killed.test.ts",
  "test/e2e/catalog-replicas.test.ts",
  "test/e2e/drop-in.test.ts",
  "test/e2e/live-replicas.test.ts",
  "test/e2e/replicas.test.ts",
]
const kafkaTests = ["test/listeners/kafka.test.ts"]
const browserTests = ["test/browser"]
const bothTests = ["test/e2e/kafka-stream.test.ts"]
const clientTests = { ocean: "test/conformance/ocean.test.ts", mcp: "test/conformance/mcp.test.ts" }

async function main(): Promise<number> {
  const started = new AsyncDisposableStack()
  try {
    const postgres = await withPostgres(started)
    const kafka = await withKafka(started)
    const chromium = withChromium()
    const clients = withClients()
    const files = [
      ...(postgres ? postgresTests : []),
      ...(kafka ? kafkaTests : []),
      ...(chromium ? browserTests : []),
      ...(postgres && kafka ? bothTests : []),
      ...clients.files,
    ]
    const environment = { ...postgres, ...kafka, ...chromium, ...clients.environment }
    return report(files.length === 0 ? 0 : await runVitest(files, environment))
  } finally {
    await started.disposeAsync()
  }
}

/** The variables for the tests; undefined where there is no server. */
type Variables = Record<string, string> | undefined

async function withPostgres(started: AsyncDisposableStack): Promise<Variables> {
  if (!findPostgres() && !installPostgres()) {
    notRun.push(
      "tests on PostgreSQL: no server found, and none could be installed (Debian: apt-get install postgresql)",
    )
    return undefined
  }
  const { url } = started.adopt(await startPostgres(), (postgres) => postgres.stop())
  return { TEST_POSTGRES_URL: url }
}

async function withKafka(started: AsyncDisposableStack): Promise<Variables> {
  const jars = findKafka()
  if (jars === undefined) {
    notRun.push(
      "tests on Kafka: no broker found, and none could be fetched (needs java, mvn and openssl; Debian: apt-get install default-jre-headless maven openssl)",
    )
    return undefined
  }
  const kafka = started.adopt(await startKafka(jars), (broker) => broker.stop())
  return { TEST_KAFKA: JSON.stringify(kafka), TEST_KAFKA_JARS: jars }
}

function withChromium(): Variables {
  const found = findChromium() ?? (installChromium() ? findChromium() : undefined)
  if (found === undefined) {
    notRun.push(
      "tests of the pages: no Chromium found, and none could be installed (Debian: apt-get install chromium)",
    )
    return undefined
  }
  return { TEST_CHROMIUM: chromiumPath(found) }
}

/** Port's integration framework and MCP server, as they come from PyPI. */
function withClients(): { files: string[]; environment: Record<string, string> } {
  const [ocean, mcp] = [findOcean(), findMcpServer()]
  if (ocean === undefined) {
    notRun.push(
      "conformance of port-ocean 0.56.2: not installed, and pip could not (needs Python 3.12 with venv, and PyPI; Debian: apt-get install python3.12-venv, or pyenv install 3.12)",
    )
  }
  if (mcp === undefined) {
    notRun.push(
      "conformance of mcp-server-port 0.2.21: not installed, and pip could not (needs Python 3.13 with venv, and PyPI; Debian: apt-get install python3.13-venv, or pyenv install 3.13)",
    )
  }
  return {
    files: [...(ocean ? [clientTests.ocean] : []), ...(mcp ? [clientTests.mcp] : [])],
    environment: { ...(ocean ? { TEST_OCEAN: ocean } : {}), ...(mcp ? { TEST_MCP_SERVER: mcp } : {}) },
  }
}

function installPostgres(): boolean {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return false
  process.stdout.write("Installing PostgreSQL for the tests …\n")
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "postgresql"],
  ]) {
    if (spawnSync("apt-get", args, { stdio: "inherit", env: environment }).status !== 0) return false
  }
  return findPostgres() !== undefined
}

function runVitest(files: readonly string[], environment: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(
      "vitest",
      [
        "run",
        "--project",
        "unit",
        "--project",
        "e2e",
        "--project",
        "browser",
        ...files,
        ...process.argv.slice(2),
      ],
      {
        stdio: "inherit",
        env: { ...process.env, ...environment },
      },
    )
    child.on("close", (code) => resolve(code ?? 1))
  })
}

function report(code: number): number {
  for (const line of notRun) process.stdout.write(`NOT RUN: ${line}\n`)
  return code
}

process.exitCode = await main()
