// The chart on a real Kubernetes API server: `npm run test:api-server`. Builds what such a server needs into
// ~/.cache/ocean-sentry-tools, half an hour the first time, and runs those tests alone; from then on `npm run test:deploy` runs
// them, too. Words go to vitest, `-- cluster-cron-job` for one file.
import { spawn } from "node:child_process"
import { haveOriginals, withoutOriginals } from "../test/deploy/support/original-folder.ts"
import { findTools } from "./deploy-tools.ts"
import { startCluster } from "./kubernetes/cluster.ts"
import { buildKubernetes, findKubernetes, missingPrograms } from "./kubernetes/programs.ts"
import { tellNotRun } from "./not-run.ts"

async function main(): Promise<number> {
  const { tools } = findTools(["helm", "argocd-crds"])
  buildKubernetes()
  const programs = findKubernetes()
  if (programs === undefined || tools.helm === undefined) {
    const missing = [...missingPrograms(), ...(tools.helm === undefined ? ["helm"] : [])]
    tellNotRun(
      [`the chart on an API server: no ${missing.join(", ")} (needs Go and apt-get)`],
      process.env.TEST_REPORT,
    )
    return 1
  }
  const cluster = await startCluster(programs)
  try {
    return await runVitest({
      TEST_DEPLOY: JSON.stringify({ tools }),
      TEST_CLUSTER: JSON.stringify({ kubeconfig: cluster.kubeconfig, kubectl: programs.kubectl }),
    })
  } finally {
    tellNotRun(haveOriginals ? [] : [withoutOriginals], process.env.TEST_REPORT)
    await cluster.stop()
  }
}

function runVitest(environment: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const words = process.argv.slice(2)
    const files = words.some((word) => word.includes("cluster-")) ? [] : ["test/deploy/cluster-"]
    const child = spawn("vitest", ["run", "--project", "deploy", ...files, ...words], {
      stdio: "inherit",
      env: { ...process.env, ...environment },
    })
    child.on("close", (code) => resolve(code ?? 1))
  })
}

process.exitCode = await main()
