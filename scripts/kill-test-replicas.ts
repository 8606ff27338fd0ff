// Four processes on one PostgreSQL, also while they share a resync, and again with Kafka between them, one of them killed
// again and again:
// `npm run kill-test-replicas -- 200`. A server is found on the machine, or named by TEST_POSTGRES_URL; a broker is fetched.
import { spawn } from "node:child_process"
import { findKafka, startKafka } from "./test-kafka.ts"
import { findPostgres, startPostgres } from "./test-postgres.ts"

async function main(): Promise<number> {
  const [kills = "50"] = process.argv.slice(2)
  const given = process.env.TEST_POSTGRES_URL
  if (given === undefined && !findPostgres()) {
    process.stdout.write("no PostgreSQL found (Debian: apt-get install postgresql)\n")
    return 1
  }
  await using started = new AsyncDisposableStack()
  const url = given ?? started.adopt(await startPostgres(), (server) => server.stop()).url
  const jars = findKafka()
  if (jars === undefined)
    process.stdout.write("NOT RUN: with Kafka, for which java, mvn and openssl are needed\n")
  const kafka = jars && started.adopt(await startKafka(jars), (broker) => broker.stop())
  return await test({
    TEST_POSTGRES_URL: url,
    TEST_REPLICA_KILLS: kills,
    ...(kafka ? { TEST_KAFKA: JSON.stringify(kafka) } : {}),
  })
}

function test(environment: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(
      "vitest",
      ["run", "--project", "e2e", "--testTimeout", "7200000", "test/e2e/replicas", "test/e2e/kafka-stream"],
      { stdio: "inherit", env: { ...process.env, ...environment } },
    )
    child.on("close", (code) => resolve(code ?? 1))
  })
}

process.exitCode = await main()
