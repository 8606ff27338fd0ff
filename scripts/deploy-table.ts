// Which of the ways to install ran in the tests, row by row of the documentation's table.
import { basename } from "node:path"
import { z } from "zod"

const Report = z.looseObject({
  testResults: z.array(
    z.looseObject({ name: z.string(), assertionResults: z.array(z.looseObject({ status: z.string() })) }),
  ),
})

/** The documentation's ways, in its order, then what it does not have. */
export const installations: readonly { way: string; files: readonly string[] }[] = [
  {
    way: "Helm",
    files: [
      "chart.test.ts",
      "chart-scaling.test.ts",
      "chart-secrets.test.ts",
      "chart-values.test.ts",
      "chart-repository.test.ts",
    ],
  },
  {
    way: "Helm on an API server",
    files: [
      "cluster-install.test.ts",
      "cluster-upgrade.test.ts",
      "cluster-cron-job.test.ts",
      "cluster-pages.test.ts",
    ],
  },
  { way: "ArgoCD", files: ["argocd.test.ts"] },
  { way: "GitHub", files: ["github.test.ts"] },
  { way: "Jenkins", files: ["jenkins.test.ts"] },
  { way: "Azure DevOps", files: ["azure.test.ts"] },
  { way: "GitLab", files: ["gitlab.test.ts"] },
  { way: "Docker image", files: ["image.test.ts", "image-contract.test.ts", "dockerfile.test.ts"] },
  { way: "npm package", files: ["package.test.ts"] },
  { way: "Commands of the pages", files: ["pages.test.ts"] },
]

/** `report` is vitest's JSON. */
export function installationTable(report: string): string {
  const results = new Map(
    Report.parse(JSON.parse(report)).testResults.map(({ name, assertionResults }) => [
      basename(name),
      assertionResults.map(({ status }) => status),
    ]),
  )
  const lines = installations.map(({ way, files }) => {
    const statuses = files.flatMap((file) => results.get(file) ?? ["absent"])
    const count = (status: string) => statuses.filter((one) => one === status).length
    const [passed, failed] = [count("passed"), count("failed")]
    const notRun = statuses.length - passed - failed
    const verdict = failed > 0 ? "FAILED" : notRun > 0 ? (passed > 0 ? "in part" : "NOT RUN") : "ran"
    return `${way.padEnd(24)}${verdict.padEnd(10)}${passed} passed, ${failed} failed, ${notRun} not run`
  })
  return ["Way to install          Result    Tests", ...lines].join("\n")
}
