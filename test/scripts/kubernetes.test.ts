// The API server is looked for in the folder of tools and never built by looking.
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"

const programs = ["etcd", "kwok", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"]

/** What the script finds for a person with this home. */
function lookFrom(home: string): unknown {
  const module = join(import.meta.dirname, "../../scripts/kubernetes/programs.ts")
  const script = `import { findKubernetes, missingPrograms } from ${JSON.stringify(module)}
process.stdout.write(JSON.stringify({ found: findKubernetes() ?? null, missing: missingPrograms() }))`
  const words = ["--input-type=module", "--eval", script]
  const { stdout } = spawnSync(process.execPath, words, { encoding: "utf8", env: { HOME: home, PATH: home } })
  return JSON.parse(stdout)
}

it("takes the API server when all of its programs are there, and names those that are not", () => {
  const home = mkdtempSync(join(tmpdir(), "home-"))
  onTestFinished(() => rmSync(home, { recursive: true }))
  expect(lookFrom(home)).toEqual({ found: null, missing: programs })
  expect(readdirSync(home)).toEqual([])

  const folder = join(home, ".cache/ocean-sentry-tools/kubernetes-1.32.0")
  mkdirSync(folder, { recursive: true })
  for (const name of programs.slice(1)) writeFileSync(join(folder, name), "")
  expect(lookFrom(home)).toEqual({ found: null, missing: ["etcd"] })
  // The machine's own, which its PATH names.
  writeFileSync(join(home, "etcd"), "")
  const found = Object.fromEntries(
    programs.map((name) => [name, join(name === "etcd" ? home : folder, name)]),
  )
  expect(lookFrom(home)).toEqual({ found, missing: [] })
})
