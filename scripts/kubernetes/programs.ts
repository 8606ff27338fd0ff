// The programs of a Kubernetes control plane for the tests of the chart, and kwok, which plays its nodes. Nobody packages them
// where npm and Go fetch from, so they are built from their sources, once, into ~/.cache/ocean-sentry-tools.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { toolFolder } from "../deploy-tools.ts"

const version = "1.32.0"
const folder = join(toolFolder, `kubernetes-${version}`)
const built = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"] as const
const names = ["etcd", "kwok", ...built] as const

/** Paths by name. */
export type KubernetesPrograms = Record<(typeof names)[number], string>

/** What builds them, for whoever lacks them. */
export const buildCommand = "npm run test:api-server"

/** Undefined where one of them is missing; `missingPrograms` names which. */
export function findKubernetes(): KubernetesPrograms | undefined {
  const found = names.map((name) => [name, find(name)] as const)
  return found.every(([, path]) => path !== undefined)
    ? (Object.fromEntries(found) as KubernetesPrograms)
    : undefined
}

export function missingPrograms(): string[] {
  return names.filter((name) => find(name) === undefined)
}

/** Builds what is missing, which takes half an hour the first time. Whether it worked shows in what is found afterwards. */
export function buildKubernetes(): void {
  mkdirSync(folder, { recursive: true })
  if (find("etcd") === undefined) unpackEtcd()
  const missing = built.filter((name) => find(name) === undefined)
  if (missing.length > 0) writeModule()
  for (const name of missing) {
    say(`Building ${name} ${version} …`)
    const stamps = [`gitVersion=v${version}`, "gitMajor=1", "gitMinor=32"]
    const flags = ["-s", "-w", ...stamps.flatMap((stamp) => ["-X", `k8s.io/component-base/version.${stamp}`])]
    const part = join(folder, `${name}.part`)
    if (!go("build", "-ldflags", flags.join(" "), "-o", part, `k8s.io/kubernetes/cmd/${name}`)) return
    renameSync(part, join(folder, name))
  }
  if (find("kwok") === undefined) {
    say("Building kwok …")
    go("install", "-ldflags", "-s -w", "sigs.k8s.io/kwok/cmd/kwok@v0.6.1")
  }
}

function find(name: string): string | undefined {
  // Only etcd may be the machine's own: of the others the version matters.
  const places = [folder, ...(name === "etcd" ? (process.env.PATH ?? "").split(delimiter) : [])]
  return places.map((place) => join(place, name)).find((path) => existsSync(path))
}

/** Debian's package, unpacked: installed, it would start a service. */
function unpackEtcd(): void {
  const unpacked = join(folder, "etcd-package")
  mkdirSync(unpacked, { recursive: true })
  say("Getting etcd …")
  if (process.getuid?.() === 0) run(unpacked, "apt-get", "-qq", "update")
  if (!run(unpacked, "apt-get", "-qq", "download", "etcd-server")) return
  const archive = readdirSync(unpacked).find((name) => name.endsWith(".deb"))
  if (archive && run(unpacked, "dpkg-deb", "--extract", archive, ".")) {
    renameSync(join(unpacked, "usr/bin/etcd"), join(folder, "etcd"))
  }
  rmSync(unpacked, { recursive: true, force: true })
}

/**
 * A module of our own around Kubernetes: its own names its parts by folders that only its repository has, so `go install`
 * refuses it. The parts are published under the same number, with 0 for 1.
 */
function writeModule(): void {
  const source = `k8s.io/kubernetes@v${version}`
  const asked = spawnSync("go", ["mod", "download", "-json", source], { cwd: folder, encoding: "utf8" })
  if (asked.status !== 0) {
    say(`${source} could not be fetched: ${asked.stderr || asked.error?.message}`)
    return
  }
  const { GoMod: file } = JSON.parse(asked.stdout) as { GoMod: string }
  const parts = [...readFileSync(file, "utf8").matchAll(/^\s*(?:replace )?(k8s\.io\/\S+) => \.\/staging\//gm)]
  const lines = parts.map(([, part]) => `replace ${part} => ${part} v${version.replace("1", "0")}`)
  const required = `require k8s.io/kubernetes v${version}`
  writeFileSync(join(folder, "go.mod"), ["module kubebuild", "go 1.23.0", required, ...lines, ""].join("\n"))
}

/** Behind whatever else this machine does. */
function go(...words: readonly string[]): boolean {
  const settings = ["GOFLAGS=-mod=mod -trimpath", "CGO_ENABLED=0", `GOBIN=${folder}`]
  return run(folder, "nice", "-n", "19", "env", ...settings, "go", ...words)
}

function run(cwd: string, command: string, ...words: readonly string[]): boolean {
  return spawnSync(command, words, { cwd, stdio: "inherit" }).status === 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
