// What a person is told while the program runs: where from and where to, how it goes on, what became of it.
import type { OpenResource } from "../resync/readings.ts"
import type { RunRecord } from "../resync/run-record.ts"
import type { App } from "./app.ts"
import { credentialsCommand } from "./credentials-command.ts"
import { createProgress, type Progress } from "./progress.ts"
import { routeLine } from "./route-line.ts"
import { describeRun } from "./run-table.ts"
import type { Settings } from "./settings.ts"
import { signInCommandFor } from "./sign-in-command.ts"
import type { Start } from "./start-mode.ts"
import { databaseFor } from "./state-folder.ts"
import { programVersion } from "./version.ts"

export interface Story {
  opened(app: App): void
  progress(resources: readonly OpenResource[]): void
  ran(record: RunRecord): void
  /** Something else happened. */
  tell(sentence: string): void
  /** Takes unfinished lines off the terminal. */
  close(): void
}

export interface StoryOptions {
  start: Start
  settings: Settings
  once: boolean
  /** Standard output: what was done. Progress goes to standard error. `secret`: not for where logs are sent to. */
  print(line: string, how?: { secret: boolean }): void
}

export function createStory({ start, settings, once, print }: StoryOptions): Story {
  let app: App | undefined
  let progress: Progress | undefined
  let runs = 0
  const close = () => {
    progress?.clear()
    progress = undefined
  }
  return {
    close,
    opened(opened) {
      app = opened
      print(`ocean-sentry ${programVersion()}: ${routeLine(start, settings, `at ${app.server.url}`)}`)
    },
    progress(resources) {
      progress ??= createProgress({
        stream: process.stderr,
        now: Date.now,
        waitedMs: () => app?.waitedMs() ?? 0,
      })
      progress.update(resources)
    },
    tell(sentence) {
      close()
      print(sentence)
    },
    ran(record) {
      close()
      print(`\n${describeRun(record, settings)}\n`)
      runs++
      if (app && runs === 1 && !once)
        print(whereToLook(start, settings, app), { secret: app.signInLink !== undefined })
    },
  }
}

function whereToLook(start: Start, settings: Settings, app: App): string {
  const { url } = app.server
  const health = `Health: ${url}/health/ready. Ctrl-C ends it.\n`
  const look = settings.pages.enabled ? `${pagesAt(settings, app)}\n` : ""
  if (start.mode === "drop-in") return `${look}${health}`
  const place = databaseFor(start, { once: false, url: settings.database.url }) ?? ""
  return (
    `${look}The API is below ${url}/v1 (${url}/docs); client id and secret come from\n` +
    `  ${credentialsCommand(place)}\nCtrl-C ends it.\n`
  )
}

function pagesAt(settings: Settings, { signInLink, server }: App): string {
  const command = signInCommandFor(settings)
  return signInLink === undefined
    ? `Look at it: ${settings.baseUrl ?? server.url} (a link to sign in: ${command})`
    : `Look at it, by this link, which works once (${command} prints another):\n  ${signInLink}`
}
