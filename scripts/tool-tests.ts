// Which tests take what `npm run test:tools` brings from the environment. Others run without it. A test holds the lists to
// what the test files ask for.

export const toolTests = {
  postgres: [
    "src/database",
    "src/catalog",
    "src/host",
    "src/live-events",
    "src/pages/mapping/dry-run-store.test.ts",
    "src/resync/held-entities-database.test.ts",
    "src/resync/origin-store-database.test.ts",
    "src/resync/resync-duty.test.ts",
    "src/resync/split/split-store.test.ts",
    "src/sentry/scan-state-database.test.ts",
    "src/sentry/webhooks/secret-store.test.ts",
    "test/contract",
    "test/e2e/catalog-killed.test.ts",
    "test/e2e/catalog-replicas.test.ts",
    "test/e2e/drop-in.test.ts",
    "test/e2e/dry-run-replicas.test.ts",
    "test/e2e/hosted-postgres.test.ts",
    "test/e2e/live-replicas.test.ts",
    "test/e2e/replicas.test.ts",
    "test/e2e/replicas-split.test.ts",
    "test/pages-api/sign-in.test.ts",
  ],
  kafka: ["test/listeners/kafka.test.ts"],
  postgresAndKafka: ["test/e2e/kafka-stream.test.ts"],
  chromium: ["test/browser"],
  ocean: ["test/conformance/ocean.test.ts"],
  mcp: ["test/conformance/mcp.test.ts"],
} as const satisfies Record<string, readonly string[]>
