// Values that somebody got wrong: refused before anything is installed, each with a sentence.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { has } from "./support/deployed.ts"
import { documentedFlags, find, podOf, render, template, valuesFile } from "./support/helm.ts"

type Flags = Record<string, string>

const templates = join(import.meta.dirname, "../../deploy/templates")

const cron = { "workload.kind": "CronJob" }

const refused: [string, Flags, string][] = [
  [
    "credentials that are missing",
    { "port.clientId": "", "port.clientSecret": "" },
    "port.clientId is missing",
  ],
  [
    "a token that is missing",
    { "integration.secrets.sentryToken": "" },
    "integration.secrets.sentryToken is missing",
  ],
  [
    "an organization that is missing",
    { "integration.config.sentryOrganization": "" },
    "integration.config.sentryOrganization is missing: the organization as it stands in Sentry's addresses",
  ],
  ["an identifier that is missing", { "integration.identifier": "" }, "integration.identifier is missing"],
  ...["PORT_CLIENT_ID", "YOUR_PORT_CLIENT_ID", "string", "$(PORT_ID)", "<client id>"].map(
    (text): [string, Flags, string] => [
      `the placeholder ${text}`,
      { "port.clientId": text },
      `port.clientId is ${text}, a placeholder`,
    ],
  ),
  ...["SENTRY_HOST", "SENTRY_ORGANIZATION"].map((text): [string, Flags, string] => [
    `the placeholder ${text}`,
    { "integration.config.sentryOrganization": text },
    `integration.config.sentryOrganization is ${text}, a placeholder`,
  ]),
  [
    "a placeholder as the token",
    { "integration.secrets.sentryToken": "SENTRY_TOKEN" },
    "is SENTRY_TOKEN, a placeholder",
  ],
  [
    "a host without its scheme",
    { "integration.config.sentryHost": "sentry.io" },
    "must begin with http:// or https://",
  ],
  ["minutes for a CronJob", { ...cron, scheduledResyncInterval: "60" }, "a CronJob takes a cron expression"],
  [
    "a cron expression of four fields",
    { ...cron, scheduledResyncInterval: "* * * *" },
    "which is no cron expression",
  ],
  [
    "a cron expression for a Deployment",
    { scheduledResyncInterval: "0 * * * *" },
    "a Deployment takes minutes",
  ],
  [
    "a secret among the configuration",
    { "integration.config.sentryToken": "x" },
    "belongs into integration.secrets",
  ],
  ["two ways to the secrets", { "secret.create": "false", "secret.name": "mine" }, "go nowhere"],
  ["a list of Secrets to create", { "secret.name": "{a,b}" }, "set secret.create=false"],
  [
    "replicas without a store",
    { "workload.deployment.replicas": "3" },
    "several replicas need what they share",
  ],
  [
    "several live-event workers without a store",
    { "liveEvents.worker.enabled": "true", "liveEvents.worker.replicaCount": "2" },
    "liveEvents.worker.replicaCount is 2, several live-event workers: they share what they have taken by a database, so set store.kind=postgres",
  ],
  [
    "live-event workers that scale by themselves without a store",
    { "liveEvents.worker.enabled": "true", "autoscaling.enabled": "true" },
    "autoscaling.enabled makes several live-event workers: they share what they have taken by a database, so set store.kind=postgres",
  ],
  [
    "the original's database",
    { "postgresql.enabled": "true", "postgresql.auth.database": "port" },
    "store.kind=postgres uses yours",
  ],
  ["a store without its Secret", { "store.kind": "postgres" }, "needs store.existingSecret"],
  [
    "actions",
    { "actionsProcessor.enabled": "true", "actionsProcessor.worker.replicaCount": "2" },
    "Sentry has no actions, so set it to false",
  ],
  ["another integration", { "integration.type": "jira" }, "whose type is sentry"],
  ["a misspelt name that the documentation has", { "extraEnvs[0].name": "A" }, "the name is extraEnv"],
  [
    "an Ingress to a CronJob, and none to the worker",
    { ...cron, "ingress.enabled": "true", "liveEvents.worker.enabled": "true" },
    "set liveEvents.worker.enabled=true and liveEvents.ingress.enabled=true",
  ],
  ["an Ingress to nowhere", { "ingress.enabled": "true", "service.enabled": "false" }, "switched off"],
  [
    "certificates that are missing",
    { "selfSignedCertificate.enabled": "true" },
    "selfSignedCertificate.certificate is missing",
  ],
  ["an unknown name", { replicaCount: "3" }, "replicaCount"],
  [
    "an unknown name among the configuration",
    { "integration.config.sentryOrganisation": "x" },
    "sentryOrganisation",
  ],
  [
    "an unknown kind of workload",
    { "workload.kind": "DaemonSet" },
    'one of the following: "Deployment", "CronJob"',
  ],
  ["an unknown listener", { "integration.eventListener.type": "POLL" }, "eventListener.type"],
]

describe.runIf(has("helm"))("the chart refuses", () => {
  it.each(refused)("%s", async (_, flags, sentence) => {
    const { code, stdout, stderr } = await template({ flags: { ...documentedFlags, ...flags } })
    expect(code).not.toBe(0)
    expect(stdout).toBe("")
    expect(stderr).toContain(sentence)
  })

  it("all that is wrong at once", async () => {
    const { stderr } = await template({ flags: {} })
    for (const path of [
      "integration.identifier",
      "port.clientId",
      "port.clientSecret",
      "integration.secrets.sentryToken",
      "integration.config.sentryOrganization",
    ]) {
      expect(stderr).toContain(`- ${path} is missing`)
    }
  })
})

