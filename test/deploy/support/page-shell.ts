// The shell in which a page's commands run as they stand: its addresses lead to loopback, `docker` is podman; where no cluster is
// at hand, `helm upgrade` renders and `kubectl create` stops before it sends.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { binFile } from "../../support/program.ts"
import type { Cluster } from "./cluster.ts"
import { has, tool } from "./deployed.ts"

const pages = join(import.meta.dirname, "../../../docs/install")

/** The blocks of shell of a page, as one script; what stands in a list is set in. */
export function scriptOf(page: string): string {
  const text = readFileSync(join(pages, page), "utf8")
  const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent = "", block = ""]) =>
    block
      .split("\n")
      .map((line) => line.slice(Math.min(indent.length, line.length - line.trimStart().length)))
      .join("\n"),
  )
  return blocks.join("\n")
}

/** Programs by the names that the pages call them by. `cluster` is where helm and kubectl lead. */
export function writeShims(folder: string, cluster?: Cluster): void {
  mkdirSync(folder, { recursive: true })
  const shim = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\nset -euo pipefail\n${text}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  shim("ocean-sentry", `exec node "${binFile}" "$@"`)
  // The image was built before the tests, by what this script of npm calls.
  shim(
    "npm",
    `[ "$*" = "run image" ] && exec node -e '
const { scripts } = require("${join(import.meta.dirname, "../../../package.json")}")
process.exit(scripts.image === "node scripts/build-image.ts" ? 0 : 1)'
echo "npm $* is on a page, and no test runs it" >&2; exit 1`,
  )
  if (cluster) {
    shim("helm", `KUBECONFIG="${cluster.kubeconfig}" exec "${tool("helm")}" "$@"`)
    shim("kubectl", `KUBECONFIG="${cluster.kubeconfig}" exec "${cluster.kubectl}" "$@"`)
    return
  }
  if (has("helm")) shim("helm", helmWithoutCluster(folder))
  if (has("kubectl")) shim("kubectl", kubectlWithoutCluster())
}

/** Renders, with the values of the release's earlier commands where those are to be used again. */
function helmWithoutCluster(folder: string): string {
  return `
case "$1" in
  upgrade)
    shift
    [ "$1" = --install ] && shift
    release=$1 chart=$2 namespace=default kept=()
    shift 2
    words=()
    while [ $# -gt 0 ]; do
      case "$1" in
        --create-namespace) ;;
        --namespace) namespace=$2; shift ;;
        --reuse-values) mapfile -t kept <"${folder}/$namespace-$release" ;;
        --set|--set-file|--values) words+=("$1" "$2"); shift ;;
        *) echo "helm: no test knows $1" >&2; exit 1 ;;
      esac
      shift
    done
    printf '%s\\n' "\${kept[@]}" "\${words[@]}" | sed '/^$/d' >"${folder}/$namespace-$release"
    exec "${tool("helm")}" template "$release" "$chart" --namespace "$namespace" --kube-version=1.32.0 "\${kept[@]}" "\${words[@]}"
    ;;
  uninstall) rm "${folder}/$4-$2" ;;
  repo) exec "${tool("helm")}" "$@" ;;
  *) echo "helm: no test knows $1" >&2; exit 1 ;;
esac`
}

function kubectlWithoutCluster(): string {
  return `
case "$*" in
  create*) exec "${tool("kubectl")}" "$@" --dry-run=client -o name ;;
  "apply --filename "*) test -s "$3" ;;
  *" get all") ;;
  *) echo "kubectl: no test knows $*" >&2; exit 1 ;;
esac`
}
