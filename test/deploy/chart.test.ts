// The chart in place of the original's: the same objects for the documentation's flags, and objects that a cluster takes.
import { execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { freshFolder } from "../support/program.ts"
import { deployed, has, tool } from "./support/deployed.ts"
import { everything, flagSets, scalable } from "./support/flag-sets.ts"
import { documentedFlags, find, type KubernetesObject, podOf, render, template } from "./support/helm.ts"
import { comparable, original } from "./support/original-charts.ts"
import { haveOriginals } from "./support/original-folder.ts"

const argoValues = `
initializePortResources: true
scheduledResyncInterval: 120
integration:
  identifier: my-ocean-sentry-integration
  type: sentry
  eventListener:
    type: POLLING
  config:
    sentryHost: https://sentry.io
    sentryOrganization: acme
  secrets:
    sentryToken: token-of-sentry
`

describe.runIf(has("helm") && haveOriginals)(
  "beside the original's objects, for the documentation's flags",
  () => {
    it.each(Object.keys(flagSets))(
      "%s: the same names, labels, selectors, variables, probes and volumes",
      async (name) => {
        const ours = await render({ flags: flagSets[name] ?? {} })
        expect(comparable(ours)).toEqual(comparable(original(name)))
      },
    )

    it("Argo CD's values and parameters: the same", async () => {
      const file = join(freshFolder(), "values.yaml")
      writeFileSync(file, argoValues)
      const { "port.clientId": id, "port.clientSecret": secret, "port.baseUrl": url } = documentedFlags
      const flags = {
        "port.clientId": id ?? "",
        "port.clientSecret": secret ?? "",
        "port.baseUrl": url ?? "",
      }
      const options = { flags, words: ["--values", file], release: "my-ocean-sentry-integration" }
      expect(comparable(await render(options))).toEqual(comparable(original("argocd")))
      expect((await template(options)).stdout).toBe((await template(options)).stdout)
    })

    it("certificates of a company's own: the same, and Node is told of them too", async () => {
      const file = join(freshFolder(), "cert.crt")
      writeFileSync(file, "CERTDATA")
      const words = [
        "--set",
        "selfSignedCertificate.enabled=true",
        "--set-file",
        `selfSignedCertificate.certificate=${file}`,
      ]
      const ours = await render({ words })
      expect(comparable(ours)).toEqual(comparable(original("self-signed")))
      expect(JSON.stringify(ours)).toContain('"NODE_EXTRA_CA_CERTS"')
    })

    it("a Service switched off: only that goes, resources and ports stay (D7)", async () => {
      const ours = await render({ flags: { ...documentedFlags, "service.enabled": "false" } })
      const expected = comparable(original("seed-helm"))
      delete expected["Service ocean-sentry-sentry-service"]
      expect(comparable(ours)).toEqual(expected)
      expect(Object.keys(comparable(ours))).toEqual(Object.keys(comparable(original("service-disabled"))))
    })

    it("false is honoured where the original takes it for nothing (D5)", async () => {
      const flags = { processingMode: "ocean-core", sendRawDataExamples: "false", lakehouseEnabled: "false" }
      const ours = comparable(await render({ flags: { ...documentedFlags, ...flags } }))
      const expected = comparable(original("falsy-defaults"))
      const name = "ConfigMap ocean-sentry-sentry-config"
      const { data } = expected[name] as { data: Record<string, string> }
      Object.assign(data, { OCEAN__SEND_RAW_DATA_EXAMPLES: "false", OCEAN__LAKEHOUSE_ENABLED: "false" })
      expect(ours).toEqual(expected)
    })

    it("the first resync of a CronJob: one Job under the original's name, without kubectl or a token", async () => {
      const ours = await render({ flags: flagSets["scalable-mode"] ?? {} })
      const theirs = original("scalable-mode").find(({ kind }) => kind === "Job")
      const job = ours.find(({ kind }) => kind === "Job") as KubernetesObject
      expect(theirs?.metadata.name).toBe("init-sync-sentry-RAND-1")
      expect(job.metadata.name).toMatch(/^init-sync-sentry-1-[0-9a-f]{8}$/)
      expect(job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 3600 })
      const cron = find(ours, "CronJob", "ocean-sentry-sentry-cron-job")
      expect(podOf(job)?.spec).toEqual(podOf(cron)?.spec)
      expect(cron.spec).toMatchObject({ schedule: "*/60 * * * *", concurrencyPolicy: "Forbid" })
    })
  },
)

