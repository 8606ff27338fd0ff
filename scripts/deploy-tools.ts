// The tools of `npm run test:deploy`: found on the machine or in ~/.cache/ocean-sentry-tools, or fetched into it from the
// package registries, each at a fixed version.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync } from "node:fs"
import { homedir } from "node:os"
import { delimiter, join } from "node:path"

export const toolFolder = join(homedir(), ".cache", "ocean-sentry-tools")

export interface FoundTools {
  /** Paths by name. */
  tools: Record<string, string>
  /** Sentences, for the closing lines: what could not be had, and how to get it. */
  missing: string[]
}

interface Source {
  names: readonly string[]
  /** Tries to get them; whether it worked shows in what is found afterwards. */
  fetch(): void
  how: string
}

const goFolder = join(toolFolder, "bin")
const pythonFolder = join(toolFolder, "deploy-python")
const gitlabFolder = join(toolFolder, "gitlab-ci-local-4.61.1")
const groovyFolder = join(toolFolder, "groovy-2.4.21")
const groovyJar = join(groovyFolder, "groovy-all-2.4.21.jar")
const argoModule = "github.com/argoproj/argo-cd/v2@v2.14.9"
// Where Go's own installer puts it, which not every PATH names.
process.env.PATH = [process.env.PATH ?? "", "/usr/local/go/bin"].join(delimiter)
const places = [
  goFolder,
  join(pythonFolder, "bin"),
  join(gitlabFolder, "node_modules", ".bin"),
  ...process.env.PATH.split(delimiter),
]

const sources: readonly Source[] = [
  {
    names: ["podman", "runc", "buildah", "skopeo", "shellcheck", "rsync"],
    fetch: () =>
      aptInstall("podman", "runc", "buildah", "skopeo", "catatonit", "netavark", "shellcheck", "rsync"),
    how: "Debian, as root: apt-get install podman runc buildah skopeo shellcheck rsync",
  },
  {
    names: ["kubectl"],
    fetch: () => aptInstall("kubernetes-client"),
    how: "Debian, as root: apt-get install kubernetes-client",
  },
  goSource("crane", "github.com/google/go-containerregistry/cmd/crane@v0.20.3"),
  goSource("actionlint", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7"),
  goSource("helm", "helm.sh/helm/v3/cmd/helm@v3.17.3"),
  {
    names: ["kubernetes-validate", "check-jsonschema", "zizmor"],
    fetch() {
      run("python3", "-m", "venv", pythonFolder)
      const packages = ["kubernetes-validate==1.37.0", "check-jsonschema==0.39.0", "zizmor==1.32.0"]
      run(join(pythonFolder, "bin", "pip"), "install", "--quiet", ...packages)
    },
    how: "Python 3 with venv, and PyPI",
  },
  {
    names: ["gitlab-ci-local"],
    fetch() {
      mkdirSync(gitlabFolder, { recursive: true })
      run("npm", "install", "--no-audit", "--no-fund", "--prefix", gitlabFolder, "gitlab-ci-local@4.61.1")
    },
    how: "npm",
  },
  {
    names: ["groovy"],
    fetch() {
      const artifact = "-Dartifact=org.codehaus.groovy:groovy-all:2.4.21"
      run("mvn", "-q", "dependency:get", artifact)
      run("mvn", "-q", "dependency:copy", artifact, `-DoutputDirectory=${groovyFolder}`)
    },
    how: "Java and Maven; Debian: apt-get install default-jre-headless maven",
  },
  {
    names: ["argocd-crds"],
    // Only its definitions are read: the module is not built.
    fetch: () => run("go", "mod", "download", argoModule),
    how: "Go; Debian: apt-get install golang",
  },
]

/** Gets what is not here yet, which can take minutes the first time; `only` some of them, by name. */
export function findTools(only?: readonly string[]): FoundTools {
  const found: FoundTools = { tools: {}, missing: [] }
  const wanted = sources.filter(
    ({ names }) => only === undefined || names.some((name) => only.includes(name)),
  )
  for (const { names, fetch, how } of wanted) {
    if (names.some((name) => find(name) === undefined)) {
      process.stdout.write(`Getting ${names.join(", ")} for the tests …\n`)
      fetch()
    }
    for (const name of names) {
      const path = find(name)
      if (path === undefined) found.missing.push(`${name}: not found, and could not be fetched (${how})`)
      else found.tools[name] = path
    }
  }
  return found
}

function find(name: string): string | undefined {
  if (name === "argocd-crds") return argoDefinitions()
  if (name === "groovy") return existsSync(groovyJar) && find("java") ? groovyJar : undefined
  return places.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** The folder with them, in Go's own cache of modules. */
function argoDefinitions(): string | undefined {
  const asked = spawnSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" })
  const folder = join(asked.stdout?.trim() ?? "", argoModule, "manifests/crds")
  return asked.status === 0 && existsSync(folder) ? folder : undefined
}

function goSource(name: string, module: string): Source {
  return {
    names: [name],
    fetch: () =>
      run("env", `GOBIN=${goFolder}`, "CGO_ENABLED=0", "go", "install", "-ldflags", "-s -w", module),
    how: "Go; Debian: apt-get install golang",
  }
}

function aptInstall(...packages: readonly string[]): void {
  if (process.getuid?.() !== 0) return
  const apt = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
  run("env", ...apt, "update")
  run("env", ...apt, "install", "-y", "--no-install-recommends", ...packages)
}

function run(command: string, ...args: readonly string[]): void {
  spawnSync(command, args, { stdio: "inherit" })
}
