// The ways to the secrets: each key of the Secret reaches the program, also where they are files.
import { describe, expect, it } from "vitest"
import { listSettings } from "../../src/cli/settings/setting-list.ts"
import { has } from "./support/deployed.ts"
import { documentedFlags, find, podOf, render } from "./support/helm.ts"

type Flags = Record<string, string>

const files = { "secretFiles.enabled": "true" }
const {
  "port.clientId": _,
  "port.clientSecret": __,
  "integration.secrets.sentryToken": ___,
  ...withoutSecrets
} = documentedFlags

interface Variable {
  name: string
  value?: string
  valueFrom?: { secretKeyRef: { name: string; key: string } }
}

async function variablesFor(flags: Flags): Promise<Variable[]> {
  const objects = await render({ flags })
  const pod = podOf(find(objects, "Deployment", "ocean-sentry-sentry-deployment"))
  return pod?.spec.containers[0].env as Variable[]
}

const filesIn = (variables: Variable[]) =>
  variables.flatMap(({ name, value }) => (name.endsWith("_FILE") ? [[name, value]] : []))

const fileOf = (key: string) => [`${key}_FILE`, `/var/run/secrets/ocean/${key}`]

describe.runIf(has("helm"))("secrets as files", () => {
  it("are all that an ExternalSecret fetches; what the program reads from no file is a variable of the Secret", async () => {
    const settings = listSettings().map(({ variable, info }) => ({
      variable,
      isSecret: info.secret !== "no",
    }))
    const keys = [...settings.map(({ variable }) => variable), "HTTPS_PROXY"]
    const variables = await variablesFor({
      ...withoutSecrets,
      ...files,
      "secret.create": "false",
      "externalSecret.enabled": "true",
      "externalSecret.storeRef.name": "vault",
      ...Object.fromEntries(keys.map((key) => [`externalSecret.data.${key}.key`, "sentry"])),
    })
    const secret = settings.filter(({ isSecret }) => isSecret).map(({ variable }) => variable)
    expect(secret).toContain("OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET")
    expect(filesIn(variables)).toEqual(secret.toSorted().map(fileOf))
    const referenced = variables.flatMap(({ name, valueFrom }) => (valueFrom ? [[name, valueFrom]] : []))
    const name = "ocean-sentry-sentry-secret"
    expect(Object.fromEntries(referenced)).toEqual(
      Object.fromEntries(
        keys.filter((key) => !secret.includes(key)).map((key) => [key, { secretKeyRef: { name, key } }]),
      ),
    )
  })

  it("name no key that is not in the Secret", async () => {
    const variables = await variablesFor({
      ...withoutSecrets,
      ...files,
      "secret.create": "false",
      "externalSecret.enabled": "true",
      "externalSecret.storeRef.name": "vault",
      "externalSecret.data.OCEAN__PORT__CLIENT_SECRET.key": "port",
    })
    expect(filesIn(variables)).toEqual([fileOf("OCEAN__PORT__CLIENT_SECRET")])
  })

  it("of a Secret that exists are what the program needs, and what is named besides", async () => {
    const variables = await variablesFor({
      ...withoutSecrets,
      ...files,
      "secret.create": "false",
      "secret.name": "mine",
      "secretFiles.keys[0]": "OCEAN__RESYNC_TOKEN",
    })
    const needed = ["OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN", "OCEAN__PORT__CLIENT_ID"]
    const keys = [...needed, "OCEAN__PORT__CLIENT_SECRET", "OCEAN__RESYNC_TOKEN"]
    expect(filesIn(variables)).toEqual(keys.map(fileOf))
  })
})