describe.runIf(has("helm"))("the objects", () => {
  it.runIf(has("kubernetes-validate"))(
    "are taken by the strict schemas of two versions of Kubernetes",
    async () => {
      const folder = freshFolder()
      const sets = { ...flagSets, everything }
      const files = await Promise.all(
        Object.entries(sets).map(async ([name, flags]) => {
          const file = join(folder, `${name}.yaml`)
          writeFileSync(file, (await template({ flags })).stdout)
          return file
        }),
      )
      for (const version of ["1.32.0", "1.37.0"]) {
        const run = promisify(execFile)(tool("kubernetes-validate"), ["--strict", "-k", version, ...files])
        await expect(
          run.then(
            () => "valid",
            (error) => error.stdout + error.stderr,
          ),
        ).resolves.toBe("valid")
      }
      const wrong = join(folder, "wrong.yaml")
      const { stdout } = await template({})
      writeFileSync(wrong, stdout.replace("dnsPolicy:", "dnsPolicie:"))
      const refused = promisify(execFile)(tool("kubernetes-validate"), ["--strict", "-k", "1.32.0", wrong])
      await expect(refused).rejects.toThrow()
    },
  )

  it("fit the strictest security of pods, whatever is switched on", async () => {
    for (const flags of [everything, flagSets["scalable-mode"] ?? {}]) {
      const pods = (await render({ flags })).map(podOf).filter((pod) => pod !== undefined)
      expect(pods.length).toBeGreaterThan(2)
      for (const { spec } of pods) {
        expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
        expect(spec.securityContext).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: "RuntimeDefault" },
        })
        for (const { securityContext } of spec.containers) {
          expect(securityContext).toEqual({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
          })
        }
      }
    }
  })

  it("hold no secret outside of the Secret, and none at all where files are asked for", async () => {
    const objects = await render({
      flags: { ...everything, "integration.secrets.sentryWebhookSecret": "hook-secret" },
    })
    const others = JSON.stringify(objects.filter(({ kind }) => kind !== "Secret"))
    const encoded = (text: string) => Buffer.from(text).toString("base64")
    for (const secret of ["secret-of-port", "token-of-sentry", "hook-secret", "id-of-port"]) {
      expect(others).not.toContain(secret)
      expect(others).not.toContain(encoded(secret))
    }
    const { spec } = podOf(find(objects, "Deployment", "ocean-sentry-sentry-deployment")) as KubernetesObject
    const [{ env, envFrom }] = spec.containers
    expect(envFrom).toEqual([{ configMapRef: { name: "ocean-sentry-sentry-config" } }])
    expect(env).toContainEqual({
      name: "OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET_FILE",
      value: "/var/run/secrets/ocean/OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET",
    })
    expect(env).toContainEqual({
      name: "OCEAN__DATABASE__URL",
      valueFrom: { secretKeyRef: { name: "database", key: "url" } },
    })
    expect(env).toContainEqual({ name: "OCEAN__SERVER__PORT", value: "8443" })
  })

  it("start new pods when settings or secrets change, and only then", async () => {
    const checksums = async (more: Record<string, string>) => {
      const objects = await render({ flags: { ...documentedFlags, ...more } })
      return podOf(find(objects, "Deployment", "ocean-sentry-sentry-deployment"))?.metadata as unknown
    }
    const before = await checksums({})
    expect(await checksums({ "service.type": "NodePort" })).toEqual(before)
    expect(await checksums({ clientTimeout: "5" })).not.toEqual(before)
    expect(await checksums({ "port.clientSecret": "other" })).not.toEqual(before)
  })

  it.each([
    ["sentryHost", "SENTRY_HOST"],
    ["sentry_host2", "SENTRY_HOST2"],
    ["host2", "HOST2"],
    ["sentryAPIHost", "SENTRY_API_HOST"],
    ["a-b", "A_B"],
    ["OCEAN__LOG_FORMAT", "OCEAN__LOG_FORMAT"],
  ])("name the variable of %s %s", async (key, variable) => {
    const objects = await render({ flags: { ...documentedFlags, [`integration.extraConfig.${key}`]: "x" } })
    expect(find(objects, "ConfigMap", "ocean-sentry-sentry-config").data[variable]).toBe("x")
  })

  it("have names that Kubernetes takes, while the identifier stays as it is (D2)", async () => {
    const identifier = "My_Sentry.Integration-with-a-name-that-is-much-longer-than-names-may-be"
    const objects = await render({
      flags: {
        ...documentedFlags,
        ...scalable,
        "integration.identifier": identifier,
        "incrementalSync.enabled": "true",
      },
    })
    for (const { kind, metadata } of objects) {
      expect(metadata.name, kind).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
      expect(metadata.name.length, metadata.name).toBeLessThanOrEqual(kind === "CronJob" ? 52 : 63)
    }
    const config = objects.find(
      ({ kind, data }) => kind === "ConfigMap" && data.OCEAN__EVENT_LISTENER.includes("ONCE"),
    )
    expect(config?.data.OCEAN__INTEGRATION__IDENTIFIER).toBe(identifier)
  })

  it("are pulled with the same secrets, the pod of `helm test` too", async () => {
    const flags = { ...everything, "imagePullSecrets[0]": "first", "imagePullSecrets[1].name": "second" }
    const pods = (await render({ flags })).map(podOf).filter((pod) => pod !== undefined)
    expect(pods.some(({ metadata }) => metadata.name === "ocean-sentry-sentry-test")).toBe(true)
    for (const { spec } of pods) {
      expect(spec.imagePullSecrets).toEqual([{ name: "first" }, { name: "second" }])
    }
  })

  it("are all measured, whatever the ports of the two Services are called", async () => {
    const portsFor = async (more: Record<string, string>) => {
      const objects = await render({
        flags: { ...everything, "serviceMonitor.enabled": "true", ...more },
      })
      const { spec } = find(objects, "ServiceMonitor", "ocean-sentry-sentry-monitor")
      return spec.endpoints.map(({ port }: { port: string }) => port)
    }
    expect(await portsFor({})).toEqual(["ocean-port"])
    expect(await portsFor({ "liveEvents.service.portName": "hooks" })).toEqual(["ocean-port", "hooks"])
  })

  it("take the image of the chart's version, another tag, or a digest", async () => {
    const imageOf = async (more: Record<string, string>) => {
      const objects = await render({ flags: { ...documentedFlags, ...more } })
      return podOf(find(objects, "Deployment", "ocean-sentry-sentry-deployment"))?.spec.containers[0]
        .image as string
    }
    expect(await imageOf({})).toBe(`registry.example.com/ocean-sentry:${deployed().version}`)
    expect(await imageOf({ "integration.version": "9.9.9" })).toBe("registry.example.com/ocean-sentry:9.9.9")
    expect(await imageOf({ imageRegistry: "ghcr.io/acme", image: "sentry@sha256:abc" })).toBe(
      "ghcr.io/acme/sentry@sha256:abc",
    )
  })
})
