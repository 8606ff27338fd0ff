// Port's own clients, for the conformance tests: from PyPI, each in a virtual environment of its own under ~/.cache.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, rmSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"

interface Client {
  /** The folder's name. */
  name: string
  /** The version of Python it runs on. */
  python: string
  packages: readonly string[]
}

const ocean: Client = {
  name: "ocean-0.56.2",
  python: "3.12",
  packages: ["port-ocean==0.56.2"],
}
const mcp: Client = {
  name: "mcp-0.2.21",
  python: "3.13",
  packages: ["mcp-server-port==0.2.21", "mcp[cli]>=1.6,<2"],
}

/** The Python that has Port's integration framework; undefined where it could not be installed. */
export function findOcean(): string | undefined {
  return find(ocean)
}

/** The Python that has Port's MCP server, and a client of that protocol. */
export function findMcpServer(): string | undefined {
  return find(mcp)
}

function find(client: Client): string | undefined {
  const folder = join(homedir(), ".cache", "ocean-sentry-tools", client.name)
  const python = join(folder, "bin", "python")
  if (isInstalled(python, client)) return python
  const base = pythonsOf(client.python).find((one) => works(one))
  if (base === undefined) return undefined
  process.stdout.write(`Installing ${client.packages.join(", ")} for the tests …\n`)
  rmSync(folder, { recursive: true, force: true })
  if (!works(base, "-m", "venv", folder)) return undefined
  const pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"] as const
  if (!runs(...pip, ...client.packages) && !installLoosely(pip, client)) return undefined
  return isInstalled(python, client) ? python : undefined
}

/** Where no such certifi is to be had as is asked for: the package by itself, and what it needs with the newest one. */
function installLoosely(pip: readonly [string, ...string[]], client: Client): boolean {
  if (!runs(...pip, "--no-deps", ...client.packages)) return false
  const [python] = pip
  const asked = spawnSync(python, ["-c", requirements, client.packages[0]?.split("==")[0] ?? ""], {
    encoding: "utf8",
  })
  if (asked.status !== 0) return false
  return runs(...pip, ...asked.stdout.split("\n").filter((line) => line !== ""))
}

/** Prints what a package requires here, one a line, with certifi's bound left out. */
const requirements = `
import sys
from importlib.metadata import requires
from pip._vendor.packaging.requirements import Requirement
for line in requires(sys.argv[1]) or []:
    need = Requirement(line)
    if need.marker and not need.marker.evaluate({"extra": ""}):
        continue
    need.marker = None
    if need.name.lower() == "certifi":
        need.specifier = type(need.specifier)("")
    print(need)
`

function isInstalled(python: string, { packages }: Client): boolean {
  const [name, version] = packages[0]?.split("==") ?? []
  const code =
    "import sys; from importlib.metadata import version; sys.exit(version(sys.argv[1]) != sys.argv[2])"
  return existsSync(python) && works(python, "-c", code, name ?? "", version ?? "")
}

/** In the PATH, and where pyenv keeps those that are not in the PATH. */
function pythonsOf(version: string): string[] {
  const versions = join(homedir(), ".pyenv", "versions")
  const kept = existsSync(versions) ? readdirSync(versions) : []
  return [
    `python${version}`,
    ...kept
      .filter((name) => name.startsWith(`${version}.`))
      .map((name) => join(versions, name, "bin", "python")),
  ]
}

function works(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args.length > 0 ? args : ["--version"], { stdio: "ignore" }).status === 0
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "inherit" }).status === 0
}
