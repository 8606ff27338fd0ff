import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

/** Where CI wants the results as JSON too. */
const report = process.env.TEST_REPORT

export default defineConfig({
  test: {
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/deploy/**", "test/browser/**"],
          testTimeout: 30_000,
          // They wait for sockets and disks most of the time: with one less than there are cores, half of two would idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        // The pages in a browser, which `npm run test:tools` brings; one browser at a time.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/support/build-pages.ts"],
          fileParallelism: false,
          // A browser on a crowded machine may miss a moment; what is broken fails twice.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Starts the program as its users do, in processes of its own; slower, so apart.
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 60_000 },
      },
      {
        // What people install: package, image, chart, pipelines. Needs what `npm run test:deploy` builds and finds.
        test: {
          name: "deploy",
          include: ["test/deploy/**/*.test.ts"],
          // A crowded machine installs a package, or unpacks an image, at a tenth of its speed.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
