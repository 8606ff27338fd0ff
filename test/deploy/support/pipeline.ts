// A pipeline's surroundings: the shell of its agent, with the program's peers on loopback and `docker` standing for podman.
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { filledTemplate, type TemplateNames, templateNames } from "../../../src/cli/install/templates.ts"
import { type DropInPeers, startPeers } from "../../support/drop-in.ts"
import { deployed } from "./deployed.ts"
import { npmVariables } from "./npm-registry.ts"

export interface Shell {
  code: number
  output: string
}

/** The names that the documentation asks people to give their secrets, with values. */
export type Secrets = Record<string, string>

export interface Surroundings extends DropInPeers {
  secrets: Secrets
  /** A template as `init` fills it, but for where package and Port are. */
  template(path: string): string
  /** A pipeline of the documentation as it stands there, but for Port's address. */
  documented(mark: string): string
  /** What an agent has beside the pipeline's own variables. */
  env: Record<string, string>
}

/** Lives until the end of the test. `registry` is where npx finds the package. */
export async function surroundings(registry = "http://127.0.0.1:9"): Promise<Surroundings> {
  const peers = await startPeers()
  const { containers, image } = deployed()
  const names: TemplateNames = {
    ...templateNames(),
    npmRegistry: registry,
    image: image.name.replace(/:[^:/]*$/, ""),
  }
  const { PATH = "", HOME = "" } = process.env
  const { NPM_CONFIG_REGISTRY: _, ...npm } = npmVariables(registry)
  const toPort = (text: string) => text.replaceAll("https://api.getport.io", peers.port.url)
  return {
    ...peers,
    secrets: Object.fromEntries(
      Object.entries(peers.env).filter(([name]) => /CLIENT_ID|CLIENT_SECRET|SENTRY_/.test(name)),
    ),
    template: (path) => toPort(filledTemplate(path, names)),
    documented: (mark) => toPort(documentedBlock(mark)),
    env: {
      ...containers?.env,
      ...npm,
      HOME,
      PATH: containers ? `${containers.shim}:${PATH}` : PATH,
      OCEAN__SERVER__PORT: "0",
    },
  }
}

/** To its end; what it printed, both streams. Nothing to read: a bash with a socket there runs the user's own start-up files. */
export function shell(
  command: readonly [string, ...string[]],
  options: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<Shell> {
  const [file, ...words] = command
  const child = spawn(file, words, { ...options, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text
    })
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => resolve({ code: code ?? 1, output }))
  })
}

const pages = ["ocean-sentry-newer.txt", "ocean-sentry-older.txt"].map((name) =>
  join(import.meta.dirname, "../../../../shared/seeds", name),
)

export const haveDocumentation = pages.every((path) => existsSync(path))

/** The one block of code of the documentation that holds `mark`, the newer page's before the older one's. */
function documentedBlock(mark: string): string {
  for (const page of pages) {
    for (const [, block = ""] of readFileSync(page, "utf8").matchAll(/```\S*[^\n]*\n([\s\S]*?)```/g)) {
      if (block.includes(mark)) return block
    }
  }
  throw new Error(`the documentation has no block with ${mark}`)
}

/** Whether the run reached Port: what a green pipeline must have done. */
export async function isSynced(
  { catalog }: DropInPeers,
  identifier = "my-sentry-integration",
): Promise<boolean> {
  const { body } = await catalog.request("GET", `/v1/integration/${identifier}`)
  return JSON.stringify(body).includes('"status":"completed"')
}
