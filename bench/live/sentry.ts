// The Sentry process as the bench holds it.
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Pace, SentryOrder, SentryReport } from "./sentry-orders.ts"

const processFile = fileURLToPath(new URL("./sentry-process.ts", import.meta.url))

export interface SentryProcess {
  url: string
  organization: string
  /** Resolves when all changes are made and their webhooks answered. */
  change(pace: Pace): Promise<SentryReport & { type: "changed" }>
  stop(): Promise<void>
}

export async function startSentryProcess(
  order: Omit<SentryOrder & { type: "start" }, "type">,
): Promise<SentryProcess> {
  const child = fork(processFile, { execArgv: [] })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const ready = await ask(child, { type: "start", ...order })
  if (ready.type !== "ready") throw new Error("the Sentry process did not begin by being ready")
  const { url, organization } = ready
  return {
    url,
    organization,
    async change(pace) {
      const report = await ask(child, { type: "change", pace })
      if (report.type !== "changed") throw new Error("the Sentry process did not answer with its changes")
      return report
    },
    stop() {
      child.kill("SIGTERM")
      return ended
    },
  }
}

function ask(child: ChildProcess, order: SentryOrder): Promise<SentryReport> {
  return new Promise((resolve, reject) => {
    const onEnd = () => reject(new Error("the Sentry process ended before it answered"))
    child.once("exit", onEnd)
    child.once("message", (report) => {
      child.off("exit", onEnd)
      resolve(report as SentryReport) // sent by sentry-process.ts
    })
    child.send(order)
  })
}
