// A Kubernetes cluster of one's own for a while, on loopback: a real control plane, and a node that kwok plays. Its pods are
// scheduled, become ready, end and are removed; nothing runs in them.
import { execFile } from "node:child_process"
import { generateKeyPairSync, randomBytes } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { freePort } from "../../bench/live/free-port.ts"
import type { KubernetesPrograms } from "./programs.ts"
import { type Service, startService, until } from "./service.ts"

const run = promisify(execFile)

export interface RunningCluster {
  /** File with its address, and a token that may do everything. */
  kubeconfig: string
  stop(): Promise<void>
}

export async function startCluster(programs: KubernetesPrograms): Promise<RunningCluster> {
  const started = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-cluster-"))
  started.defer(() => rmSync(folder, { recursive: true, force: true }))
  const start = (name: Exclude<keyof KubernetesPrograms, "kubectl">, words: readonly string[]) => {
    const service = startService({ name, program: programs[name], words, folder })
    started.defer(() => service.stop())
    return service
  }
  try {
    const ports = await takePorts()
    const kubeconfig = writeAccess(folder, ports.api)
    const kubectl = (...words: string[]) => run(programs.kubectl, ["--kubeconfig", kubeconfig, ...words])
    start("etcd", etcdWords(folder, ports))
    const api = start("kube-apiserver", apiWords(folder, ports))
    await until(api, () => kubectl("get", "--raw", "/readyz"))
    start("kube-controller-manager", controllerWords(folder, kubeconfig, ports))
    start("kube-scheduler", [...follower(kubeconfig), `--secure-port=${ports.scheduler}`])
    const kwok = start("kwok", [
      `--kubeconfig=${kubeconfig}`,
      "--manage-all-nodes=true",
      `--server-address=127.0.0.1:${ports.kwok}`,
    ])
    await addNode(folder, kubectl, kwok)
    return { kubeconfig, stop: () => started.disposeAsync() }
  } catch (error) {
    await started.disposeAsync()
    throw error
  }
}

type Ports = Record<"etcd" | "peers" | "api" | "controllers" | "scheduler" | "kwok", number>

async function takePorts(): Promise<Ports> {
  const taken = new Set<number>()
  while (taken.size < 6) taken.add(await freePort())
  const [etcd = 0, peers = 0, api = 0, controllers = 0, scheduler = 0, kwok = 0] = taken
  return { etcd, peers, api, controllers, scheduler, kwok }
}

/** Keys that tokens are signed with, who may come in, and how; the last is what clients read. */
function writeAccess(folder: string, port: number): string {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  })
  writeFileSync(join(folder, "accounts.key"), privateKey, { mode: 0o600 })
  writeFileSync(join(folder, "accounts.pub"), publicKey)
  const token = randomBytes(16).toString("hex")
  writeFileSync(join(folder, "tokens.csv"), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 })
  const file = join(folder, "kubeconfig")
  const cluster = { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true }
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user: { token } }],
  }
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 })
  return file
}

function etcdWords(folder: string, { etcd, peers }: Ports): string[] {
  const [clients, others] = [`http://127.0.0.1:${etcd}`, `http://127.0.0.1:${peers}`]
  return [
    `--data-dir=${join(folder, "data")}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${others}`,
    `--initial-advertise-peer-urls=${others}`,
    `--initial-cluster=default=${others}`,
    "--unsafe-no-fsync",
  ]
}

function apiWords(folder: string, { etcd, api }: Ports): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${api}`,
    `--cert-dir=${join(folder, "certificates")}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${join(folder, "accounts.pub")}`,
    `--service-account-signing-key-file=${join(folder, "accounts.key")}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    "--endpoint-reconciler-type=none",
  ]
}

/** What a chart's objects need to come to life; the rest looks after nodes, disks and clouds. */
const controllers = [
  "deployment-controller",
  "replicaset-controller",
  "job-controller",
  "cronjob-controller",
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "garbage-collector-controller",
  "namespace-controller",
  "disruption-controller",
  "horizontal-pod-autoscaler-controller",
  "ttl-after-finished-controller",
  "endpointslice-controller",
]

function controllerWords(folder: string, kubeconfig: string, ports: Ports): string[] {
  return [
    ...follower(kubeconfig),
    `--secure-port=${ports.controllers}`,
    `--service-account-private-key-file=${join(folder, "accounts.key")}`,
    `--controllers=${controllers.join(",")}`,
  ]
}

function follower(kubeconfig: string): string[] {
  return [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--bind-address=127.0.0.1"]
}

async function addNode(
  folder: string,
  kubectl: (...words: string[]) => Promise<{ stdout: string }>,
  kwok: Service,
): Promise<void> {
  const room = { cpu: "64", memory: "256Gi", pods: "500" }
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "played" },
    status: { capacity: room, allocatable: room },
  }
  const file = join(folder, "node.json")
  writeFileSync(file, JSON.stringify(node))
  await kubectl("create", "--filename", file)
  // A controller that does not run here would take it away once the node is ready.
  await kubectl("taint", "nodes", "played", "node.kubernetes.io/not-ready-")
  await until(kwok, () => kubectl("wait", "--for=condition=Ready", "node/played", "--timeout=1s"))
}
