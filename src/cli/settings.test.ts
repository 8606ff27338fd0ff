import { describe, expect, it } from "vitest"
import { z } from "zod"
import { listSettings } from "./settings/setting-list.ts"
import { SettingsSchema, settingsSections } from "./settings.ts"

describe("the list of settings", () => {
  const settings = listSettings()

  it("has in its sections exactly what the schema has", () => {
    const inSections = settingsSections.flatMap((section) => Object.keys(section.shape))
    expect(inSections).toEqual(Object.keys(SettingsSchema.shape))
  })

  it("gives every setting a variable and an option of its own, and a text", () => {
    expect(new Set(settings.map((setting) => setting.variable)).size).toBe(settings.length)
    expect(new Set(settings.map((setting) => setting.flag)).size).toBe(settings.length)
    for (const setting of settings) expect(setting.info.text, setting.path).toMatch(/\.$/)
  })

  it("has defaults that the settings themselves read back", () => {
    for (const setting of settings.filter((candidate) => candidate.default !== undefined)) {
      const reading = setting.info.read(setting.info.write(setting.default))
      expect(reading, setting.path).toEqual({ ok: true, value: setting.default })
    }
  })

  it("keeps the defaults of the original where nothing is given", () => {
    expect(SettingsSchema.parse({})).toMatchObject({
      port: { baseUrl: "https://api.getport.io" },
      integration: {
        identifier: "my-sentry-integration",
        type: "sentry",
        config: { sentryHost: "https://sentry.io" },
      },
      eventListener: { type: "POLLING", interval: 60, resyncOnStart: true },
      initializePortResources: true,
      resourcesPath: ".port/resources",
      clientTimeout: 60,
      sendRawDataExamples: true,
      allowEnvironmentVariablesJqAccess: true,
      maxEventProcessingSeconds: 90,
      maxWaitSecondsBeforeShutdown: 5,
      upsertEntitiesBatchMaxLength: 20,
      upsertEntitiesBatchMaxSizeInBytes: 1_048_576,
      server: { port: 8000 },
    })
  })

  it("tells why, for each setting without effect", () => {
    const silent = settings.filter((setting) => setting.info.noEffect !== undefined)
    expect(silent.map((setting) => setting.path)).toContain("lakehouseEnabled")
    for (const setting of silent) expect(setting.info.noEffect?.length, setting.path).toBeGreaterThan(10)
  })

  it("is made of plain schemas, so that the JSON Schema says all of it", () => {
    expect(() => z.toJSONSchema(SettingsSchema, { io: "input" })).not.toThrow()
  })
})