describe.runIf(has("helm"))("the chart takes", () => {
  it.each<[string, Flags]>([
    [
      "several replicas on a store",
      {
        "workload.deployment.replicas": "3",
        "scaling.enabled": "true",
        "store.kind": "postgres",
        "store.existingSecret": "db",
      },
    ],
    [
      "several live-event workers on a store",
      {
        "liveEvents.worker.enabled": "true",
        "liveEvents.worker.replicaCount": "2",
        "store.kind": "postgres",
        "store.existingSecret": "db",
      },
    ],
    ["no replica", { "workload.deployment.replicas": "0" }],
    ["keys of a configuration in snake case", { "integration.config.sentry_host": "https://one.example" }],
    [
      "the values of Port's chart for what is switched off",
      {
        "actionsProcessor.worker.replicaCount": "2",
        "actionsProcessor.worker.resources.limits.memory": "1Gi",
        "actionsProcessor.extraConfig.some": "thing",
        "postgresql.auth.database": "port",
        "postgresql.image.tag": "16",
        "postgresql.primary.persistence.enabled": "false",
      },
    ],
    [
      "what is accepted without effect",
      { "secret.useExistingSecret": "true", "workload.cron.kubectlImage": "x/y:z", fullnameOverride: "x" },
    ],
  ])("%s", async (_, flags) => {
    const { code, stderr } = await template({ flags: { ...documentedFlags, ...flags } })
    expect(stderr).toBe("")
    expect(code).toBe(0)
  })
})

describe.runIf(has("helm"))("the organization", () => {
  const { "integration.config.sentryOrganization": _, ...flags } = documentedFlags
  const {
    "port.clientId": __,
    "port.clientSecret": ___,
    "integration.secrets.sentryToken": ____,
    ...withoutSecrets
  } = flags
  const variable = "OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION"
  const fetched = {
    ...withoutSecrets,
    "secret.create": "false",
    "externalSecret.enabled": "true",
    "externalSecret.storeRef.name": "vault",
    "externalSecret.data.OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN.key": "sentry",
  }

  it.each<[string, Flags]>([
    ["among the secrets", { ...flags, "integration.secrets.sentryOrganization": "acme" }],
    ["as a variable", { ...flags, [`integration.extraConfig.${variable}`]: "acme" }],
    ["as a variable of the pod", { ...flags, "extraEnv[0].name": variable, "extraEnv[0].value": "acme" }],
    ["in a Secret that exists", { ...withoutSecrets, "secret.create": "false", "secret.name": "mine" }],
    ["in what is fetched", { ...fetched, [`externalSecret.data.${variable}.key`]: "sentry" }],
  ])("may be given %s", async (_name, given) => {
    expect((await template({ flags: given })).stderr).toBe("")
  })

  it.each<[string, Flags]>([
    ["nowhere", flags],
    ["not in what is fetched", fetched],
  ])("is missing where it is %s", async (_name, given) => {
    expect((await template({ flags: given })).stderr).toContain("sentryOrganization is missing")
  })

  it("is missing where the file that init writes was not filled in", async () => {
    const words = valuesFile(readFileSync(join(templates, "helm/values.yaml"), "utf8"))
    expect((await template({ flags: {}, words })).stderr).toContain("sentryOrganization is missing")
  })
})

describe.runIf(has("helm"))("numbers in a file of values", () => {
  // Flags go before files.
  const {
    "integration.identifier": _,
    "port.clientSecret": __,
    "integration.config.sentryOrganization": ___,
    ...flags
  } = documentedFlags

  it("keep their digits, in variables, names, labels and the image", async () => {
    const words = valuesFile(`
port: { clientSecret: 123456789012 }
workload: { kind: CronJob }
incrementalSync: { enabled: true }
integration:
  identifier: 20240101
  version: 1200000
  config: { sentryOrganization: 30000007 }
  extraConfig: { share: 0.5, most: 5e7 }
`)
    const objects = await render({ flags: { ...flags, scheduledResyncInterval: "0 * * * *" }, words })
    const { data } = find(objects, "ConfigMap", "ocean-sentry-20240101-config")
    expect(data).toMatchObject({
      OCEAN__INTEGRATION__IDENTIFIER: "20240101",
      OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "30000007",
      SHARE: "0.5",
      MOST: "50000000",
    })
    const secret = find(objects, "Secret", "ocean-sentry-20240101-secret").data.OCEAN__PORT__CLIENT_SECRET
    expect(Buffer.from(secret, "base64").toString()).toBe("123456789012")
    const cron = find(objects, "CronJob", "ocean-sentry-20240101-cron-job")
    expect(cron.spec.jobTemplate.metadata.labels.integrationUniqueCronKey).toBe("20240101")
    expect(podOf(cron)?.spec.containers[0].image).toMatch(/:1200000$/)
    expect(JSON.stringify(objects)).not.toMatch(/e\+\d\d|%!/)
  })

  it.each([
    ["integration.version", "integration: { identifier: sentry, version: 1.10 }"],
    ["integration.identifier", "integration: { identifier: 1.10 }"],
  ])("are refused as %s where YAML has lost what was written", async (path, values) => {
    const { code, stderr } = await template({ flags, words: valuesFile(values) })
    expect(code).not.toBe(0)
    expect(stderr).toContain(`${path} is 1.1, a number, which may not be what was written: put it in quotes`)
  })
})
